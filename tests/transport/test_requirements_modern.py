"""What 2026-07-28 asks of the whole server, seen from outside and in any environment."""

import pytest

from firstbyte.transport.method import METHODS
from tests.transport.asking import ALL, Question
from tests.transport.everything import (
    NAMES,
    TOOLS,
    Stage,
    a_service,
    error,
    messages,
    result,
)
from tests.transport.fakes import (
    CAPABILITIES_KEY,
    LEGACY,
    LEVEL_KEY,
    MODERN,
    VERSION_KEY,
    Outcome,
    Service,
    pauses_that,
    text_block,
)

CACHED = {
    "server/discover",
    "tools/list",
    "prompts/list",
    "resources/list",
    "resources/templates/list",
    "resources/read",
}
MODERN_METHODS = {name for name, method in METHODS.items() if "modern" in method.eras}
PLAIN = sorted(MODERN_METHODS - {"subscriptions/listen"})
GONE = [
    "initialize",
    "ping",
    "logging/setLevel",
    "resources/subscribe",
    "resources/unsubscribe",
]


def a_client(capabilities=None, **options):
    return Stage(**options).client(MODERN, {} if capabilities is None else capabilities)


@pytest.mark.parametrize("method", PLAIN)
def test_hints_for_caches_are_on_what_may_be_cached_and_on_nothing_else(method):
    told = result(a_client().call(method))
    assert ({"ttlMs", "cacheScope"} <= told.keys()) is (method in CACHED)
    assert ({"ttlMs", "cacheScope"} & told.keys() == set()) is (method not in CACHED)


@pytest.mark.parametrize("method", ["tools/list", "resources/list", "resources/templates/list"])
def test_all_pages_of_a_list_are_for_the_same_caches(method):
    client = a_client()
    scopes, cursor = [], {}
    while cursor is not None:
        told = result(client.call(method, cursor))
        scopes.append(told["cacheScope"])
        cursor = {"cursor": told["nextCursor"]} if "nextCursor" in told else None
    assert len(scopes) > 1
    assert set(scopes) == {"public"}


