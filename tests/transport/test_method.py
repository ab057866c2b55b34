"""transport/method.py: the table agrees with the specification's, as the SDK has it."""

from importlib import import_module

import pytest
from mcp.shared.inbound import NAME_BEARING_METHODS
from mcp_types.methods import CACHEABLE_METHODS, CLIENT_REQUESTS

from firstbyte.handler.keys import parse_keys
from firstbyte.transport.method import METHODS
from firstbyte.transport.revision import REVISIONS
from tests.transport.fakes import (
    SERVED,
    Clock,
    Service,
    Store,
    a_memory,
    an_endpoint,
    call,
    echo,
)

FORGETFUL = a_memory()
REMEMBERING = a_memory(keys=parse_keys("k:" + "A" * 43), store=Store(Clock()))


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


def test_a_method_of_a_modern_or_a_legacy_client_is_in_the_table():
    specified = {
        method for method, version in CLIENT_REQUESTS if not method.startswith("tasks/")
    }
    assert METHODS.keys() == specified


@pytest.mark.parametrize("name", METHODS)
def test_whatever_answers_a_method_is_there_to_be_imported(name):
    module, function = METHODS[name].performer
    assert callable(getattr(import_module(f"firstbyte.transport.{module}"), function))


def everything():
    service = Service(echo=echo).with_prompts(p=None).with_resources({"file:///a": None})
    service.with_completions(None).announces = frozenset(("tools", "updates"))
    return service


@pytest.mark.parametrize("era", ["legacy", "modern"])
@pytest.mark.parametrize("name", METHODS)
def test_a_server_of_everything_serves_a_method_in_its_eras(name, era):
    assert METHODS[name].is_served(everything(), era, REMEMBERING) is (
        era in METHODS[name].eras
    )


FOR_EVERYBODY = {"initialize", "ping", "server/discover"}
WITHOUT_STORE = {"logging/setLevel", "resources/subscribe", "resources/unsubscribe",
                 "subscriptions/listen"}  # fmt: skip


@pytest.mark.parametrize(
    ("service", "memory", "served"),
    [
        (Service(), REMEMBERING, FOR_EVERYBODY),
        (everything(), FORGETFUL, METHODS.keys() - WITHOUT_STORE),
        (
            Service(echo=echo),
            REMEMBERING,
            {*FOR_EVERYBODY, "tools/list", "tools/call", "logging/setLevel"},
        ),
        (
            Service().with_resources({}),
            FORGETFUL,
            {*FOR_EVERYBODY, "resources/list", "resources/templates/list", "resources/read"},
        ),
    ],
)
def test_a_method_behind_a_capability_that_is_not_there_does_not_exist(service, memory, served):
    found = {
        name
        for name, method in METHODS.items()
        if any(method.is_served(service, era, memory) for era in ("legacy", "modern"))
    }
    assert found == served


@pytest.mark.parametrize("version", SERVED)
@pytest.mark.parametrize("name", METHODS)
def test_a_server_of_nothing_knows_only_the_methods_of_getting_acquainted(name, version):
    message = call(version, an_endpoint(Service()), name, {"protocolVersion": version}).json
    is_found = "result" in message or message["error"]["code"] != -32601
    is_of_this_era = REVISIONS[version].era in METHODS[name].eras
    assert is_found is (name in FOR_EVERYBODY and is_of_this_era)
