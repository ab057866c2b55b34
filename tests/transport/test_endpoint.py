"""transport/endpoint.py: whatever is sent, there is one well-formed answer, at little cost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp_types.jsonrpc import JSONRPCError, jsonrpc_message_adapter

from firstbyte.transport.errors import NotJson
from tests.transport.fakes import (
    BOTH,
    CAPABILITIES_KEY,
    LEVEL_KEY,
    MODERN,
    SERVED,
    VERSION_KEY,
    Outcome,
    Service,
    Sink,
    a_call,
    a_meta,
    an_endpoint,
    call_legacy,
    call_modern,
    echo,
    post,
)

ROOT = Path(__file__).parents[2]


def test_a_refusal_is_a_json_rpc_error_with_its_headers():
    sink = post(an_endpoint(), b"", method="GET")
    assert (sink.status, sink.is_closed) == (405, True)
    assert sink.headers == {"content-type": "application/json", "allow": "POST"}
    assert sink.json == {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": -32600, "message": "only POST is served"},
    }


def test_a_notification_is_answered_with_202_and_nothing():
    sink = post(an_endpoint(), {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (sink.status, sink.headers, sink.body, sink.is_closed) == (202, {}, b"", True)


def test_a_client_of_events_only_gets_events():
    sink = call_legacy(an_endpoint(), "ping", headers={"accept": "text/event-stream"})
    assert sink.events == [{"jsonrpc": "2.0", "id": 1, "result": {}}]


@pytest.mark.parametrize("call_id", ["1", 1, "", 0, -7, 2**64 - 1, "\u2028é\x00"])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_an_id_comes_back_as_it_was_sent(call_id, accept):
    sink = post(an_endpoint(), a_call("ping", call_id=call_id), {"accept": accept})
    (message,) = [sink.json] if accept == "application/json" else sink.events
    assert message["id"] == call_id
    assert type(message["id"]) is type(call_id)


@pytest.mark.parametrize("call", [call_modern, call_legacy])
def test_what_the_service_raises_comes_out_before_anything_was_sent(call):
    class Broken(Service):
        def list_tools(self):
            raise ImportError("a secret path")

    sink = Sink()
    with pytest.raises(ImportError):
        call(an_endpoint(Broken(echo=echo)), "tools/list", sink=sink)
    assert (sink.status, sink.body) == (None, b"")


def test_a_failure_of_ours_is_an_event_where_events_flow_and_then_comes_out():
    class Unencodable:
        """A service's outcome that breaks its promise of JSON values."""

    def body(arguments, caller):
        caller.progress(1, None, None)
        return Outcome([], Unencodable(), has_structured=True)

    sink = Sink()
    with pytest.raises(NotJson):
        call_modern(
            an_endpoint(Service(t=body)),
            "tools/call",
            {"name": "t"},
            meta={"progressToken": 1},
            sink=sink,
        )
    text = "the server failed; its log has request id invocation-1"
    assert sink.events[-1]["error"] == {"code": -32603, "message": text}
    assert not sink.is_closed


def test_what_the_sink_raises_comes_out():
    class Lost(Exception):
        pass

    class LostSink:
        def open(self, status, headers):
            pass

        def close(self, octets=b""):
            raise Lost

    with pytest.raises(Lost):
        post(an_endpoint(), a_call("ping"), sink=LostSink())


def test_one_request_leaves_nothing_behind_for_the_next():
    endpoint = an_endpoint()
    fresh = call_legacy(endpoint, "tools/list").body
    call_modern(endpoint, "tools/call", {"name": "echo"})
    call_legacy(endpoint, "initialize", {"protocolVersion": "2024-11-05"})
    assert call_legacy(endpoint, "tools/list").body == fresh


# Any request at all.


def talk(arguments, caller):
    caller.progress(1, None, "x")
    caller.log("error", arguments, None)
    return Outcome([], arguments, has_structured=True)


def fail(arguments, caller):
    raise RuntimeError


SERVICE = Service(echo=echo, talk=talk, fail=fail)
METHODS = ["initialize", "ping", "tools/list", "tools/call", "server/discover", "x"]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
METAS = VALUES | st.fixed_dictionaries(
    {},
    optional={
        VERSION_KEY: st.sampled_from(SERVED) | VALUES,
        CAPABILITIES_KEY: st.just({}) | VALUES,
        LEVEL_KEY: st.just("debug") | VALUES,
        "progressToken": VALUES,
    },
)
PARAMS = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "_meta": METAS,
        "name": st.sampled_from(["echo", "talk", "fail"]) | VALUES,
        "arguments": VALUES,
        "cursor": VALUES,
        "protocolVersion": st.sampled_from(SERVED) | VALUES,
    },
)
MESSAGES = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0") | VALUES},
    optional={
        "id": st.integers() | st.text() | VALUES,
        "method": st.sampled_from(METHODS) | VALUES,
        "params": PARAMS,
        "result": VALUES,
        "error": VALUES,
    },
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "accept": st.sampled_from(["application/json", "text/event-stream", BOTH]) | st.text(),
        "content-type": st.just("application/json") | st.text(),
        "host": st.just("localhost:1") | st.text(),
        "origin": st.just("http://localhost") | st.text(),
        "mcp-protocol-version": st.sampled_from(SERVED) | st.text(),
        "mcp-method": st.sampled_from(METHODS) | st.text(),
        "mcp-name": st.sampled_from(["echo", "talk", "fail"]) | st.text(),
    },
)
STATUSES = {200, 202, 400, 403, 404, 405, 406, 413, 415, 421}


