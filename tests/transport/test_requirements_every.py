"""What every revision asks of the whole server, seen from outside."""

import itertools

import pytest

from tests.protocol_schema import REVISIONS
from tests.transport.asking import ALL
from tests.transport.everything import Stage, error, messages, result
from tests.transport.fakes import LEVEL_KEY, MODERN

CALLERS = {
    "modern": (MODERN, {}, None, ""),
    "modern, that can be asked": (MODERN, ALL, None, ""),
    "modern, that logs": (MODERN, {}, "debug", ""),
    "modern, somebody's": (MODERN, ALL, "error", "somebody"),
    "2025-11-25": ("2025-11-25", {}, None, ""),
    "2025-11-25, that can be asked": ("2025-11-25", ALL, "error", ""),
    "2025-11-25, somebody's": ("2025-11-25", ALL, None, "somebody"),
    "2025-06-18": ("2025-06-18", ALL, None, ""),
    "2025-03-26": ("2025-03-26", {}, "debug", ""),
    "2024-11-05": ("2024-11-05", {}, None, "somebody"),
}
"""Who calls: revision, capabilities, log level, principal."""

NEVER_TWICE = {"id", "requestState", "requestId", "elicitationId"}
"""Members that differ though nothing is remembered."""


def without(value, names):
    """A copy of a JSON value without these members, at any depth."""
    if isinstance(value, dict):
        return {k: without(v, names) for k, v in value.items() if k not in names}
    return [without(each, names) for each in value] if isinstance(value, list) else value


def play(stage, caller):
    """Let a client come and call what depends on who calls; return it and all it hears."""
    version, capabilities, level, principal = caller
    client = stage.client(version, capabilities, principal=principal)
    meta = {"progressToken": 1}
    if level and version == MODERN:
        meta[LEVEL_KEY] = level
    elif level:
        client.call("logging/setLevel", {"level": level})
    heard = [
        messages(client.call_tool(name, meta=meta)) for name in ("report", "ask", "number")
    ]
    heard.append(messages(client.call("tools/list")))
    heard.append(messages(client.call("resources/read", {"uri": "demo://nothing"})))
    return client, heard


def has_question(told):
    """Whether a call's messages ask something, in the way of either era."""
    return any(
        each.get("method") == "elicitation/create" or "inputRequests" in each.get("result", {})
        for each in told
    )


@pytest.mark.parametrize("octet", [0, 1])
@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(CALLERS, 2)))
def test_nothing_of_one_caller_is_seen_by_the_next(first, second, octet):
    _, alone = play(Stage(octet=octet, environments=1), CALLERS[second])
    stage = Stage(octet=octet, environments=1)
    play(stage, CALLERS[first])
    client, heard = play(stage, CALLERS[second])
    assert without(heard, NEVER_TWICE) == without(alone, NEVER_TWICE)
    # What stuck to this process before either came would be in both.
    version, capabilities, _, _ = CALLERS[second]
    may_be_asked = octet == 1 and capabilities == ALL and version >= "2025-06-18"
    assert has_question(heard[1]) is may_be_asked
    # What was sealed and signed for the second is good for it where the first never was.
    client.stage = Stage(octet=octet)
    state = heard[1][-1].get("result", {}).get("requestState")
    if state is not None:
        params = {"name": "ask", "arguments": {}, "requestState": state}
        assert result(client.call("tools/call", params))["resultType"] == "input_required"
    assert result(client.call("tools/list"))["tools"]


def bad_calls(client):
    """One answer at least for each error there is at every rung, and from within."""

    def fail(*_):
        raise RuntimeError("a secret")

    service = client.stage.service
    service.with_prompts(greet=fail)
    service.with_resources({"demo://bad": fail})
    whole = client.a_request("tools/list")
    usual = client.headers_for(whole)
    yield client.call("prompts/get", {"name": "greet"})
    yield client.call("resources/read", {"uri": "demo://bad"})
    yield client.call("resources/read", {"uri": "demo://nothing"})
    yield client.call_tool("nobody")
    yield client.call("tools/list", {"cursor": "x"})
    yield client.call("tools/call", {"name": 7})
    yield client.call("unheard/of")
    for headers in (
        {"mcp-session-id": "x"},
        {"mcp-method": "x"},
        {"accept": "text/html"},
        {"content-type": "text/plain"},
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
    ):
        yield client.post(whole, {**usual, **headers})
    if client.version == MODERN:
        yield client.post(whole, {**usual, "mcp-protocol-version": "1900-01-01"})
    for body in (b"{", [], 7, {**whole, "id": None}, {**whole, "jsonrpc": "1.0"}):
        yield client.post(body, usual)
    yield client.post({"jsonrpc": "2.0", "id": 1, "result": {}}, usual)
    yield client.call_tool("ask")
    yield client.get(headers={"accept": "application/json"})
    yield client.stage.send("PUT", whole, usual)


def codes(client):
    """The codes of all the errors among these answers."""
    told = [messages(sink) for sink in bad_calls(client) if sink.body]
    return {
        each["error"]["code"] for all_of_it in told for each in all_of_it if "error" in each
    }


@pytest.mark.parametrize("octet", [0, 1])
def test_no_code_of_the_reserved_range_reaches_a_modern_client(octet):
    found = codes(Stage(octet=octet).client(MODERN, {}))
    assert -32603 in found
    assert not found & set(range(-32019, -31999))


@pytest.mark.parametrize("octet", [0, 1])
@pytest.mark.parametrize("version", [each for each in REVISIONS if each != MODERN])
def test_no_code_of_the_modern_era_reaches_a_legacy_client(version, octet):
    found = codes(Stage(octet=octet).client(version, {}))
    assert found <= {-32700, -32600, -32601, -32602, -32603, -32002}
    assert -32603 in found


@pytest.mark.parametrize("version", REVISIONS)
@pytest.mark.parametrize("body", [b"{", 7, {"id": None}, {"jsonrpc": "2.0", "id": []}])
def test_an_error_about_what_could_not_be_read_names_no_id(version, body):
    (told,) = messages(Stage().client(version).post(body))
    assert told["id"] is None


def complete(client, reference, argument):
    params = {"ref": reference, "argument": {"name": argument, "value": "A"}}
    return client.call("completion/complete", params)


@pytest.mark.parametrize("version", REVISIONS)
def test_an_argument_nobody_knows_cannot_be_completed(version):
    client = Stage().client(version)
    reference = {"type": "ref/prompt", "name": "greet"}
    assert result(complete(client, reference, "name"))["completion"]["values"] == ["Ada"]
    for unknown in (
        complete(client, reference, "nobody"),
        complete(client, {"type": "ref/prompt", "name": "nobody"}, "name"),
        complete(client, {"type": "ref/resource", "uri": "demo://nobody"}, "name"),
    ):
        assert error(unknown) == (200, -32602)
