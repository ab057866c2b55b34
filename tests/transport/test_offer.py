"""transport/offer.py: server and client get acquainted, and nothing is promised in vain."""

import pytest
from mcp_types.methods import parse_server_result

from firstbyte.handler.keys import parse_keys
from firstbyte.transport import session
from firstbyte.transport.offer import capabilities_of
from firstbyte.transport.revision import REVISIONS, capabilities_for
from tests.transport.fakes import (
    INFO_KEY,
    LEGACY,
    MODERN,
    SERVED,
    Clock,
    Service,
    Store,
    a_memory,
    an_endpoint,
    call_legacy,
    call_modern,
    echo,
)

KEYS = "k:" + "A" * 43
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "c"}}


def greeting(params, service=None, **options):
    sink = call_legacy(an_endpoint(service), "initialize", params, **options)
    assert sink.status == 200
    return sink.json


@pytest.mark.parametrize("version", LEGACY)
def test_a_served_legacy_version_is_agreed_to(version):
    result = greeting({**HELLO, "protocolVersion": version})["result"]
    parse_server_result("initialize", version, result)
    assert result["protocolVersion"] == version


@pytest.mark.parametrize("version", [MODERN, "2024-10-07", "2099-01-01", "", "x" * 1000])
def test_any_other_version_is_answered_with_the_newest_of_the_handshake(version):
    result = greeting({**HELLO, "protocolVersion": version})["result"]
    assert result["protocolVersion"] == "2025-11-25"


def test_a_greeting_tells_who_is_there_and_what_can_be_done():
    assert greeting({**HELLO, "protocolVersion": "2025-11-25"}) == {
        "jsonrpc": "2.0",
        "id": 1,
        "result": {
            "protocolVersion": "2025-11-25",
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "fake", "version": "1", "title": "Fake"},
            "instructions": "Ask away",
        },
    }


def test_a_greeting_speaks_the_words_of_the_revision_agreed_upon():
    result = greeting({**HELLO, "protocolVersion": "2025-03-26"})["result"]
    assert result["serverInfo"] == {"name": "fake", "version": "1"}


@pytest.mark.parametrize("header", [None, *LEGACY])
def test_a_greeting_may_carry_a_legacy_version_header(header):
    result = greeting(HELLO, headers={"mcp-protocol-version": header})["result"]
    assert result["protocolVersion"] == "2025-06-18"


def test_without_keys_no_session_begins():
    sink = call_legacy(an_endpoint(), "initialize", HELLO)
    assert sink.headers == {"content-type": "application/json"}


@pytest.mark.parametrize("version", LEGACY)
def test_with_keys_a_session_begins_that_knows_what_was_agreed(version):
    memory = a_memory(keys=parse_keys(KEYS))
    declared = {"roots": {"listChanged": True}, "elicitation": {"url": {}}, "tasks": {}}
    hello = {"protocolVersion": version, "capabilities": declared}
    sink = call_legacy(an_endpoint(memory=memory), "initialize", hello, version=version)
    found = session.find(memory, "fake", sink.headers["mcp-session-id"], "")
    assert found.revision.version == version
    assert found.capabilities == capabilities_for(REVISIONS[version], declared)


@pytest.mark.parametrize("declared", [None, [], "x", {"roots": 1}])
def test_a_session_begins_whatever_a_client_says_it_can_do(declared):
    memory = a_memory(keys=parse_keys(KEYS))
    hello = {"protocolVersion": "2025-11-25", "capabilities": declared}
    sink = call_legacy(an_endpoint(memory=memory), "initialize", hello)
    assert session.find(memory, "fake", sink.headers["mcp-session-id"], "").capabilities == {}


@pytest.mark.parametrize("params", [{}, {"protocolVersion": None}, {"protocolVersion": [1]}])
def test_a_greeting_without_a_version_is_invalid(params):
    assert greeting(params)["error"]["code"] == -32602


def a_bare_service():
    service = Service()
    service.instructions = ""
    return service


def test_a_server_of_nothing_promises_nothing():
    result = greeting(HELLO, a_bare_service())["result"]
    assert result["capabilities"] == {}
    assert "instructions" not in result


def test_discovery_tells_everything_at_once():
    result = call_modern(an_endpoint(), "server/discover").json["result"]
    parse_server_result("server/discover", MODERN, result)
    assert result == {
        "resultType": "complete",
        "supportedVersions": SERVED,
        "capabilities": {"tools": {}, "logging": {}},
        "instructions": "Ask away",
        "ttlMs": 300_000,
        "cacheScope": "public",
        "_meta": {INFO_KEY: {"name": "fake", "version": "1", "title": "Fake"}},
    }


def test_discovery_of_a_server_of_nothing_is_short():
    result = call_modern(an_endpoint(a_bare_service()), "server/discover").json["result"]
    assert result["capabilities"] == {}
    assert "instructions" not in result


@pytest.mark.parametrize("version", LEGACY)
def test_a_ping_is_answered_with_nothing(version):
    sink = call_legacy(an_endpoint(), "ping", version=version)
    assert sink.json == {"jsonrpc": "2.0", "id": 1, "result": {}}


def a_full_service(*announces):
    service = Service(echo=echo).with_prompts(p=None).with_resources({"file:///a": None})
    service.with_completions(None).announces = frozenset(announces)
    return service


FORGETFUL = a_memory()
REMEMBERING = a_memory(keys=parse_keys(KEYS), store=Store(Clock()))
ALL = ("tools", "prompts", "resources", "updates")
BARE = {"tools": {}, "prompts": {}, "resources": {}, "completions": {}}


@pytest.mark.parametrize(
    ("era", "memory", "announces", "expected"),
    [
        ("legacy", FORGETFUL, (), BARE),
        ("legacy", FORGETFUL, ALL, BARE),
        ("legacy", REMEMBERING, (), {**BARE, "logging": {}}),
        ("modern", FORGETFUL, ALL, {**BARE, "logging": {}}),
        (
            "modern",
            REMEMBERING,
            ("updates",),
            {**BARE, "resources": {"subscribe": True}, "logging": {}},
        ),
        (
            "legacy",
            REMEMBERING,
            ALL,
            {
                "tools": {"listChanged": True},
                "prompts": {"listChanged": True},
                "resources": {"subscribe": True, "listChanged": True},
                "completions": {},
                "logging": {},
            },
        ),
    ],
)
def test_nothing_is_promised_that_needs_a_store_where_there_is_none(
    era, memory, announces, expected
):
    assert capabilities_of(a_full_service(*announces), era, memory) == expected


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_what_is_not_offered_announces_no_change(era):
    service = Service()
    service.announces = frozenset(ALL)
    assert capabilities_of(service, era, REMEMBERING) == {}


@pytest.mark.parametrize("version", LEGACY)
def test_an_old_client_is_told_of_capabilities_it_has_a_name_for(version):
    result = greeting({**HELLO, "protocolVersion": version}, a_full_service())["result"]
    parse_server_result("initialize", version, result)
    assert ("completions" in result["capabilities"]) is (version != "2024-11-05")
