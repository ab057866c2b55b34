"""transport/endpoint.py: whatever is sent, there is one well-formed answer, at little cost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp_types.jsonrpc import JSONRPCError, jsonrpc_message_adapter

from firstbyte.transport.errors import CallEnded, CallFailed, NotJson, StoreFailed
from firstbyte.transport.fault import Fault
from tests.transport.asking import ALL, Question
from tests.transport.fakes import (
    BOTH,
    CAPABILITIES_KEY,
    INFO_KEY,
    LEVEL_KEY,
    MODERN,
    SERVED,
    VERSION_KEY,
    Clock,
    FailingStore,
    Invocation,
    Outcome,
    Reading,
    Service,
    Sink,
    a_call,
    a_meta,
    an_endpoint,
    call_legacy,
    call_modern,
    echo,
    environments,
    get,
    pauses_that,
    post,
    shake_hands,
)

ROOT = Path(__file__).parents[2]


def test_a_refusal_is_a_json_rpc_error_with_its_headers():
    sink = post(an_endpoint(), b"", method="GET")
    assert (sink.status, sink.is_closed) == (405, True)
    assert sink.headers == {"content-type": "application/json", "allow": "POST"}
    assert sink.json == {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": -32600, "message": "GET is not served, only POST"},
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


# What a method comes to.


class Performing(Service):
    """A service whose list of tools is made by `body`, past everything that shields a tool."""

    def __init__(self, body):
        super().__init__(echo=echo)
        self.list_tools = body


def raise_(error):
    raise error


@pytest.mark.parametrize("call", [call_modern, call_legacy])
def test_a_call_that_ended_otherwise_is_answered_as_it_ended(call):
    fault = Fault(-32602, "no such state", {"reason": "x"})
    endpoint = an_endpoint(Performing(lambda: raise_(CallEnded(fault))))
    sink = call(endpoint, "tools/list")
    error = {"code": -32602, "message": "no such state", "data": {"reason": "x"}}
    assert (sink.status, sink.json["error"]) == (200, error)


@pytest.mark.parametrize("call", [call_modern, call_legacy])
def test_a_function_that_failed_is_told_by_its_sentence(call):
    endpoint = an_endpoint(Performing(lambda: raise_(CallFailed("the prompt failed"))))
    sink = call(endpoint, "tools/list")
    assert (sink.status, sink.json["error"]) == (
        200,
        {"code": -32603, "message": "the prompt failed"},
    )


@pytest.mark.parametrize("call", [call_modern, call_legacy])
def test_a_store_that_fails_is_reported_and_told_without_its_reasons(call):
    invocation = Invocation()
    endpoint = an_endpoint(Performing(lambda: raise_(StoreFailed("a secret path"))))
    sink = call(endpoint, "tools/list", invocation=invocation)
    assert sink.json["error"] == {
        "code": -32603,
        "message": "the server's store does not answer",
    }
    assert [str(error) for error in invocation.errors] == ["a secret path"]


@pytest.mark.parametrize(
    ("call", "code", "status"),
    [
        (call_modern, -32021, 400),
        (call_modern, -32020, 400),
        (call_modern, -32602, 200),
        (call_legacy, -32602, 200),
    ],
)
def test_some_faults_are_bad_requests_to_a_modern_client(call, code, status):
    data = {"requiredCapabilities": {"sampling": {}}} if code == -32021 else None
    endpoint = an_endpoint(Performing(lambda: raise_(CallEnded(Fault(code, "no", data)))))
    sink = call(endpoint, "tools/list")
    assert (sink.status, sink.json["error"]["code"]) == (status, code)


def test_a_call_that_was_taken_back_has_no_response():
    endpoint = an_endpoint(Performing(lambda: raise_(CallEnded(None))))
    sink = call_legacy(endpoint, "tools/list")
    assert (sink.status, sink.events, sink.is_closed) == (200, [], True)


def test_a_cacheable_result_says_for_how_long_and_its_own_word_wins():
    service = Service(echo=echo).with_resources(
        {"a://x": lambda caller: Reading([{"uri": "a://x", "text": ""}], ttl_ms=5)}
    )
    service.ttl_ms, service.cache_scope = 9, "private"
    endpoint = an_endpoint(service)

    def hints(method, params=None):
        result = call_modern(endpoint, method, params).json["result"]
        return result.get("ttlMs"), result.get("cacheScope")

    assert hints("tools/list") == hints("server/discover") == (9, "private")
    assert hints("resources/read", {"uri": "a://x"}) == (5, "private")
    assert hints("tools/call", {"name": "echo"}) == (None, None)


def test_what_asks_for_input_is_not_cacheable():
    service = Service().with_resources({"a://x": lambda caller: caller.ask({"q": Question()})})
    endpoint, _ = environments(service)
    sink = call_modern(
        endpoint, "resources/read", {"uri": "a://x"}, meta={CAPABILITIES_KEY: ALL}
    )
    result = sink.json["result"]
    assert result.keys() == {"resultType", "inputRequests", "requestState", "_meta"}
    assert result["resultType"] == "input_required"


def test_the_servers_name_joins_what_meta_a_result_has():
    def body(arguments, caller):
        return Outcome([], meta={"a.example/x": 1})

    sink = call_modern(an_endpoint(Service(t=body)), "tools/call", {"name": "t"})
    meta = sink.json["result"]["_meta"]
    assert (meta.pop(INFO_KEY)["name"], meta) == ("fake", {"a.example/x": 1})


# Batches.


NOTIFICATION = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def test_a_batch_is_answered_by_an_array_in_its_order():
    body = [
        a_call("ping", call_id=1),
        NOTIFICATION,
        5,
        a_call("nonsense", call_id="a"),
        a_call("tools/call", {"name": "echo"}, call_id=2),
    ]
    sink = post(an_endpoint(), body)
    assert sink.status == 200
    told = json.loads(sink.body)
    assert [message["id"] for message in told] == [1, None, "a", 2]
    assert [message.get("error", {}).get("code") for message in told] == [
        *(None, -32600, -32601, None)
    ]


def test_a_batch_of_nothing_but_notifications_is_answered_by_202():
    sink = post(an_endpoint(), [NOTIFICATION, NOTIFICATION])
    assert (sink.status, sink.body) == (202, b"")


def test_once_one_call_of_a_batch_says_something_each_has_its_event():
    body = [
        a_call("ping", call_id=1),
        a_call("tools/call", {"name": "talk", "_meta": {"progressToken": 1}}, call_id=2),
        a_call("ping", call_id=3),
    ]
    events = post(an_endpoint(SERVICE), body).events
    assert [event.get("id", event.get("method")) for event in events] == [
        *(1, "notifications/progress", 2, 3)
    ]


def test_a_batch_is_watched_once_and_whole():
    invocation = Invocation()
    body = [a_call("tools/call", {"name": "echo"}, call_id=number) for number in (1, 2)]
    post(an_endpoint(), body, invocation=invocation)
    steps = [step for step in invocation.steps if step != "enter_tool"]
    assert steps == ["watch", "unwatch"]


def test_in_a_batch_a_response_nobody_waits_for_does_no_harm():
    here, there = environments()
    headers = shake_hands(here, "2025-03-26")
    body = [a_call("ping"), {"jsonrpc": "2.0", "id": "q", "result": {}}]
    assert json.loads(post(there, body, headers).body) == [
        {"jsonrpc": "2.0", "id": 1, "result": {}}
    ]


@pytest.mark.parametrize("turn_s", [0.001, 1])
def test_a_call_of_a_batch_that_is_taken_back_before_its_turn_is_not_run(turn_s):
    clock = Clock()
    ran = []

    def body(arguments, caller):
        ran.append(arguments["n"])
        clock.pause(turn_s)
        return echo(arguments, caller)

    here, there = environments(Service(t=body), clock=clock)
    headers = shake_hands(here, "2025-03-26")
    params = {"requestId": 2}
    taken_back = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
    clock.during_pause = pauses_that(lambda: post(there, taken_back, headers))
    calls = [
        a_call("tools/call", {"name": "t", "arguments": {"n": n}}, call_id=n) for n in (1, 2, 3)
    ]
    told = json.loads(post(here, calls, {**headers, "accept": "application/json"}).body)
    assert ran == [1, 3]
    assert [(message["id"], "error" in message) for message in told] == [
        *((1, False), (2, True), (3, False))
    ]


# Streams that can be resumed.


def talking(call_id=1, progress_token=1):
    params = {"name": "talk", "_meta": {"progressToken": progress_token}}
    return a_call("tools/call", params, call_id)


@pytest.mark.parametrize(
    ("version", "count"),
    [("2025-11-25", 4), ("2025-06-18", 3), ("2025-03-26", 3)],
)
def test_a_session_gets_its_stream_with_ids_of_its_own(version, count):
    here, _ = environments(SERVICE)
    headers = shake_hands(here, version)
    ids = [*post(here, talking(), headers).ids, *post(here, talking(), headers).ids]
    assert len(ids) == len(set(ids)) == 2 * count
    assert all(ids)


@pytest.mark.parametrize("version", ["2024-11-05", MODERN])
def test_a_revision_without_event_ids_gets_none(version):
    here, _ = environments(SERVICE)
    if version == MODERN:
        sink = call_modern(here, "tools/call", {"name": "talk"}, meta={"progressToken": 1})
    else:
        sink = post(here, talking(), shake_hands(here, version))
    assert set(sink.ids) == {""}


def test_a_client_that_was_let_go_fetches_the_rest_from_another_environment():
    def body(arguments, caller):
        caller.let_go(7)
        caller.progress(1, None, None)
        return echo(arguments, caller)

    here, there = environments(Service(talk=body))
    headers = shake_hands(here)
    primed, farewell = post(here, talking(), headers).stream
    assert (primed.data, farewell.retry) == ("", 7)
    progress, result = get(there, headers, last_event_id=primed.id).events
    assert progress["method"] == "notifications/progress"
    assert result["id"] == 1


def test_a_store_that_fails_amid_a_stream_does_not_fail_the_call():
    clock = Clock()
    store = FailingStore(clock)
    store.is_broken = False
    invocation = Invocation()

    def body(arguments, caller):
        store.is_broken = True
        caller.progress(1, None, None)
        return echo(arguments, caller)

    here, _ = environments(Service(talk=body), clock=clock, store=store)
    sink = post(here, talking(), shake_hands(here), invocation=invocation)
    assert sink.events[-1]["result"]["structuredContent"] == {}
    assert StoreFailed in {type(error) for error in invocation.errors}


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
    if octets.lstrip().startswith(b"["):
        # Which response is whose has been judged on the way; there may be several, or events.
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
    st.binary(max_size=60)
    | (MESSAGES | st.lists(MESSAGES, max_size=2)).map(json.dumps).map(str.encode),
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
    account = {}
    def watch(self, answer):
        pass
    def unwatch(self):
        pass
    def report(self, error):
        raise error

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
