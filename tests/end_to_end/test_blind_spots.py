"""What the official suite never looks at is right, and a fault there would be seen.

Each check is made twice: of our server through a `Front` that does nothing wrong, and of the
same server through one that commits a fault, where it has to fail. The faults are those that
the suite lets pass; of its list only authorization is missing, which no server here has.
"""

import contextlib
import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest

from tests.emulating import BOOTSTRAP, emulator, memory_in
from tests.end_to_end import faults
from tests.end_to_end.faulty import Front
from tests.end_to_end.subject import PAGE_SIZE, TOOLS
from tests.end_to_end.wire import MODERN, Session, Wire
from tests.gate import Gate

IMPATIENCE_S = 2
"""How long a check waits through a fault: it fails anyway, if need be of this."""

MAX_BODY_BYTES = 4_000_000


@pytest.fixture(scope="module")
def server_url(tmp_path_factory):
    settings = memory_in(tmp_path_factory.mktemp("store"))
    settings["FIRSTBYTE_MAX_BODY_BYTES"] = str(MAX_BODY_BYTES)
    command = (*BOOTSTRAP, "tests.end_to_end.subject:server")
    with emulator(*command, env=settings, concurrency=8, spread=True) as running:
        yield running.url


def a_notification_is_taken_and_not_answered(wire):
    told = {"jsonrpc": "2.0", "method": "notifications/roots/list_changed"}
    for reply in (Session(wire).post(told), wire.post(told, mcp_protocol_version=MODERN)):
        assert (reply.status, reply.body()) == (202, b"")


def an_answer_the_client_cannot_take_is_refused(wire):
    session = Session(wire)
    for reply in (
        session.request("ping", accept="text/html"),
        wire.modern("tools/list", accept="text/html"),
    ):
        assert reply.status == 406
        assert "error" in reply.message()


def a_body_that_is_not_said_to_be_json_is_refused(wire):
    session = Session(wire)
    for reply in (
        session.request("ping", content_type="text/plain"),
        wire.modern("tools/list", content_type="text/plain"),
    ):
        assert reply.status == 415
        assert "error" in reply.message()


def a_version_nobody_agreed_on_is_refused(wire):
    session = Session(wire)
    for version in ("1999-01-01", "latest"):
        reply = session.request("ping", mcp_protocol_version=version)
        assert reply.status == 400
        assert "error" in reply.message()


def a_call_is_answered_once(wire):
    session = Session(wire)
    for reply in (
        session.call("count", token="t"),
        wire.modern("tools/call", {"name": "count"}, meta={"progressToken": "t"}),
        session.request("ping"),
    ):
        assert [message["id"] for message in reply.messages() if "id" in message] == [1]


def a_session_is_asked_for_where_it_is_missing(wire):
    session = Session(wire)
    for reply in (
        session.request("ping", mcp_session_id=None),
        session.listen(mcp_session_id=None),
    ):
        assert reply.status == 400
        assert "error" in reply.message()


def an_error_names_the_call_it_belongs_to(wire):
    session = Session(wire)
    for call_id in ("seven", 7, 0, ""):
        for reply in (
            session.request("no/such", call_id=call_id),
            wire.modern("no/such", call_id=call_id),
            session.request("tools/call", {"name": "no-such"}, call_id=call_id),
            wire.modern("tools/list", {"cursor": "no-such"}, call_id=call_id),
        ):
            message = reply.message()
            assert "error" in message
            assert message["id"] == call_id
            assert type(message["id"]) is type(call_id)


def a_get_is_a_stream_or_not_allowed(wire):
    session = Session(wire)
    reply = session.listen()
    assert (reply.status, reply.kind) == (200, "text/event-stream")
    assert session.listen(accept="application/json").status == 406
    refused = wire.send("GET", {"accept": "text/event-stream", "mcp-protocol-version": MODERN})
    assert refused.status == 405
    assert "POST" in refused.headers["allow"]


def a_page_of_somebody_else_is_refused(wire):
    for origin in ("https://evil.example.com", "null", "http://localhost.evil.example.com"):
        assert wire.modern("tools/list", origin=origin).status == 403
    assert wire.modern("tools/list", origin="http://localhost:3000").status == 200


def progress_comes_before_the_result(wire):
    for reply in (
        Session(wire).call("count", token="t"),
        wire.modern("tools/call", {"name": "count"}, meta={"progressToken": "t"}),
    ):
        *told, result = reply.messages()
        assert [message["params"]["progress"] for message in told] == [1, 2, 3]
        assert result["result"]["content"][0]["text"] == "counted"


