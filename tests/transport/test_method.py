"""transport/method.py: the table agrees with the specification's, as the SDK has it."""

import pytest
from mcp.shared.inbound import NAME_BEARING_METHODS
from mcp_types.methods import CACHEABLE_METHODS, CLIENT_REQUESTS

from firstbyte.transport.method import METHODS
from firstbyte.transport.revision import REVISIONS
from tests.transport.fakes import SERVED, an_endpoint, call


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


@pytest.mark.parametrize(("name", "version"), [(n, v) for n in METHODS for v in SERVED])
def test_a_method_is_performed_in_its_eras_and_in_no_other(name, version):
    params = {"name": "echo", "level": "info", "protocolVersion": version}
    message = call(version, an_endpoint(), name, params).json
    is_found = "result" in message or message["error"]["code"] != -32601
    assert is_found is (REVISIONS[version].era in METHODS[name].eras)
