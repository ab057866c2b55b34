"""What the revisions until 2025-11-25 ask of the whole server, seen from outside."""

import json

import httpx2
import pytest

from tests.transport.asking import ALL
from tests.transport.everything import (
    PARAMS,
    Client,
    Stage,
    Timed,
    a_service,
    error,
    messages,
    result,
)
from tests.transport.fakes import LEGACY, Outcome, Service, Sink, pauses_that, text_block

WITH_SESSIONS = LEGACY
RESUMABLE = ["2025-11-25", "2025-06-18", "2025-03-26"]
NO_STREAMS = [
    "ping",
    "tools/list",
    "tools/call",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "prompts/list",
    "prompts/get",
    "completion/complete",
]
REMEMBERED = ["logging/setLevel", "resources/subscribe", "resources/unsubscribe"]
LATER = {
    "resultType",
    "ttlMs",
    "cacheScope",
    "io.modelcontextprotocol/serverInfo",
    "io.modelcontextprotocol/subscriptionId",
    "inputRequests",
    "requestState",
}
SINCE = {
    "icons": "2025-11-25",
    "websiteUrl": "2025-11-25",
    "title": "2025-06-18",
    "outputSchema": "2025-06-18",
    "structuredContent": "2025-06-18",
    "lastModified": "2025-06-18",
    "_meta": "2025-06-18",
    "readOnlyHint": "2025-03-26",
}


