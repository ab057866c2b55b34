"""Whatever a client sends, it gets an answer its revision's schema allows, and never a 5xx.

Every answer is judged by tests/witness.py on its way; here is what is sent.
"""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.method import METHODS
from tests.protocol_schema import REVISIONS
from tests.transport.asking import ALL
from tests.transport.everything import CALL_S, PARAMS, TOOLS, Stage, error, messages, result
from tests.transport.fakes import LEGACY, MODERN, text_block

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from([2**53, 2**64, -1, "", "\0", "\ud800", "demo://text", *TOOLS])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = st.text(max_size=8) | st.sampled_from(
    [
        "_meta",
        "arguments",
        "cursor",
        "id",
        "inputResponses",
        "jsonrpc",
        "level",
        "method",
        "params",
        "progressToken",
        "requestState",
        "result",
        "error",
        "uri",
        "io.modelcontextprotocol/protocolVersion",
        "io.modelcontextprotocol/clientCapabilities",
        "io.modelcontextprotocol/logLevel",
    ]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "accept",
            "last-event-id",
            "mcp-method",
            "mcp-name",
            "mcp-param-x",
            "mcp-protocol-version",
            "mcp-session-id",
        ]
    ),
    st.none()
    | st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=12)
    | st.sampled_from([*REVISIONS, "=?base64?AAAA?=", "application/json", "*/*", "1.1"]),
    max_size=2,
)
METHOD_NAMES = st.sampled_from([*METHODS, *METHODS, "tasks/list", "notifications/x", ""])
STAGES = st.sampled_from([{}, {"has_store": False}, {"octet": 0}])
VERSIONS = st.sampled_from(REVISIONS)
MAX_ANSWER = 100_000
"""In octets; requests here have a few hundred."""