def progress_arrives_while_the_tool_waits(wire):
    for call in (
        lambda arguments: Session(wire).call("gated_progress", arguments, token="t"),
        lambda arguments: wire.modern(
            "tools/call",
            {"name": "gated_progress", "arguments": arguments},
            meta={"progressToken": "t"},
        ),
    ):
        with Gate(wire.patience_s) as gate, _opened(gate):
            messages = call({"port": gate.port}).messages()
            assert next(messages)["params"]["progress"] == 1
            gate.open()
            assert next(messages)["params"]["progress"] == 2


def what_is_no_json_is_a_parse_error(wire):
    session = Session(wire)
    for octets in (b'{"jsonrpc": "2.0", "id": 1', b"\xff\xfe", b"", b"NaN", b"[1,]"):
        for reply in (session.post(octets), wire.post(octets, mcp_protocol_version=MODERN)):
            assert reply.status == 400
            assert reply.kind == "application/json"
            message = reply.message()
            assert message["error"]["code"] == -32700
            assert message.get("id") is None


def a_batch_is_answered_whole_where_there_are_batches(wire):
    batch = [
        {"jsonrpc": "2.0", "id": 1, "method": "ping"},
        {"jsonrpc": "2.0", "method": "notifications/roots/list_changed"},
        {
            "jsonrpc": "2.0",
            "id": "two",
            "method": "tools/call",
            "params": {"name": "count", "_meta": {"progressToken": "t"}},
        },
        {"jsonrpc": "2.0", "id": 3, "method": "no/such"},
    ]
    reply = Session(wire, "2025-03-26").post(batch)
    assert reply.status == 200
    answers = {message["id"]: message for message in reply.messages() if "id" in message}
    assert answers.keys() == {1, "two", 3}
    assert answers[1]["result"] == {}
    assert answers["two"]["result"]["content"][0]["text"] == "counted"
    assert answers[3]["error"]["code"] == -32601
    assert Session(wire, "2025-03-26").post(batch[1:2]).status == 202


def a_batch_is_refused_where_there_are_none(wire):
    batch = [{"jsonrpc": "2.0", "id": 1, "method": "ping"}]
    for reply in (
        Session(wire, "2025-06-18").post(batch),
        Session(wire).post(batch),
        wire.post(batch, mcp_protocol_version=MODERN, mcp_method="ping"),
    ):
        assert reply.status == 400
        assert reply.message()["error"]["code"] == -32600


def a_cancelled_call_ends_without_an_answer(wire):
    session = Session(wire)
    with Gate(wire.patience_s) as gate, _opened(gate):
        reply = session.call(
            "wait_until_cancelled", {"port": gate.port}, call_id="c", token="t"
        )
        messages = reply.messages()
        assert next(messages)["method"] == "notifications/progress"
        gate.wait_for_visitor()
        told = session.notify("notifications/cancelled", {"requestId": "c", "reason": "enough"})
        assert told.status == 202
        assert list(messages) == []


def a_list_is_read_to_its_end_page_by_page(wire):
    session = Session(wire)
    for read in (
        lambda params: session.request("tools/list", params),
        lambda params: wire.modern("tools/list", params),
    ):
        pages = list(itertools.islice(_pages(read), len(TOOLS)))
        names = [tool["name"] for page in pages for tool in page]
        assert names == [tool.__name__ for tool in TOOLS]
        assert {len(page) for page in pages[:-1]} == {PAGE_SIZE}


def a_cursor_of_something_else_is_refused(wire):
    foreign = wire.modern("resources/list").message()["result"]["nextCursor"]
    for cursor in ("no-such", "", foreign):
        message = wire.modern("tools/list", {"cursor": cursor}).message()
        assert message["error"]["code"] == -32602


def a_result_has_the_structure_its_tool_promises(wire):
    params = {"name": "forecast", "arguments": {"city": "Oslo"}}
    session = Session(wire)
    for read, call in (
        (lambda params: wire.modern("tools/list", params), wire.modern("tools/call", params)),
        (
            lambda params: session.request("tools/list", params),
            session.request("tools/call", params),
        ),
    ):
        tools = itertools.chain.from_iterable(itertools.islice(_pages(read), len(TOOLS)))
        schema = next(tool for tool in tools if tool["name"] == "forecast")["outputSchema"]
        result = call.message()["result"]
        assert "structuredContent" in result
        assert (
            list(
                jsonschema.Draft202012Validator(schema).iter_errors(result["structuredContent"])
            )
            == []
        )
        assert [json.loads(block["text"]) for block in result["content"]] == [
            result["structuredContent"]
        ]


