"""What the official suite never looks at is right, and a fault there would be seen.

Each check is made twice: of our server through a `Front` that does nothing wrong, and of the
same server through one that commits a fault, where it has to fail; what both eras have, in
each of them by itself. The faults are those that the suite lets pass; of its list only
authorization is missing, which no server here has.
"""

import contextlib
import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest

from tests.emulating import BOOTSTRAP, emulator, memory_in
from tests.end_to_end import faults
from tests.end_to_end.calling import call
from tests.end_to_end.faulty import Front
from tests.end_to_end.subject import PAGE_SIZE, TOOLS
from tests.end_to_end.wire import MODERN, Session, Stateless, Wire, upcoming
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


def a_notification_is_taken_and_not_answered(client):
    reply = client.notify("notifications/roots/list_changed")
    assert (reply.status, reply.body()) == (202, b"")


def an_answer_the_client_cannot_take_is_refused(client):
    reply = client.request("tools/list", accept="text/html")
    assert reply.status == 406
    assert reply.error()


def a_body_that_is_not_said_to_be_json_is_refused(client):
    reply = client.request("tools/list", content_type="text/plain")
    assert reply.status == 415
    assert reply.error()


def a_version_nobody_agreed_on_is_refused(wire):
    session = Session(wire)
    for version in ("1999-01-01", "latest"):
        reply = session.request("ping", mcp_protocol_version=version)
        assert reply.status == 400
        assert "error" in reply.message()


def a_call_is_answered_once(client):
    for reply in client.call("count", token="t"), client.request("tools/list"):
        assert [message["id"] for message in reply.messages() if "id" in message] == [1]


def a_session_is_asked_for_where_it_is_missing(wire):
    session = Session(wire)
    for reply in (
        session.request("ping", mcp_session_id=None),
        session.listen(mcp_session_id=None),
    ):
        assert reply.status == 400
        assert "error" in reply.message()


def an_error_names_the_call_it_belongs_to(client):
    for call_id in ("seven", 7, 0, ""):
        for reply in (
            client.request("no/such", call_id=call_id),
            client.call("no-such", call_id=call_id),
            client.request("tools/list", {"cursor": "no-such"}, call_id=call_id),
        ):
            message = reply.message()
            assert "error" in message
            assert message["id"] == call_id
            assert type(message["id"]) is type(call_id)


def a_session_listens_by_get(wire):
    session = Session(wire)
    reply = session.listen()
    assert (reply.status, reply.kind) == (200, "text/event-stream")
    assert session.listen(accept="application/json").status == 406


def a_get_without_a_session_is_not_allowed(wire):
    refused = wire.send("GET", {"accept": "text/event-stream", "mcp-protocol-version": MODERN})
    assert refused.status == 405
    assert "POST" in refused.headers["allow"]


def a_page_of_somebody_else_is_refused(client):
    for origin in ("https://evil.example.com", "null", "http://localhost.evil.example.com"):
        assert client.request("tools/list", origin=origin).status == 403
    assert client.request("tools/list", origin="http://localhost:3000").status == 200


def progress_comes_before_the_result(client):
    *told, result = client.call("count", token="t").messages()
    assert [message.get("method") for message in told] == ["notifications/progress"] * 3
    assert [message["params"]["progress"] for message in told] == [1, 2, 3]
    assert result["result"]["content"][0]["text"] == "counted"


def progress_arrives_while_the_tool_waits(client):
    with Gate(client.patience_s) as gate, _opened(gate):
        messages = client.call("gated_progress", {"port": gate.port}, token="t").messages()
        assert upcoming(messages)["params"]["progress"] == 1
        gate.open()
        assert upcoming(messages)["params"]["progress"] == 2


def what_is_no_json_is_a_parse_error(client):
    for octets in (b'{"jsonrpc": "2.0", "id": 1', b"\xff\xfe", b"", b"NaN", b"[1,]"):
        reply = client.post(octets)
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


def a_batch_is_refused_where_there_are_none(client):
    reply = client.post([{"jsonrpc": "2.0", "id": 1, "method": "ping"}])
    assert reply.status == 400
    assert reply.error()["code"] == -32600


def a_batch_is_refused_by_the_revision_that_dropped_them(wire):
    a_batch_is_refused_where_there_are_none(Session(wire, "2025-06-18"))