def members(value):
    """Every name of a member, at any depth."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from members(each)
    elif isinstance(value, list):
        for each in value:
            yield from members(each)


def events_of(sink):
    asked = httpx2.Request("POST", "http://mcp.example")
    answer = httpx2.Response(200, headers=sink.headers, content=sink.body, request=asked)
    return list(httpx2.EventSource(answer))


@pytest.mark.parametrize("version", LEGACY)
@pytest.mark.parametrize("method", NO_STREAMS + REMEMBERED)
def test_nothing_of_the_modern_era_reaches_a_legacy_client(version, method):
    client = Stage().client(version)
    names = set(members(messages(client.call(method))))
    assert names & LATER == set()


@pytest.mark.parametrize("version", LEGACY)
def test_nobody_gets_a_field_that_came_later(version):
    client = Stage().client(version)
    told = [messages(client.call(method)) for method in NO_STREAMS]
    told.append(messages(client.call_tool("every_block")))
    names = set(members(told))
    assert [name for name, since in SINCE.items() if name in names and version < since] == []


@pytest.mark.parametrize("version", LEGACY)
def test_every_revision_can_call_every_method_of_its_own(version):
    client = Stage().client(version)
    for method in NO_STREAMS + REMEMBERED:
        assert "result" in messages(client.call(method))[-1], method


@pytest.mark.parametrize("version", LEGACY)
def test_without_a_store_nothing_needs_one_and_nothing_is_declared_that_does(version):
    for stage in (Stage(has_store=False), Stage(octet=0)):
        sink = stage.client(version).call("initialize", {**PARAMS["initialize"]})
        declared = result(sink)["capabilities"]
        assert "logging" not in declared
        assert set(members(declared)) & {"subscribe", "listChanged"} == set()
        client = stage.client(version)
        for method in REMEMBERED:
            assert error(client.call(method)) == (200, -32601)
        assert (client.get().status, client.delete().status) == (405, 405)


@pytest.mark.parametrize("version", LEGACY)
def test_a_ping_is_answered_by_nothing(version):
    assert result(Stage().client(version).call("ping")) == {}


@pytest.mark.parametrize("version", LEGACY)
def test_with_keys_nothing_is_served_without_a_session(version):
    client = Stage().client(version)
    body = client.a_request("tools/list")
    bare = {"mcp-protocol-version": version}
    assert error(client.post(body, bare)) == (400, -32600)
    notification = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert client.post(notification, bare).status == 400
    response = {"jsonrpc": "2.0", "id": "q", "result": {}}
    assert client.post(response, bare).status == 400
    assert client.get(headers={"mcp-session-id": None}).status == 400
    assert client.delete({"mcp-session-id": None}).status == 400


def all_gone(client, session):
    """What a client with this session id is told, by every kind of message."""
    headers = {"mcp-protocol-version": client.version, "mcp-session-id": session}
    body = client.a_request("tools/list")
    response = {"jsonrpc": "2.0", "id": "q", "result": {}}
    notification = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    posts = {client.post(each, headers).status for each in (body, response, notification)}
    return posts | {client.get(headers=headers).status, client.delete(headers).status}


@pytest.mark.parametrize("version", LEGACY)
def test_a_session_that_is_unknown_altered_expired_anothers_or_ended_is_gone(version):
    stage = Stage()
    client = stage.client(version)
    session = client.session
    assert result(client.call("ping")) == {}
    assert all_gone(client, "made-up") == {404}
    assert all_gone(client, session[:-1] + ("A" if session[-1] != "A" else "B")) == {404}
    assert all_gone(client, Stage(octet=2).client(version).session) == {404}
    namesake = a_service()
    namesake.identity = {"name": "somebody else", "version": "1"}
    assert all_gone(client, Stage(namesake).client(version).session) == {404}
    assert all_gone(client, stage.client(version, principal="eve").session) == {404}
    assert client.delete().status in (200, 204)
    assert all_gone(client, session) == {404}
    late = stage.client(version)
    stage.clock.now_s += 1_000_000
    assert all_gone(late, late.session) == {404}


def test_no_two_sessions_have_one_id():
    stage = Stage()
    ids = {stage.client("2025-11-25").session for _ in range(20)}
    assert len(ids) == 20
    assert all("!" <= character <= "~" for each in ids for character in each)


def test_without_keys_there_are_no_sessions_and_none_is_asked_for():
    client = Stage(octet=0).client("2025-11-25")
    assert client.session is None
    assert result(client.call("ping", headers={"mcp-session-id": "whatever"})) == {}


@pytest.mark.parametrize("version", LEGACY)
@pytest.mark.parametrize("header", ["1900-01-01", "2025-11-2", "x", ""])
def test_a_version_nobody_serves_is_400(version, header):
    client = Stage().client(version)
    sink = client.call("tools/list", headers={"mcp-protocol-version": header})
    assert sink.status == 400


def test_the_revision_agreed_on_counts_where_the_header_names_another_that_is_served():
    client = Stage().client("2025-06-18")
    sink = client.call("tools/list", headers={"mcp-protocol-version": "2025-11-25"})
    assert "icons" not in result(sink)["tools"][0]


@pytest.mark.parametrize("version", LEGACY)
def test_without_the_header_the_revision_is_the_sessions(version):
    client = Stage().client(version)
    sink = client.call("tools/list", headers={"mcp-protocol-version": None})
    tool = result(sink)["tools"][0]
    assert ("icons" in tool, "title" in tool) == (
        version == "2025-11-25",
        version >= "2025-06-18",
    )


@pytest.mark.parametrize(
    ("method", "level", "heard"),
    [
        ("logging/setLevel", "error", ["error"]),
        ("logging/setLevel", "debug", ["info", "error"]),
    ],
)
def test_a_level_holds_for_the_session_in_any_environment(method, level, heard):
    client = Stage().client("2025-11-25")
    client.call(method, {"level": level})
    told = messages(client.call_tool("report"))
    levels = [m["params"]["level"] for m in told if m.get("method") == "notifications/message"]
    assert levels == heard


@pytest.mark.parametrize("version", [v for v in LEGACY if v > "2025-03-26"])
def test_a_question_goes_out_on_the_stream_and_its_answer_may_come_anywhere(version):
    stage = Stage()
    client = stage.client(version)
    heard, sink = [], Sink()

    def answer():
        question = asked(sink)
        body = {"jsonrpc": "2.0", "id": question, "result": {"content": "Ada"}}
        heard.extend((client.post(body).status, client.post(body).status))

    stage.clock.during_pause = pauses_that(answer)
    told = messages(client.call_tool("ask", sink=sink))
    assert [each.get("method") for each in told] == ["elicitation/create", None]
    assert told[-1]["result"]["content"] == [text_block('"Ada"')]
    assert heard == [202, 202]


def asked(sink):
    """The id of the first question on a stream that is still open."""
    return next(each["id"] for each in sink.events if "method" in each)


@pytest.mark.parametrize("version", LEGACY)
def test_an_answer_to_nothing_is_refused(version):
    client = Stage().client(version)
    for body in (
        {"jsonrpc": "2.0", "id": "never-asked", "result": {}},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "no"}},
        {"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "no"}},
    ):
        assert client.post(body).status == 400


def test_another_sessions_answer_does_not_count():
    stage = Stage()
    client, eve = stage.client("2025-11-25"), stage.client("2025-11-25")
    heard, sink = [], Sink()

    def answer():
        question = asked(sink)
        forged = {"jsonrpc": "2.0", "id": question, "result": {"content": "Eve"}}
        heard.append(eve.post(forged).status)
        honest = {"jsonrpc": "2.0", "id": question, "result": {"content": "Ada"}}
        heard.append(client.post(honest).status)

    stage.clock.during_pause = pauses_that(answer)
    told = result(client.call_tool("ask", sink=sink))
    assert told["content"] == [text_block('"Ada"')]
    assert heard == [400, 202]


@pytest.mark.parametrize(
    ("version", "capabilities"),
    [
        ("2025-11-25", {}),
        ("2025-11-25", {"roots": {}}),
        ("2025-03-26", ALL),
        ("2024-11-05", ALL),
    ],
)
def test_nothing_is_asked_that_was_not_declared_or_is_not_known(version, capabilities):
    client = Stage().client(version, capabilities)
    told = messages(client.call_tool("ask"))
    assert [each.get("method") for each in told] == [None]
    assert told[0]["result"]["isError"] is True


@pytest.mark.parametrize("version", LEGACY)
def test_a_cancelled_call_is_not_answered(version):
    stage = Stage()
    client = stage.client(version)
    stage.clock.during_pause = lambda: client.notify(
        "notifications/cancelled", {"requestId": 77, "reason": "enough"}
    )

    def wait(arguments, caller):
        for _ in range(100):
            stage.clock.pause(1)
            caller.progress(stage.clock.now_s, None, None)
        return Outcome([text_block("done")])

    stage.service._tools["echo"].call = wait
    sink = client.call_tool("echo", call_id=77, meta={"progressToken": 1})
    assert all("method" in each for each in messages(sink))


def tell_whether_cancelled(stage, meanwhile):
    """Make of `echo` a tool that tells whether its call was taken back by `meanwhile`."""

    def check(arguments, caller):
        meanwhile()
        stage.clock.now_s += 10
        return Outcome([text_block(str(caller.is_cancelled))])

    stage.service._tools["echo"].call = check


@pytest.mark.parametrize("request_id", [1, "77", None, {}, [77], 77.5])
def test_a_cancellation_of_nothing_under_way_changes_nothing(request_id):
    stage = Stage()
    client = stage.client("2025-11-25")
    heard = []

    def cancel():
        params = {"requestId": request_id}
        heard.append(client.notify("notifications/cancelled", params).status)

    tell_whether_cancelled(stage, cancel)
    assert result(client.call_tool("echo", call_id=77))["content"] == [text_block("False")]
    assert heard == [202]


def test_another_session_cannot_cancel():
    stage = Stage()
    client, eve = stage.client("2025-11-25"), stage.client("2025-11-25")
    tell_whether_cancelled(
        stage, lambda: eve.notify("notifications/cancelled", {"requestId": 77})
    )
    assert result(client.call_tool("echo", call_id=77))["content"] == [text_block("False")]


def a_stream(client):
    """The events of a call that says something on its way."""
    return events_of(client.call_tool("report", meta={"progressToken": 1}))


@pytest.mark.parametrize("version", LEGACY)
def test_a_stream_is_primed_where_the_revision_knows_of_it(version):
    first = a_stream(Stage().client(version))[0]
    assert (first.data == "" and bool(first.id)) is (version == "2025-11-25")


@pytest.mark.parametrize("version", RESUMABLE)
def test_event_ids_are_unique_and_tell_their_stream(version):
    client = Stage().client(version)
    streams = [[event.id for event in a_stream(client)] for _ in range(3)]
    assert all(ids and all(ids) for ids in streams)
    everything = [each for ids in streams for each in ids]
    assert len(set(everything)) == len(everything)
    assert all(len({each.rpartition(".")[0] for each in ids}) == 1 for ids in streams)


@pytest.mark.parametrize("version", RESUMABLE)
def test_what_followed_an_event_is_brought_back_from_any_environment(version):
    client = Stage().client(version)
    events, another = a_stream(client), a_stream(client)
    for position, event in enumerate(events[:-1]):
        resumed = [each for each in events_of(client.get(event.id)) if each.data]
        assert [each.data for each in resumed] == [each.data for each in events[position + 1 :]]
        assert not {each.id for each in resumed} & {each.id for each in another}
    over = client.get(events[-1].id)
    assert over.status == 405


@pytest.mark.parametrize("event_id", ["", "x", "nobody.1", ".", "\N{SNOWMAN}", "a.-1", "a.1e9"])
def test_an_event_id_never_given_out_is_refused(event_id):
    client = Stage().client("2025-11-25")
    a_stream(client)
    assert client.get(event_id).status in ({400} if event_id else {200, 400})


def test_another_sessions_stream_is_not_replayed():
    stage = Stage()
    events = a_stream(stage.client("2025-11-25"))
    assert stage.client("2025-11-25").get(events[0].id).status == 400


def test_a_call_may_hang_up_and_its_result_be_fetched():
    stage = Stage()
    client = stage.client("2025-11-25")

    def hang_up(arguments, caller):
        caller.progress(1, None, None)
        caller.let_go(500)
        caller.progress(2, None, None)
        return Outcome([text_block("done")])

    stage.service._tools["echo"].call = hang_up
    told = events_of(client.call_tool("echo", meta={"progressToken": 1}))
    assert [json.loads(each.data)["params"]["progress"] for each in told if each.data] == [1]
    last = [event.id for event in told if event.id][-1]
    *_, final = events_of(client.get(last))
    assert json.loads(final.data)["result"]["content"] == [text_block("done")]


def test_a_connection_that_ends_before_its_stream_says_when_to_come_back():
    stage = Stage()
    client = stage.client("2025-11-25")

    def hang_up(arguments, caller):
        caller.progress(1, None, None)
        caller.let_go(1234)
        return Outcome([text_block("done")])

    stage.service._tools["echo"].call = hang_up
    sink = client.call_tool("echo", meta={"progressToken": 1})
    assert b"retry: 1234\n" in sink.body.replace(b"\r\n", b"\n")


@pytest.mark.parametrize("version", ["2025-06-18", "2025-03-26", "2024-11-05"])
def test_an_older_stream_is_not_closed_before_its_response(version):
    stage = Stage()
    client = stage.client(version)

    def hang_up(arguments, caller):
        caller.progress(1, None, None)
        caller.let_go(500)
        return Outcome([text_block("done")])

    stage.service._tools["echo"].call = hang_up
    told = messages(client.call_tool("echo", meta={"progressToken": 1}))
    assert told[-1]["result"]["content"] == [text_block("done")]


@pytest.mark.parametrize("version", LEGACY)
def test_changes_elsewhere_are_told_on_the_stream_that_was_opened_by_get(version):
    stage = Stage()
    client, other = stage.client(version), stage.client(version)
    client.call("resources/subscribe")
    stage.clock.during_pause = pauses_that(lambda: other.call_tool("change"))
    told = [json.loads(each.data) for each in events_of(client.get()) if each.data]
    assert [each["method"] for each in told] == [
        "notifications/tools/list_changed",
        "notifications/prompts/list_changed",
        "notifications/resources/list_changed",
        "notifications/resources/updated",
    ]


def test_updates_of_what_is_not_subscribed_to_are_not_told():
    stage = Stage()
    client, other = stage.client("2025-11-25"), stage.client("2025-11-25")
    client.call("resources/subscribe")
    client.call("resources/unsubscribe")
    stage.clock.during_pause = pauses_that(lambda: other.call_tool("change"))
    told = [json.loads(each.data) for each in events_of(client.get()) if each.data]
    assert "notifications/resources/updated" not in [each["method"] for each in told]


def test_a_stream_for_changes_bears_no_responses():
    stage = Stage()
    client = stage.client("2025-11-25")
    stage.clock.during_pause = lambda: client.call("tools/list")
    told = [json.loads(each.data) for each in events_of(client.get()) if each.data]
    assert [each for each in told if "method" not in each] == []


def test_who_gets_but_takes_no_events_is_told():
    client = Stage().client("2025-11-25")
    assert client.get(headers={"accept": "application/json"}).status == 406


BATCH = "2025-03-26"


def test_a_batch_is_answered_call_by_call():
    client = Stage().client(BATCH)
    body = [
        client.a_request("ping", call_id="a"),
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        client.a_request("tools/list", call_id=2),
        client.a_request("unheard/of", call_id=3),
    ]
    told = {each["id"]: each for each in messages(client.post(body, client.headers_for()))}
    assert told.keys() == {"a", 2, 3}
    assert told["a"]["result"] == {}
    assert told[2]["result"]["tools"]
    assert told[3]["error"]["code"] == -32601


def test_a_batch_of_notifications_is_taken():
    client = Stage().client(BATCH)
    body = [{"jsonrpc": "2.0", "method": "notifications/initialized"}] * 2
    sink = client.post(body, client.headers_for())
    assert (sink.status, sink.body) == (202, b"")


def test_a_batch_has_no_handshake_in_it():
    client = Stage().client(BATCH)
    body = [client.a_request("initialize", call_id=1), client.a_request("ping", call_id=2)]
    told = {each["id"]: each for each in messages(client.post(body, client.headers_for()))}
    assert told[1]["error"]["code"] == -32600
    assert told[2]["result"] == {}


def test_an_empty_batch_is_no_message():
    client = Stage().client(BATCH)
    assert error(client.post([], client.headers_for())) == (400, -32600)


def test_what_is_no_message_in_a_batch_has_an_error_of_its_own():
    client = Stage().client(BATCH)
    body = [1, {}, client.a_request("ping", call_id=2)]
    told = messages(client.post(body, client.headers_for()))
    codes = [each["error"]["code"] for each in told if "error" in each]
    assert codes == [-32600, -32600]
    assert [each["id"] for each in told if "result" in each] == [2]


def test_a_stream_of_a_batch_bears_all_its_responses():
    client = Stage().client(BATCH)
    body = [
        client.a_request(
            "tools/call", {"name": "report"}, call_id=1, meta={"progressToken": 1}
        ),
        client.a_request(
            "tools/call", {"name": "report"}, call_id=2, meta={"progressToken": 2}
        ),
    ]
    told = messages(client.post(body, client.headers_for()))
    assert sorted(each["id"] for each in told if "result" in each) == [1, 2]


@pytest.mark.parametrize("version", [v for v in LEGACY if v != BATCH])
def test_other_revisions_take_no_array(version):
    client = Stage().client(version)
    body = [client.a_request("ping")]
    assert error(client.post(body, client.headers_for())) == (400, -32600)


@pytest.mark.parametrize("version", LEGACY)
def test_a_missing_resource_has_the_code_of_its_era(version):
    sink = Stage().client(version).call("resources/read", {"uri": "demo://nothing"})
    told = messages(sink)[0]["error"]
    assert (sink.status, told["code"], told["data"]) == (200, -32002, {"uri": "demo://nothing"})


@pytest.mark.parametrize("version", LEGACY)
def test_a_number_has_no_structure_before_2026(version):
    told = result(Stage().client(version).call_tool("number"))
    assert told == {"content": [text_block("3")]}


def test_a_session_agrees_whatever_environment_answers():
    stage = Stage(environments=5)
    client = Client(stage, "2025-06-18")
    told = [result(client.call("tools/list"))["tools"] for _ in range(5)]
    assert all(each == told[0] for each in told)


def test_a_tool_without_store_says_that_it_cannot_ask():
    for stage in (Stage(octet=0), Stage(has_store=False)):
        told = result(stage.client("2025-11-25").call_tool("ask"))
        assert told["isError"] is True
        assert "only where the server has a store" in told["content"][0]["text"]


def test_a_server_of_nothing_can_be_greeted_by_all():
    for version in LEGACY:
        client = Stage(Service()).client(version)
        assert error(client.call("tools/list")) == (200, -32601)


@pytest.mark.parametrize("version", LEGACY)
def test_a_handshake_needs_no_header_and_no_session(version):
    client = Stage().client(version)
    body = client.a_request("initialize", {**PARAMS["initialize"], "protocolVersion": version})
    assert result(client.post(body, {}))["protocolVersion"] == version


@pytest.mark.parametrize("version", LEGACY)
def test_a_handshake_is_answered_by_nothing_but_its_result(version):
    client = Stage().client(version)
    body = client.a_request("initialize", {**PARAMS["initialize"], "protocolVersion": version})
    assert [each.get("method") for each in messages(client.post(body, {}))] == [None]


def test_without_header_and_session_the_revision_is_2025_03_26():
    client = Stage(octet=0).client("2025-11-25")
    body = [client.a_request("ping")]
    assert messages(client.post(body, {}))[0]["result"] == {}


@pytest.mark.parametrize("version", LEGACY)
def test_nothing_is_logged_where_logging_is_not_declared(version):
    for options in ({"octet": 0}, {"has_store": False}):
        told = messages(Stage(**options).client(version).call_tool("report"))
        assert [each.get("method") for each in told] == [None]


@pytest.mark.parametrize("verb", ["POST", "GET", "DELETE"])
def test_a_foreign_origin_is_forbidden_whatever_the_method(verb):
    client = Stage().client("2025-11-25")
    headers = {**client.headers_for(), "origin": "https://evil.example"}
    sink = client.stage.send(verb, client.a_request("ping"), headers)
    assert sink.status == 403
    assert "mcp-session-id" not in sink.headers


def test_a_cancellation_after_the_response_changes_nothing():
    stage = Stage()
    client = stage.client("2025-11-25")
    is_taken = []

    def report(arguments, caller):
        for step in range(3):
            caller.progress(step, None, None)
            if arguments:
                is_taken.append(client.notify("notifications/cancelled", {"requestId": 1_000}))
            stage.clock.now_s += 1
        return Outcome([text_block("done")])

    stage.service.find_tool("report").call = report
    first = client.call_tool("report", call_id=1_000, meta={"progressToken": 1})
    second = client.call_tool("report", {"a": 1}, call_id=1_001, meta={"progressToken": 2})
    for token, sink in ((1, first), (2, second)):
        told = messages(sink)
        assert [m["params"]["progressToken"] for m in told[:-1]] == [token] * 3
        assert told[-1]["result"]["content"] == [text_block("done")]
    assert [sink.status for sink in is_taken] == [202] * 3


def test_a_change_is_told_on_one_stream_only():
    stage = Stage()
    client, other = stage.client("2025-11-25"), stage.client("2025-11-25")
    second = []
    stage.clock.during_pause = pauses_that(
        lambda: second.append(client.get()), lambda: other.call_tool("change")
    )
    streams = [client.get(), *second]
    told = [[each.data for each in events_of(stream) if each.data] for stream in streams]
    assert sorted(map(len, told)) == [0, 3]


@pytest.mark.parametrize("version", RESUMABLE)
def test_a_stream_whose_environment_died_ends_with_an_error(version):
    stage = Stage()
    client = stage.client(version)
    killed = Killed()

    def die(arguments, caller):
        caller.progress(1, None, None)
        caller.progress(2, None, None)
        raise killed

    stage.service._tools["echo"].call = die
    invocation = Timed(stage.clock)
    invocation.has_fired = True
    sink = Sink()
    with pytest.raises(Killed):
        stage.send(
            "POST",
            client.a_request("tools/call", call_id=7, meta={"progressToken": 1}),
            client.headers_for(),
            invocation=invocation,
            sink=sink,
        )
    first = next(event.id for event in events_of(sink) if event.id)
    stage.clock.now_s += 120
    last = [json.loads(each.data) for each in events_of(client.get(first)) if each.data][-1]
    assert (last["id"], last["error"]["code"]) == (7, -32603)


class Killed(BaseException):
    """The end of an environment, in the middle of a call."""