def places(value, path=()):
    """The path of everything inside a JSON value, itself first."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def changed(body, path, change):
    """A copy with `change(holder, key)` done at `path`."""
    whole = {"": copy.deepcopy(body)}
    holder, key = whole, ""
    for step in path:
        holder, key = holder[key], step
    change(holder, key)
    return whole.get("")


@st.composite
def damaged(draw, body):
    """`body` with up to three places changed, surplus or gone."""
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(list(places(body))))
        kind = draw(st.sampled_from(["replace", "remove", "add"]))
        value, name = draw(JSON), draw(KEYS)

        def change(holder, key, kind=kind, value=value, name=name):
            if kind == "remove":
                del holder[key]
            elif kind == "add" and isinstance(holder[key], dict):
                holder[key][name] = value
            else:
                holder[key] = value

        body = changed(body, path, change)
    return body


@given(st.data(), VERSIONS, STAGES, METHOD_NAMES, HEADERS)
def test_a_damaged_message_has_a_lawful_answer(data, version, stage, method, headers):
    client = Stage(**stage).client(version, data.draw(st.sampled_from([{}, ALL])))
    whole = client.a_request(method, data.draw(params_of(method)))
    body = data.draw(damaged(whole))
    sink = client.post(body, {**client.headers_for(whole), **headers})
    assert len(sink.body) < MAX_ANSWER


def params_of(method):
    """Parameters that fit, of any tool there is."""
    if method == "tools/call":
        return st.sampled_from(
            [{"name": name, "arguments": {}, "_meta": {"progressToken": 1}} for name in TOOLS]
        )
    return st.just(copy.deepcopy(PARAMS.get(method, {})))


@given(JSON, VERSIONS, STAGES, HEADERS)
def test_any_json_has_a_lawful_answer(body, version, stage, headers):
    client = Stage(**stage).client(version)
    sink = client.post(body, {**client.headers_for(), **headers})
    assert len(sink.body) < MAX_ANSWER


@given(st.lists(JSON | METHOD_NAMES.map(lambda m: {"jsonrpc": "2.0", "method": m}), max_size=5))
def test_any_batch_has_a_lawful_answer(elements):
    client = Stage().client("2025-03-26")
    calls = [client.a_request("tools/call"), client.a_request("ping"), *elements]
    client.post(calls, client.headers_for())


@given(VERSIONS, METHOD_NAMES, st.data())
def test_any_octets_have_a_lawful_answer(version, method, data):
    client = Stage().client(version)
    whole = client.a_request(method)
    octets = bytearray(json.dumps(whole).encode())
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(octets) - 1))
        octets[place] = data.draw(st.integers(0, 255))
    client.post(bytes(octets), client.headers_for(whole))


@given(st.sampled_from(LEGACY), st.sampled_from(["GET", "DELETE"]), STAGES, HEADERS)
def test_any_headers_of_get_and_delete_have_a_lawful_answer(version, verb, stage, headers):
    client = Stage(**stage).client(version)
    _ = client.get(headers=headers) if verb == "GET" else client.delete(headers)


@given(st.sampled_from(LEGACY), STAGES, JSON, JSON | st.sampled_from(["q", 1]))
def test_any_answer_to_nothing_is_refused_or_taken(version, stage, answer, call_id):
    client = Stage(**stage).client(version)
    for member in ("result", "error"):
        sink = client.post({"jsonrpc": "2.0", "id": call_id, member: answer})
        assert sink.status in (202, 400)


@given(st.sampled_from(LEGACY), JSON)
def test_any_client_can_be_greeted(version, declared):
    stage = Stage()
    client = stage.client(version)
    body = client.a_request("initialize", {**PARAMS["initialize"], "capabilities": declared})
    client.post(body, {})


@pytest.mark.parametrize("version", REVISIONS)
@pytest.mark.parametrize(
    "call_id", [0, -1, 2**53, 2**63 - 1, "", "0", "\0", "\u2028", "é" * 99]
)
def test_every_kind_of_id_comes_back(version, call_id):
    client = Stage().client(version)
    told = messages(client.call("tools/list", call_id=call_id))[0]
    assert (type(told["id"]), told["id"]) == (type(call_id), call_id)


@pytest.mark.parametrize("version", REVISIONS)
@pytest.mark.parametrize("call_id", [None, True, 1.5, [], {}, 2**64, -(2**70)])
def test_what_is_no_id_is_refused(version, call_id):
    client = Stage().client(version)
    body = client.a_request("tools/list")
    headers = client.headers_for(body)
    body["id"] = call_id
    assert error(client.post(body, headers)) == (400, -32600)


@pytest.mark.parametrize("version", REVISIONS)
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=latin-1"])
def test_octets_that_are_no_utf_8_are_refused_whatever_is_announced(version, charset):
    client = Stage().client(version)
    body = client.a_request("tools/call", {"name": "echo", "arguments": {"text": "é"}})
    headers = {**client.headers_for(body), "content-type": f"application/json{charset}"}
    text = json.dumps(body, ensure_ascii=False)
    assert result(client.post(text.encode(), headers))["content"]
    assert error(client.post(text.encode("latin-1"), headers)) == (400, -32700)


@pytest.mark.parametrize("version", REVISIONS)
@pytest.mark.parametrize("method", ["notifications/x", "notifications/initialized", "x", ""])
def test_notifications_nobody_knows_are_taken(version, method):
    sink = Stage().client(version).notify(method, {"anything": [1]})
    assert (sink.status, sink.body) == (202, b"")


@pytest.mark.parametrize("version", REVISIONS)
def test_a_cursor_of_another_list_or_server_is_refused(version):
    client = Stage().client(version)
    cursor = result(client.call("tools/list"))["nextCursor"]
    assert result(client.call("tools/list", {"cursor": cursor}))["tools"]
    refused = client.call("resources/list", {"cursor": cursor})
    assert messages(refused)[0]["error"]["code"] == -32602


def late_answer(stage, client):
    """The questions of a call that nobody answered in time, answered afterwards."""
    sink = client.call_tool("ask")
    questions = [each for each in messages(sink) if "id" in each and "method" in each]
    answers = [{"jsonrpc": "2.0", "id": q["id"], "result": {"content": 1}} for q in questions]
    return sink, [client.post(answer).status for answer in answers * 2]


@pytest.mark.parametrize("version", ["2025-06-18", "2025-11-25"])
def test_an_answer_after_the_deadline_changes_nothing(version):
    stage = Stage()
    client = stage.client(version)
    start_s = stage.clock.now_s
    sink, statuses = late_answer(stage, client)
    assert stage.clock.now_s - start_s <= CALL_S
    assert result(sink)["isError"] is True
    assert len(statuses) == 2
    assert set(statuses) <= {202, 400}
    assert result(client.call_tool("echo"))["structuredContent"] == {}


def test_answers_that_come_twice_in_a_retry_are_taken_as_they_are():
    client = Stage().client(MODERN)
    asked = result(client.call_tool("ask"))
    retry = {
        "name": "ask",
        "arguments": {},
        "requestState": asked["requestState"],
        "inputResponses": {"user": {"content": 1}, "surplus": {"content": 2}},
    }
    for _ in range(2):
        assert result(client.call("tools/call", retry))["content"] == [text_block("1")]