@pytest.mark.parametrize("method", PLAIN)
def test_every_result_is_complete_and_names_the_server(method):
    told = result(a_client().call(method))
    assert told["resultType"] == "complete"
    assert told["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "everything"


@pytest.mark.parametrize("method", GONE)
def test_what_the_legacy_era_had_does_not_exist(method):
    assert error(a_client().call(method)) == (404, -32601)


@pytest.mark.parametrize("method", PLAIN)
def test_who_the_client_is_changes_nothing(method):
    info = {"io.modelcontextprotocol/clientInfo": {"name": "x", "version": "1"}}
    client = a_client()
    assert result(client.call(method, meta=info)) == result(client.call(method))


@pytest.mark.parametrize(
    "meta",
    [
        {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
        {"tracestate": "a=b", "baggage": "userId=alice"},
        {"traceparent": 7, "baggage": None},
        {"com.example/own": {"deep": [1]}, "io.modelcontextprotocol/unheard-of": True},
    ],
)
def test_keys_of_meta_that_mean_nothing_here_are_passed_over(meta):
    assert result(a_client().call("tools/call", meta=meta))["structuredContent"] == {
        "text": "hello"
    }


def test_an_extension_of_the_client_alone_is_passed_over():
    client = a_client(
        {"extensions": {"com.example/x": {}, "io.modelcontextprotocol/tasks": {}}}
    )
    assert result(client.call("tools/call"))["resultType"] == "complete"
    assert "extensions" not in result(client.call("server/discover"))["capabilities"]


def test_a_session_id_is_ignored_and_none_is_given_out():
    client = a_client()
    sink = client.call("tools/call", headers={"mcp-session-id": "whatever"})
    assert result(sink)["resultType"] == "complete"
    assert "mcp-session-id" not in sink.headers


def test_a_last_event_id_is_ignored():
    sink = a_client().call("tools/call", headers={"last-event-id": "whatever.1"})
    assert result(sink)["resultType"] == "complete"


@pytest.mark.parametrize("verb", ["GET", "DELETE"])
def test_get_and_delete_are_void(verb):
    client = a_client()
    sink = client.get() if verb == "GET" else client.delete()
    assert (sink.status, sink.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("octet", [0, 1])
def test_a_posted_array_is_refused(octet):
    client = a_client(octet=octet)
    call = client.a_request("tools/list")
    headers = client.headers_for(call)
    assert error(client.post([call], headers)) == (400, -32600)


def test_a_posted_response_is_refused():
    client = a_client()
    body = {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert error(client.post(body)) == (400, -32600)


def test_what_is_declared_is_served_and_what_is_not_does_not_exist():
    capability = {name: METHODS[name].capability for name in PLAIN}
    for stage in (Stage(), Stage(has_store=False), Stage(octet=0), Stage(Service())):
        client = stage.client(MODERN, {})
        declared = result(client.call("server/discover"))["capabilities"]
        for method in PLAIN:
            name = capability[method].partition(".")[0]
            is_there = not name or name in declared
            if is_there:
                assert "result" in messages(client.call(method))[-1], method
            else:
                assert error(client.call(method)) == (404, -32601)


def test_listening_exists_where_something_is_declared_to_be_told():
    assert messages(a_client().call("subscriptions/listen"))[-1]["result"]
    for stage in (Stage(has_store=False), Stage(octet=0), Stage(Service(a=lambda *_: None))):
        client = stage.client(MODERN, {})
        assert error(client.call("subscriptions/listen")) == (404, -32601)


@pytest.mark.parametrize("method", [name for name in PLAIN if name.endswith("/list")])
def test_a_list_is_the_same_before_and_after_other_calls_and_for_everybody(method):
    stage = Stage()
    before = result(stage.client(MODERN, {}).call(method))
    other = stage.client(MODERN, {"roots": {}}, principal="somebody")
    other.call("tools/call")
    other.call_tool("report", meta={"progressToken": 1})
    assert result(other.call(method)) == before


def test_an_empty_cursor_is_a_cursor():
    assert error(a_client().call("tools/list", {"cursor": ""}))[1] == -32602


def test_a_log_goes_only_to_who_asked_for_it_in_this_very_request():
    client = a_client()
    logged = client.call_tool("report", meta={LEVEL_KEY: "debug"})
    assert [each.get("method") for each in messages(logged)] == [
        "notifications/message"
    ] * 2 + [None]
    silent = client.call_tool("report")
    assert [each.get("method") for each in messages(silent)] == [None]


def test_messages_on_the_way_go_on_the_stream_of_their_own_request():
    inner = []

    def outer(arguments, caller):
        caller.progress(1, None, None)
        caller.log("info", "outer", None)
        meta = {"progressToken": "in", LEVEL_KEY: "error"}
        inner.append(stage.client(MODERN, {}).call_tool("report", call_id="i", meta=meta))
        caller.progress(2, None, None)
        return Outcome([text_block("done")])

    stage = Stage(Service(outer=outer, report=a_service().find_tool("report").call))
    meta = {"progressToken": "out", LEVEL_KEY: "info"}
    sink = stage.client(MODERN, {}).call_tool("outer", call_id="o", meta=meta)
    for told, token, text, call_id in (
        (messages(sink), "out", "outer", "o"),
        (messages(inner[0]), "in", "bad", "i"),
    ):
        params = [each["params"] for each in told[:-1]]
        assert [p["progressToken"] for p in params if "progressToken" in p] == [token] * 2
        assert [p["data"] for p in params if "data" in p] == [text]
        assert told[-1]["id"] == call_id


def test_a_stream_is_not_to_be_buffered_and_has_no_event_ids():
    sink = a_client().call_tool("report", meta={"progressToken": 1})
    assert sink.headers["x-accel-buffering"] == "no"
    assert b"id:" not in sink.body.replace(b'"id":', b"")


def test_a_posted_cancellation_is_taken_and_stops_nothing():
    taken = []

    def slow(arguments, caller):
        params = {"requestId": 7}
        taken.append(client.notify("notifications/cancelled", params).status)
        return Outcome([text_block(str(caller.is_cancelled))])

    client = Stage(Service(slow=slow)).client(MODERN, {})
    sink = client.call_tool("slow", call_id=7)
    assert (taken, result(sink)["content"]) == ([202], [text_block("False")])


def test_a_missing_capability_is_400_and_named():
    sink = a_client({}).call_tool("ask")
    assert error(sink) == (400, -32021)
    assert messages(sink)[0]["error"]["data"] == {"requiredCapabilities": {"elicitation": {}}}


def test_a_question_and_its_answer_may_meet_in_different_environments():
    client = a_client({"elicitation": {}})
    asked = result(client.call_tool("ask"))
    assert asked["resultType"] == "input_required"
    params = {
        "name": "ask",
        "arguments": {},
        "requestState": asked["requestState"],
        "inputResponses": {"user": {"content": "Ada"}},
    }
    assert result(client.call("tools/call", params))["content"] == [text_block('"Ada"')]


def a_state(stage, **options):
    return result(stage.client(MODERN, {"elicitation": {}}, **options).call_tool("ask"))[
        "requestState"
    ]


def refuse(stage, state, name="ask", arguments=None, **options):
    client = stage.client(MODERN, {"elicitation": {}}, **options)
    params = {"name": name, "arguments": arguments or {}, "requestState": state}
    return messages(client.call("tools/call", params))[0]


REFUSED = {"reason": "invalid_request_state"}


def test_a_state_is_refused_that_was_altered_or_is_anothers():
    stage = Stage()
    state = a_state(stage)
    assert "result" in refuse(stage, state)
    other = "A" if state[-2] != "A" else "B"
    for wrong in (state[:-2] + other + state[-1], state + "A", "", "x.y"):
        assert refuse(stage, wrong)["error"]["data"] == REFUSED
    assert refuse(stage, state, principal="eve")["error"]["data"] == REFUSED
    assert refuse(stage, state, arguments={"a": 1})["error"]["data"] == REFUSED
    assert refuse(stage, state, name="echo")["error"]["data"] == REFUSED


def test_a_state_of_another_server_or_other_keys_is_refused():
    stage = Stage()
    state = a_state(stage)
    assert refuse(Stage(octet=2), state)["error"]["data"] == REFUSED
    namesake = a_service()
    namesake.identity = {"name": "somebody else", "version": "1"}
    assert refuse(Stage(namesake), state)["error"]["data"] == REFUSED


def test_a_state_is_good_for_minutes():
    stage = Stage()
    state = a_state(stage)
    stage.clock.now_s += 3600
    assert refuse(stage, state)["error"]["data"] == REFUSED


def test_a_change_in_one_environment_is_told_on_a_stream_of_another():
    stage = Stage()
    client = stage.client(MODERN, {})
    stage.clock.during_pause = pauses_that(lambda: client.call_tool("change"))
    wanted = {"toolsListChanged": True, "resourceSubscriptions": ["demo://text"]}
    sink = client.call("subscriptions/listen", {"notifications": wanted}, call_id=0)
    told = messages(sink)
    assert [each.get("method") for each in told] == [
        "notifications/subscriptions/acknowledged",
        "notifications/tools/list_changed",
        "notifications/resources/updated",
        None,
    ]
    assert told[0]["params"]["notifications"] == wanted
    key = "io.modelcontextprotocol/subscriptionId"
    assert [each.get("params", each.get("result"))["_meta"][key] for each in told] == [0] * 4


def test_a_version_in_the_body_alone_is_a_mismatch():
    client = a_client()
    body = client.a_request("tools/list")
    headers = {**client.headers_for(body), "mcp-protocol-version": None}
    assert error(client.post(body, headers)) == (400, -32020)


def test_an_unserved_version_is_told_all_that_are_served():
    client = a_client()
    body = client.a_request(
        "tools/list", meta={VERSION_KEY: "1900-01-01", CAPABILITIES_KEY: {}}
    )
    headers = {**client.headers_for(body), "mcp-protocol-version": "1900-01-01"}
    sink = client.post(body, headers)
    assert error(sink) == (400, -32022)
    supported = result(client.call("server/discover"))["supportedVersions"]
    told = messages(sink)[0]["error"]["data"]
    assert told == {"supported": supported, "requested": "1900-01-01"}
    assert set(supported) == {MODERN, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}


@pytest.mark.parametrize("method", PLAIN)
def test_what_a_header_repeats_has_to_be_there_and_the_same(method):
    client = a_client()
    body = client.a_request(method)
    headers = client.headers_for(body)
    assert ("mcp-name" in headers) is (method in NAMES)
    for name in headers:
        for value in (None, "x", headers[name].upper() + "?"):
            assert error(client.post(body, {**headers, name: value})) == (400, -32020)


def test_a_tool_nobody_knows_is_no_http_error():
    assert error(a_client().call_tool("nobody")) == (200, -32602)


def test_headers_that_repeat_nothing_are_ignored():
    sink = a_client().call("tools/call", headers={"mcp-param-region": "=?base64?%?="})
    assert result(sink)["resultType"] == "complete"


def test_a_missing_resource_is_invalid_params():
    told = messages(a_client().call("resources/read", {"uri": "demo://nothing"}))[0]
    assert told["error"]["code"] == -32602
    assert told["error"]["data"] == {"uri": "demo://nothing"}
    assert "result" not in told


def test_a_question_is_for_no_cache():
    def read(caller):
        caller.ask({"user": Question()})

    service = a_service().with_resources({"demo://asking": read})
    client = Stage(service).client(MODERN, {"elicitation": {}})
    told = result(client.call("resources/read", {"uri": "demo://asking"}))
    assert told["resultType"] == "input_required"
    assert told.keys() & {"ttlMs", "cacheScope"} == set()


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "", [], [{}], {}, {"a": None}])
def test_any_json_is_a_structure(value):
    def give(arguments, caller):
        return Outcome([], value, has_structured=True)

    told = result(Stage(Service(give=give)).client(MODERN, {}).call_tool("give"))
    assert told["structuredContent"] == value
    assert type(told["structuredContent"]) is type(value)


def test_logging_is_declared_by_who_may_log():
    declared = result(a_client().call("server/discover"))["capabilities"]
    assert declared["logging"] == {}


def listen(client, wanted, meanwhile=lambda: None, **options):
    """What a client hears that listens; `meanwhile` happens once while it does."""
    client.stage.clock.during_pause = pauses_that(meanwhile)
    return messages(client.call("subscriptions/listen", {"notifications": wanted}, **options))


def test_what_is_not_announced_is_not_acknowledged():
    service = a_service()
    service.announces = frozenset(("tools",))
    client = Stage(service).client(MODERN, {})
    wanted = {
        "toolsListChanged": True,
        "promptsListChanged": True,
        "resourceSubscriptions": ["demo://text"],
        "com.example/unheard-of": True,
    }
    told = listen(client, wanted)
    assert told[0]["params"]["notifications"] == {"toolsListChanged": True}


def test_what_was_not_asked_for_is_not_told():
    client = a_client()
    told = listen(
        client,
        {"promptsListChanged": True, "resourceSubscriptions": ["demo://other"]},
        lambda: client.call_tool("change"),
    )
    methods = [each.get("method") for each in told[1:]]
    assert methods == ["notifications/prompts/list_changed", None]


def test_a_change_below_a_subscribed_resource_is_told():
    def change(arguments, caller):
        for uri in ("demo://a/b", "demo://ab"):
            caller.announce("updates", uri)
        return Outcome()

    service = Service(change=change).with_resources({"demo://a": None})
    service.announces = frozenset(("updates",))
    client = Stage(service).client(MODERN, {})
    wanted = {"resourceSubscriptions": ["demo://a"]}
    told = listen(client, wanted, lambda: client.call_tool("change"))
    assert [each["params"]["uri"] for each in told[1:-1]] == ["demo://a/b"]


def test_who_listens_has_to_take_events():
    wanted = {"notifications": {"toolsListChanged": True}}
    headers = {"accept": "application/json"}
    sink = a_client().call("subscriptions/listen", wanted, headers)
    assert sink.status == 406


def test_a_stream_that_listens_bears_no_progress_and_no_log():
    client = a_client()
    wanted = {"toolsListChanged": True}
    meta = {"progressToken": 1, LEVEL_KEY: "debug"}
    told = listen(client, wanted, lambda: client.call_tool("report", meta=meta), meta=meta)
    methods = [each.get("method") for each in told]
    assert methods == ["notifications/subscriptions/acknowledged", None]


def test_both_eras_are_served_side_by_side():
    stage = Stage()
    clients = [stage.client(version) for version in (MODERN, *LEGACY)]
    for _ in range(2):
        told = [result(client.call("tools/call")) for client in clients]
        assert ["resultType" in each for each in told] == [True, False, False, False, False]
        told = [result(client.call("tools/list"))["tools"][0] for client in clients]
        assert ["icons" in each for each in told] == [True, True, False, False, False]


@pytest.mark.parametrize("method", ["tasks/get", "tasks/result", "tasks/list", "tasks/cancel"])
def test_nothing_of_tasks_is_served(method):
    client = a_client({"extensions": {"io.modelcontextprotocol/tasks": {}}})
    assert error(client.call(method, {"taskId": "1"})) == (404, -32601)
    params = {"name": "echo", "arguments": {}, "task": {"ttl": 1000}}
    assert result(client.call("tools/call", params))["resultType"] == "complete"


@pytest.mark.parametrize("capabilities", [{}, ALL])
@pytest.mark.parametrize("name", sorted(TOOLS))
def test_no_call_ends_by_a_cancellation_from_the_server(name, capabilities):
    client = a_client(capabilities)
    client.notify("notifications/cancelled", {"requestId": 7})
    told = messages(client.call_tool(name, call_id=7, meta={"progressToken": 1}))
    assert "notifications/cancelled" not in [each.get("method") for each in told]
    assert "method" not in told[-1]


def test_a_stream_that_listens_ends_by_its_response_and_no_cancellation():
    told = listen(a_client(), {"toolsListChanged": True})
    methods = [each.get("method") for each in told]
    assert methods == ["notifications/subscriptions/acknowledged", None]