def a_listener_hears_of_what_it_asked_for(wire):
    wanted = {"resourceSubscriptions": ["note://one"]}
    reply = wire.modern("subscriptions/listen", {"notifications": wanted}, call_id="s")
    messages = reply.messages()
    assert next(messages)["method"] == "notifications/subscriptions/acknowledged"
    for uri in ("note://two", "note://one"):
        _touch(wire, uri)
    update = next(messages)
    assert update["method"] == "notifications/resources/updated"
    assert update["params"]["uri"] == "note://one"
    assert update["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == "s"


def a_subscriber_hears_of_what_it_subscribed_to(wire):
    session = Session(wire)
    assert (
        session.request("resources/subscribe", {"uri": "note://one"}).message()["result"] == {}
    )
    messages = session.listen().messages()
    for uri in ("note://two", "note://one"):
        _touch(wire, uri)
    update = next(messages)
    assert update["method"] == "notifications/resources/updated"
    assert update["params"] == {"uri": "note://one"}


def two_sessions_keep_their_levels_apart(wire):
    chatty, quiet = Session(wire), Session(wire)
    chatty.request("logging/setLevel", {"level": "debug"}).body()
    quiet.request("logging/setLevel", {"level": "error"}).body()
    heard = [
        [
            message["params"]["level"]
            for message in session.call("complain").messages()
            if "method" in message
        ]
        for session in (chatty, quiet)
    ]
    assert heard == [["debug", "error"], ["error"]]


def a_question_is_answered_by_the_session_it_was_put_to(wire):
    asked, other = (Session(wire, capabilities={"elicitation": {}}) for _ in range(2))
    messages = asked.call("greet").messages()
    question = next(messages)
    assert question["method"] == "elicitation/create"
    eve = {"action": "accept", "content": {"name": "Eve"}}
    assert other.respond(question["id"], eve).status == 400
    ada = {"action": "accept", "content": {"name": "Ada"}}
    assert asked.respond(question["id"], ada).status == 202
    assert next(messages)["result"]["content"][0]["text"] == "Hello, Ada"


def a_session_that_is_none_is_not_found(wire):
    ended = Session(wire)
    assert ended.end().status in range(200, 300)
    altered = Session(wire).id
    altered = altered[:-1] + ("A" if altered[-1] != "A" else "B")
    session = Session(wire)
    for name in (ended.id, altered, "no-such", "x" * 2000):
        for reply in (
            session.request("ping", mcp_session_id=name),
            session.listen(mcp_session_id=name),
        ):
            assert reply.status == 404
            assert "error" in reply.message()


def a_lost_stream_goes_on_where_it_was_lost(wire):
    session = Session(wire)
    first = list(session.call("count", call_id="first", token="1").events())
    second = list(session.call("count", call_id="second", token="2").events())
    for events in (first, second):
        priming, *told, _result = [event.data for event in events]
        assert priming == ""
        assert len(told) == 3
        for number, event in enumerate(events[:-1]):
            replayed = session.listen(last_event_id=event.id).events()
            rest = [(later.id, later.data) for later in events[number + 1 :]]
            assert [
                (each.id, each.data) for each in itertools.islice(replayed, len(rest))
            ] == rest


def calls_are_served_at_the_same_time(wire):
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(4) as clients:
        gates = [stack.enter_context(Gate(wire.patience_s)) for _ in range(4)]
        calls = [
            clients.submit(_wait_silently, wire, number, gate.port)
            for number, gate in enumerate(gates)
        ]
        try:
            for gate in gates:
                gate.wait_for_visitor()
        finally:
            for gate in gates:
                with contextlib.suppress(TimeoutError):
                    gate.open()
        assert [call.result() for call in calls] == [0, 1, 2, 3]


def what_is_large_comes_back_whole(wire):
    text = "large " * 500_000
    for reply in (
        Session(wire).call("echo", {"text": text}),
        wire.modern("tools/call", {"name": "echo", "arguments": {"text": text}}),
    ):
        assert reply.status == 200
        assert reply.message()["result"]["content"][0]["text"] == text


def what_is_too_large_is_refused_by_us(wire):
    text = "x" * MAX_BODY_BYTES
    reply = wire.modern("tools/call", {"name": "echo", "arguments": {"text": text}})
    assert reply.status == 413
    assert "error" in reply.message()


FAULTS = {
    a_notification_is_taken_and_not_answered: [
        faults.notifications_are_answered_200,
        faults.notifications_are_answered_with_a_body,
    ],
    an_answer_the_client_cannot_take_is_refused: [faults.accept_is_not_looked_at],
    a_body_that_is_not_said_to_be_json_is_refused: [faults.content_type_is_not_looked_at],
    a_version_nobody_agreed_on_is_refused: [faults.versions_are_not_looked_at],
    a_call_is_answered_once: [faults.responses_are_sent_twice],
    a_session_is_asked_for_where_it_is_missing: [
        faults.a_missing_session_is_made_up,
        faults.a_missing_session_is_a_failure,
    ],
    an_error_names_the_call_it_belongs_to: [faults.errors_have_no_id],
    a_get_is_a_stream_or_not_allowed: [faults.get_fails, faults.get_answers_in_json],
    a_page_of_somebody_else_is_refused: [faults.origin_is_not_looked_at],
    progress_comes_before_the_result: [faults.progress_comes_after_the_result],
    progress_arrives_while_the_tool_waits: [faults.streams_are_held_back_until_they_end],
    what_is_no_json_is_a_parse_error: [
        faults.bad_json_is_a_failure,
        faults.bad_json_is_an_empty_answer,
        faults.bad_json_is_answered_200,
    ],
    a_batch_is_answered_whole_where_there_are_batches: [
        faults.batches_are_refused,
        faults.of_a_batch_the_first_is_answered,
    ],
    a_batch_is_refused_where_there_are_none: [faults.batches_are_always_taken],
    a_cancelled_call_ends_without_an_answer: [faults.cancellations_are_dropped],
    a_list_is_read_to_its_end_page_by_page: [
        faults.lists_end_after_a_page,
        faults.cursors_are_not_looked_at,
    ],
    a_cursor_of_something_else_is_refused: [faults.cursors_are_not_looked_at],
    a_result_has_the_structure_its_tool_promises: [
        faults.results_have_no_structure,
        faults.structure_breaks_its_schema,
        faults.structure_is_not_told_as_text,
    ],
    a_listener_hears_of_what_it_asked_for: [
        faults.updates_are_dropped,
        faults.updates_bear_no_subscription,
    ],
    a_subscriber_hears_of_what_it_subscribed_to: [faults.updates_are_dropped],
    two_sessions_keep_their_levels_apart: [faults.SessionsAreOne],
    a_question_is_answered_by_the_session_it_was_put_to: [faults.SessionsAreOne],
    a_session_that_is_none_is_not_found: [
        faults.EverySessionIsGood,
        faults.BadSessionsAreBadRequests,
    ],
    a_lost_stream_goes_on_where_it_was_lost: [
        faults.ReplayBeginsAtTheBeginning,
        faults.ReplayIsOfTheNewestStream,
    ],
    calls_are_served_at_the_same_time: [faults.CallsAreServedOneByOne],
    what_is_large_comes_back_whole: [
        faults.large_requests_are_cut,
        faults.large_results_are_cut,
    ],
    what_is_too_large_is_refused_by_us: [faults.too_large_is_a_bad_gateway],
}
"""Each check with the faults that it has to notice."""


@pytest.mark.parametrize("check", FAULTS, ids=lambda check: check.__name__)
def test_our_server_has_no_such_fault(server_url, check):
    with Front(server_url, faults.none) as front, Wire(front.url) as wire:
        check(wire)


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        pytest.param(check, fault, id=f"{check.__name__}-{fault.__name__}")
        for check, them in FAULTS.items()
        for fault in them
    ],
)
def test_a_fault_in_front_of_it_is_noticed(server_url, check, fault):
    committed = fault() if isinstance(fault, type) else fault
    with (
        Front(server_url, committed) as front,
        Wire(front.url, IMPATIENCE_S) as wire,
        # However it fails: it does not without the fault.
        pytest.raises(Exception),  # noqa: B017, PT011 (as said)
    ):
        check(wire)


def _pages(read):
    cursor = {}
    while cursor is not None:
        result = read(cursor).message()["result"]
        yield result["tools"]
        cursor = {"cursor": result["nextCursor"]} if "nextCursor" in result else None


@contextlib.contextmanager
def _opened(gate):
    """Let whoever waits at the gate go, however the block ends."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            gate.open()


def _touch(wire, uri):
    wire.modern("tools/call", {"name": "touch", "arguments": {"uri": uri}}).body()


def _wait_silently(wire, number, port):
    params = {"name": "wait_silently", "arguments": {"port": port}}
    return wire.modern("tools/call", params, call_id=number).last()["id"]
