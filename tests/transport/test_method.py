"""transport/method.py: the table agrees with the specification's, as the SDK has it."""

import pytest
from mcp.shared.inbound import NAME_BEARING_METHODS
from mcp_types.methods import CACHEABLE_METHODS, CLIENT_REQUESTS

from firstbyte.transport.method import METHODS
from firstbyte.transport.revision import REVISIONS


@pytest.mark.parametrize("name", METHODS)
def test_a_method_exists_in_the_revisions_it_is_specified_in(name):
    specified = {version for method, version in CLIENT_REQUESTS if method == name}
    assert {v for v, r in REVISIONS.items() if r.era in METHODS[name].eras} == specified


@pytest.mark.parametrize("name", METHODS)
def test_a_name_is_repeated_in_a_header_where_specified(name):
    assert METHODS[name].name_param == NAME_BEARING_METHODS.get(name, "")


@pytest.mark.parametrize("name", METHODS)
def test_a_result_may_be_cached_where_specified(name):
    assert METHODS[name].is_cacheable is (name in CACHEABLE_METHODS)