def a_cancelled_call_ends_without_an_answer(wire):
    session = Session(wire)
    with Gate(wire.patience_s) as gate, _opened(gate):
        reply = session.call(
            "wait_until_cancelled", {"port": gate.port}, call_id="c", token="t"
        )
        messages = reply.messages()
        assert upcoming(messages)["method"] == "notifications/progress"
        _wait_for_visitor(gate)
        told = session.notify("notifications/cancelled", {"requestId": "c", "reason": "enough"})
        assert told.status == 202
        assert list(messages) == []


def a_list_is_read_to_its_end_page_by_page(client):
    pages = list(itertools.islice(_pages(client), len(TOOLS)))
    names = [tool["name"] for page in pages for tool in page]
    assert names == [tool.__name__ for tool in TOOLS]
    assert {len(page) for page in pages[:-1]} == {PAGE_SIZE}


def a_cursor_of_something_else_is_refused(client):
    foreign = client.request("resources/list").result()["nextCursor"]
    for cursor in ("no-such", "", foreign):
        reply = client.request("tools/list", {"cursor": cursor})
        assert reply.error()["code"] == -32602


def a_result_has_the_structure_its_tool_promises(client):
    tools = itertools.chain.from_iterable(itertools.islice(_pages(client), len(TOOLS)))
    schema = next(tool for tool in tools if tool["name"] == "forecast")["outputSchema"]
    result = client.call("forecast", {"city": "Oslo"}).result()
    assert "structuredContent" in result
    structure = result["structuredContent"]
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(structure)) == []
    assert [json.loads(block["text"]) for block in result["content"]] == [structure]


def a_listener_hears_of_what_it_asked_for(wire):
    wanted = {"resourceSubscriptions": ["note://one"]}
    reply = wire.modern("subscriptions/listen", {"notifications": wanted}, call_id="s")
    messages = reply.messages()
    assert upcoming(messages)["method"] == "notifications/subscriptions/acknowledged"
    for uri in ("note://two", "note://one"):
        _touch(wire, uri)
    update = upcoming(messages)
    assert update["method"] == "notifications/resources/updated"
    assert update["params"]["uri"] == "note://one"
    assert update["params"]["_meta"].get("io.modelcontextprotocol/subscriptionId") == "s"


def a_subscriber_hears_of_what_it_subscribed_to(wire):
    session = Session(wire)
    assert session.request("resources/subscribe", {"uri": "note://one"}).result() == {}
    messages = session.listen().messages()
    for uri in ("note://two", "note://one"):
        _touch(wire, uri)
    update = upcoming(messages)
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
    question = upcoming(messages)
    assert question["method"] == "elicitation/create"
    eve = {"action": "accept", "content": {"name": "Eve"}}
    assert other.respond(question["id"], eve).status == 400
    ada = {"action": "accept", "content": {"name": "Ada"}}
    assert asked.respond(question["id"], ada).status == 202
    assert upcoming(messages)["result"]["content"][0]["text"] == "Hello, Ada"


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
        priming, *progress, _result = [event.data for event in events]
        assert priming == ""
        assert len(progress) == 3
        for number, event in enumerate(events[:-1]):
            replayed = session.listen(last_event_id=event.id).events()
            # What has no data, but an id, says where the client is.
            told = ((later.id, later.data) for later in replayed if later.data)
            rest = [(later.id, later.data) for later in events[number + 1 :]]
            assert list(itertools.islice(told, len(rest))) == rest


def calls_are_served_at_the_same_time(client):
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(4) as clients:
        gates = [stack.enter_context(Gate(client.patience_s)) for _ in range(4)]
        calls = [
            clients.submit(_wait_silently, client, number, gate.port)
            for number, gate in enumerate(gates)
        ]
        try:
            for gate in gates:
                _wait_for_visitor(gate)
        finally:
            for gate in gates:
                with contextlib.suppress(TimeoutError):
                    gate.open()
        assert [call.result() for call in calls] == [0, 1, 2, 3]


def what_is_large_comes_back_whole(client):
    text = "large " * 500_000
    reply = client.call("echo", {"text": text})
    assert reply.status == 200
    assert reply.result()["content"][0]["text"] == text


def what_is_too_large_is_refused_by_us(client):
    reply = client.call("echo", {"text": "x" * MAX_BODY_BYTES})
    assert reply.status == 413
    assert reply.error()