def legal_id_of(octets):
    """The id an answer may carry: the body's, or None if another parser finds none there."""
    try:
        call_id = json.loads(octets).get("id")
    except (ValueError, AttributeError, RecursionError):
        return None
    return call_id if type(call_id) in (str, int) else None


def assert_well_formed(sink, octets):
    assert sink.is_closed
    assert sink.status in STATUSES
    if sink.status == 202:
        assert (sink.headers, sink.body) == ({}, b"")
        return
    is_stream = sink.headers["content-type"] == "text/event-stream"
    *notes, last = sink.events if is_stream else [sink.json]
    assert all("id" not in note for note in notes)
    assert last["id"] in (legal_id_of(octets), None)
    if sink.status != 200:
        assert isinstance(jsonrpc_message_adapter.validate_python(last), JSONRPCError)
    else:
        assert last["id"] == legal_id_of(octets)


@given(
    st.binary(max_size=60) | MESSAGES.map(json.dumps).map(str.encode),
    HEADERS,
    st.sampled_from(["POST", "POST", "POST", "GET"]) | st.text(),
    st.sampled_from(["/mcp", "/mcp", "/mcp", "/mcp/"]) | st.text(),
)
def test_any_request_has_one_well_formed_answer(octets, headers, method, path):
    sink = post(an_endpoint(SERVICE), octets, headers, method=method, path=path)
    assert_well_formed(sink, octets)


@given(MESSAGES)
def test_any_message_under_the_usual_headers_has_one_well_formed_answer(message):
    sink = post(an_endpoint(SERVICE), message)
    assert_well_formed(sink, json.dumps(message).encode())


@given(st.sampled_from(METHODS), PARAMS.filter(lambda p: isinstance(p, dict)), METAS)
def test_any_modern_params_have_one_well_formed_answer(method, params, meta):
    more = meta if isinstance(meta, dict) else {}
    name = params.get("name")
    headers = {
        "mcp-protocol-version": MODERN,
        "mcp-method": method,
        **({"mcp-name": name} if isinstance(name, str) else {}),
    }
    body = a_call(method, {**params, "_meta": {**more, **a_meta()}})
    sink = post(an_endpoint(SERVICE), body, headers)
    assert_well_formed(sink, json.dumps(body).encode())


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"[" * 100_000, id="deep array"),
        pytest.param(b'{"a":' * 2_000, id="deep object"),
        pytest.param(b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"ping"}', id="huge"),
        pytest.param(b'{"jsonrpc":"2.0","id":1e999,"method":"ping"}', id="infinite id"),
        pytest.param(b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}', id="NaN id"),
        pytest.param(b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}', id="half a pair"),
        pytest.param(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\x00', id="NUL at the end"),
        pytest.param(b'{"jsonrpc":"2.0","id":1,"method":"pi\x00ng"}', id="NUL inside"),
    ],
)
def test_hostile_json_is_refused(octets):
    sink = post(an_endpoint(), octets)
    assert sink.status == 400
    assert sink.json["id"] is None


def test_a_tool_that_sends_back_what_is_very_deep_fails_in_the_open():
    deep = b'{"a":' * 1000 + b"1" + b"}" * 1000
    body = (
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":'
        + deep
        + b"}}"
    )
    sink = post(an_endpoint(), body)
    assert sink.status == 200
    assert sink.json["id"] == 1


# The way to the first answer.


FIRST_ANSWER = """
import sys, types
package = sys.modules["firstbyte"] = types.ModuleType("firstbyte")
package.__path__ = [ROOT]
before = set(sys.modules)
from firstbyte.transport.codec import Codec
from firstbyte.transport.endpoint import Endpoint
from firstbyte.transport.memory import Memory
from firstbyte.transport.policy import Policy
from firstbyte.transport.request import Request

class Service:
    identity = {"name": "s", "version": "1"}
    instructions = ""
    has_tools = has_prompts = has_resources = has_completions = True
    announces = frozenset()
    page_size, ttl_ms, cache_scope = 100, 0, "public"
    def list_tools(self):
        return [{"name": "t", "inputSchema": {"type": "object"}}]

class Sink:
    def open(self, status, headers):
        assert status == 200, status
    def close(self, octets=b""):
        assert b'"result"' in octets, octets

class Invocation:
    def watch(self, answer):
        pass
    def unwatch(self):
        pass

endpoint = Endpoint(Service(), Policy("/mcp", (), (), 1000), Codec(), Memory(None))
for headers, body in REQUESTS:
    headers = {"content-type": "application/json", **headers}
    endpoint.answer(Request("POST", "/mcp", headers, body), Sink(), Invocation())
print(*sorted(m for m in set(sys.modules) - before if not m.startswith("firstbyte.")))
"""


def test_the_first_answers_import_nothing_but_builtins():
    meta = {VERSION_KEY: MODERN, CAPABILITIES_KEY: {}}
    requests = [
        ({}, a_call("initialize", {"protocolVersion": "2025-11-25"})),
        *(
            (
                {"mcp-protocol-version": MODERN, "mcp-method": method},
                a_call(method, {"_meta": meta}),
            )
            for method in ("server/discover", "tools/list")
        ),
    ]
    program = FIRST_ANSWER.replace("ROOT", repr(str(ROOT))).replace(
        "REQUESTS", repr([(headers, json.dumps(body).encode()) for headers, body in requests])
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert set(done.stdout.split()) <= {"_json", "binascii"}
