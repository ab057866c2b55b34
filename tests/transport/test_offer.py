"""transport/offer.py: server and client get acquainted, and nothing is promised in vain."""

import pytest
from mcp_types.methods import parse_server_result

from tests.transport.fakes import (
    INFO_KEY,
    LEGACY,
    MODERN,
    SERVED,
    Service,
    an_endpoint,
    call,
    call_legacy,
    call_modern,
)

TOOLS = [
    {"name": "b", "description": "B", "inputSchema": {"type": "object"}},
    {"name": "a", "title": "A", "inputSchema": {"type": "object"}},
]
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
            "capabilities": {"tools": {}, "logging": {}},
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


def test_no_session_is_opened():
    sink = call_legacy(an_endpoint(), "initialize", HELLO)
    assert sink.headers == {"content-type": "application/json"}


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


def test_a_log_level_is_accepted_since_clients_give_up_otherwise():
    sink = call_legacy(an_endpoint(), "logging/setLevel", {"level": "debug"})
    assert sink.json["result"] == {}


@pytest.mark.parametrize("level", ["DEBUG", "trace", "", None, 1, ["debug"], {}])
def test_a_log_level_nobody_knows_is_invalid(level):
    sink = call_legacy(an_endpoint(), "logging/setLevel", {"level": level})
    assert (sink.status, sink.json["error"]["code"]) == (200, -32602)


def test_tools_are_listed_in_the_order_of_the_service():
    result = call_modern(an_endpoint(Service(TOOLS, a=None)), "tools/list").json["result"]
    parse_server_result("tools/list", MODERN, result)
    assert result == {
        "resultType": "complete",
        "tools": TOOLS,
        "ttlMs": 300_000,
        "cacheScope": "public",
        "_meta": {INFO_KEY: {"name": "fake", "version": "1", "title": "Fake"}},
    }


@pytest.mark.parametrize("version", LEGACY)
def test_a_legacy_list_is_tools_and_nothing_else(version):
    result = call(version, an_endpoint(Service(TOOLS, a=None)), "tools/list").json["result"]
    parse_server_result("tools/list", version, result)
    assert result.keys() == {"tools"}
    assert ("title" in result["tools"][1]) is (version in SERVED[:3])


@pytest.mark.parametrize("version", SERVED)
@pytest.mark.parametrize("cursor", ["", "next", 5, []])
def test_a_cursor_nobody_gave_out_is_invalid(version, cursor):
    sink = call(version, an_endpoint(), "tools/list", {"cursor": cursor})
    assert (sink.status, sink.json["error"]["code"]) == (200, -32602)