OF_BOTH_ERAS = {
    a_notification_is_taken_and_not_answered: [
        faults.notifications_are_answered_200,
        faults.notifications_are_answered_with_a_body,
    ],
    an_answer_the_client_cannot_take_is_refused: [faults.accept_is_not_looked_at],
    a_body_that_is_not_said_to_be_json_is_refused: [faults.content_type_is_not_looked_at],
    a_call_is_answered_once: [faults.responses_are_sent_twice],
    an_error_names_the_call_it_belongs_to: [faults.errors_have_no_id],
    a_page_of_somebody_else_is_refused: [faults.origin_is_not_looked_at],
    progress_comes_before_the_result: [faults.progress_comes_after_the_result],
    progress_arrives_while_the_tool_waits: [faults.streams_are_held_back_until_they_end],
    what_is_no_json_is_a_parse_error: [
        faults.bad_json_is_a_failure,
        faults.bad_json_is_an_empty_answer,
        faults.bad_json_is_answered_200,
    ],
    a_batch_is_refused_where_there_are_none: [faults.batches_are_always_taken],
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
    calls_are_served_at_the_same_time: [faults.CallsAreServedOneByOne],
    what_is_large_comes_back_whole: [
        faults.large_requests_are_cut,
        faults.large_results_are_cut,
    ],
    what_is_too_large_is_refused_by_us: [faults.too_large_is_a_bad_gateway],
}
"""Each check of a client, with the faults that it has to notice."""

OF_ONE_ERA = {
    a_version_nobody_agreed_on_is_refused: [faults.versions_are_not_looked_at],
    a_session_is_asked_for_where_it_is_missing: [
        faults.a_missing_session_is_made_up,
        faults.a_missing_session_is_a_failure,
    ],
    a_session_listens_by_get: [faults.get_fails, faults.get_answers_in_json],
    a_get_without_a_session_is_not_allowed: [faults.get_fails, faults.get_answers_in_json],
    a_batch_is_answered_whole_where_there_are_batches: [
        faults.batches_are_refused,
        faults.of_a_batch_the_first_is_answered,
    ],
    a_batch_is_refused_by_the_revision_that_dropped_them: [faults.batches_are_always_taken],
    a_cancelled_call_ends_without_an_answer: [faults.cancellations_are_dropped],
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
}
"""Each check of a wire, with the faults that it has to notice."""


def _of(era, check):
    return lambda wire: check(era(wire))


CHECKS = {
    f"{check.__name__}-{era.__name__.lower()}": (_of(era, check), them)
    for check, them in OF_BOTH_ERAS.items()
    for era in (Session, Stateless)
} | {check.__name__: (check, them) for check, them in OF_ONE_ERA.items()}


@pytest.mark.parametrize("check", [check for check, _ in CHECKS.values()], ids=CHECKS)
def test_our_server_has_no_such_fault(server_url, check):
    with Front(server_url, faults.none) as front, Wire(front.url) as wire:
        check(wire)


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        pytest.param(check, fault, id=f"{name}-{fault.__name__}")
        for name, (check, them) in CHECKS.items()
        for fault in them
    ],
)
def test_a_fault_in_front_of_it_is_noticed(server_url, check, fault):
    committed = fault() if isinstance(fault, type) else fault
    with (
        Front(server_url, committed) as front,
        Wire(front.url, IMPATIENCE_S, is_faulty=True) as wire,
        pytest.raises(AssertionError),
    ):
        check(wire)


@pytest.mark.parametrize("era", [Session, Stateless])
def test_what_no_check_looks_for_is_seen_by_the_witness(server_url, era):
    with Front(server_url, faults.results_are_of_another_era) as front:
        wire = Wire(front.url)
        with pytest.raises(AssertionError, match="asked: "), wire:
            assert era(wire).request("prompts/list").status == 200


def test_what_is_called_by_hand_is_seen_by_the_witness(server_url):
    with (
        Front(server_url, faults.results_are_of_another_era) as front,
        pytest.raises(AssertionError, match="asked: "),
    ):
        call(front.url, "echo", text="a")


def _pages(client):
    cursor = {}
    while cursor is not None:
        result = client.request("tools/list", cursor).result()
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


def _wait_silently(client, number, port):
    return client.call("wait_silently", {"port": port}, call_id=number).last()["id"]


def _wait_for_visitor(gate):
    try:
        gate.wait_for_visitor()
    except TimeoutError:
        raise AssertionError("nobody came") from None
