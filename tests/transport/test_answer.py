"""transport/answer.py: one well-formed answer, whoever speaks, in whatever order and thread."""

import json
import threading

import pytest

from firstbyte.transport.answer import Answer
from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import NotJson
from firstbyte.transport.fault import Fault
from firstbyte.transport.request import Door
from firstbyte.transport.sse import encode_event, encode_priming, encode_retry
from tests.transport.fakes import DEADLINE_TEXT, WHOLE, Sink, StuckSink, read_message
from tests.waiting import BOUND_S

RESULT = b'{"jsonrpc":"2.0","id":7,"result":{}}'
EXPIRED = {"jsonrpc": "2.0", "id": 7, "error": {"code": -32603, "message": DEADLINE_TEXT}}
FAULT = Fault(-32603, "x")
FAILED = {"jsonrpc": "2.0", "id": 7, "error": {"code": -32603, "message": "x"}}
NOTE = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": 1}}


def an_answer(sink, accepts_json=True, accepts_sse=True):
    return Answer((7,), sink, Codec(), accepts_json=accepts_json, accepts_sse=accepts_sse)


def note(answer):
    answer.notify("notifications/message", {"data": 1})


def run_in_thread(function, *arguments):
    """Run to the end in another thread, and give back what came of it."""
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(function(*arguments)))
    thread.start()
    thread.join(BOUND_S)
    assert not thread.is_alive()
    return outcome[0]


def test_a_result_alone_is_json():
    sink = Sink()
    an_answer(sink).finish(RESULT)
    assert (sink.status, sink.headers) == (200, {"content-type": "application/json"})
    assert (sink.parts, sink.is_closed) == ([RESULT], True)


def test_a_result_after_a_notification_is_the_last_event():
    sink = Sink()
    answer = an_answer(sink)
    note(answer)
    answer.finish(RESULT)
    assert (sink.status, sink.is_closed) == (200, True)
    assert sink.headers == {
        "content-type": "text/event-stream",
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no",
    }
    assert sink.events == [NOTE, read_message(RESULT)]


def test_each_event_is_written_before_notify_returns():
    sink = Sink()
    answer = an_answer(sink)
    for count in (1, 2, 3):
        note(answer)
        assert len(sink.parts) == count


def test_a_client_of_json_only_hears_no_notification():
    sink = Sink()
    answer = an_answer(sink, accepts_sse=False)
    note(answer)
    answer.keep_alive()
    assert sink.status is None
    answer.finish(RESULT)
    assert sink.json == read_message(RESULT)


def test_a_client_of_events_only_gets_the_result_as_one():
    sink = Sink()
    an_answer(sink, accepts_json=False).finish(RESULT)
    assert sink.events == [read_message(RESULT)]


def test_a_keep_alive_opens_the_stream_and_says_nothing():
    sink = Sink()
    answer = an_answer(sink)
    answer.keep_alive()
    answer.keep_alive()
    assert sink.parts == [b":\n", b":\n"]
    answer.finish(RESULT)
    assert sink.events == [read_message(RESULT)]


def test_the_deadline_before_anything_was_said_is_a_json_error():
    sink = Sink()
    assert an_answer(sink).expire(0) is True
    assert (sink.status, sink.is_closed) == (200, True)
    assert sink.json == EXPIRED


def test_the_deadline_of_a_stream_is_its_last_event():
    sink = Sink()
    answer = an_answer(sink)
    note(answer)
    assert answer.expire(0) is True
    assert (sink.events, sink.is_closed) == ([NOTE, EXPIRED], True)


def test_the_deadline_reaches_a_client_of_events_only_as_an_event():
    sink = Sink()
    assert an_answer(sink, accepts_json=False).expire(0) is True
    assert sink.events == [EXPIRED]


def test_a_failure_is_an_event_where_events_flow_and_leaves_the_sink_open():
    sink = Sink()
    answer = an_answer(sink)
    note(answer)
    answer.fail(FAULT)
    assert (sink.events, sink.is_closed) == ([NOTE, FAILED], False)


def test_a_failure_before_anything_was_said_leaves_the_sink_alone():
    sink = Sink()
    an_answer(sink).fail(FAULT)
    assert sink.status is None


LATE = {
    "a notification": note,
    "a keep-alive": lambda answer: answer.keep_alive(),
    "the deadline": lambda answer: answer.expire(0),
    "a result": lambda answer: answer.finish(RESULT),
    "a failure": lambda answer: answer.fail(FAULT),
    "nothing": lambda answer: answer.abandon(),
    "a question": lambda answer: answer.request("q", "ping", {}),
    "a hanging up": lambda answer: answer.let_go(1),
}


@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
@pytest.mark.parametrize("end", ["the deadline", "a result", "nothing"])
@pytest.mark.parametrize("before", [[], [note]], ids=["json", "stream"])
def test_nothing_follows_the_end(before, end, late):
    sink = Sink()
    answer = an_answer(sink)
    for step in (*before, LATE[end]):
        step(answer)
    parts = list(sink.parts)
    late(answer)
    assert sink.parts == parts


def test_the_deadline_of_an_answer_that_is_over_has_nothing_to_wait_for():
    answer = an_answer(Sink())
    answer.finish(RESULT)
    assert answer.expire(0) is True


def test_a_write_that_is_stuck_holds_the_deadline_up_and_is_told():
    sink = StuckSink()
    answer = an_answer(sink)
    writer = threading.Thread(target=note, args=[answer])
    writer.start()
    assert sink.is_stuck.wait(BOUND_S)
    assert answer.expire(0.01) is False
    sink.release.set()
    writer.join(BOUND_S)
    assert answer.expire(BOUND_S) is True
    assert sink.events == [NOTE, EXPIRED]


def test_a_keep_alive_does_not_wait_for_a_write_that_is_stuck():
    sink = StuckSink()
    answer = an_answer(sink)
    writer = threading.Thread(target=note, args=[answer])
    writer.start()
    assert sink.is_stuck.wait(BOUND_S)
    answer.keep_alive()
    sink.release.set()
    writer.join(BOUND_S)
    answer.finish(RESULT)
    assert len(sink.parts) == 2
    assert sink.events == [NOTE, read_message(RESULT)]


def test_what_many_threads_say_arrives_in_whole_events():
    sink = Sink()
    answer = an_answer(sink)
    threads = [
        threading.Thread(target=lambda: [note(answer) for _ in range(50)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(BOUND_S)
    answer.finish(RESULT)
    assert sink.events == [NOTE] * 200 + [read_message(RESULT)]


class NotingSink(Sink):
    """Notes whether the answer said it was writing while it wrote."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def open(self, status, headers):
        self.seen.append(self.answer.is_writing)
        super().open(status, headers)

    def write(self, octets):
        self.seen.append(self.answer.is_writing)
        super().write(octets)

    def close(self, octets=b""):
        self.seen.append(self.answer.is_writing)
        super().close(octets)


def a_noted_answer():
    sink = NotingSink()
    sink.answer = an_answer(sink)
    return sink, sink.answer


def test_the_main_threads_writes_show_and_only_while_they_last():
    sink, answer = a_noted_answer()
    assert answer.is_writing is False
    note(answer)
    assert answer.is_writing is False
    answer.keep_alive()
    answer.finish(RESULT)
    assert answer.is_writing is False
    assert sink.seen == [True] * 4


def test_the_main_threads_expiry_shows_too():
    sink, answer = a_noted_answer()
    answer.expire(0)
    assert (sink.seen, answer.is_writing) == ([True, True], False)


def test_another_threads_writes_do_not_show():
    sink, answer = a_noted_answer()
    run_in_thread(note, answer)
    run_in_thread(answer.keep_alive)
    run_in_thread(answer.expire, 1)
    assert sink.seen == [False] * 4


class LostSink(Sink):
    """A connection that is gone."""

    def write(self, octets):
        raise ConnectionError

    close = write


def test_a_lost_connection_is_told_and_leaves_no_lock_held():
    answer = an_answer(LostSink())
    with pytest.raises(ConnectionError):
        note(answer)
    assert answer.is_writing is False
    with pytest.raises(ConnectionError):
        run_in_thread_raising(answer.finish, RESULT)


def run_in_thread_raising(function, *arguments):
    def catch():
        try:
            function(*arguments)
        except ConnectionError as error:
            return error

    raise run_in_thread(catch)


def test_what_has_no_json_form_is_refused_before_anything_is_opened():
    sink = Sink()
    answer = an_answer(sink)
    with pytest.raises(NotJson):
        answer.notify("notifications/message", {"data": float("nan")})
    answer.finish(RESULT)
    assert sink.json == read_message(RESULT)


# Status and headers.


def test_a_header_set_beforehand_is_the_responses_in_either_form():
    for steps in ([], [note]):
        sink = Sink()
        answer = an_answer(sink)
        answer.set_header("mcp-session-id", "x")
        for step in steps:
            step(answer)
        answer.finish(RESULT)
        assert sink.headers["mcp-session-id"] == "x"


@pytest.mark.parametrize("accepts_json", [True, False])
def test_a_status_of_its_own_makes_the_response_a_body(accepts_json):
    sink = Sink()
    an_answer(sink, accepts_json=accepts_json).finish(RESULT, 400)
    assert (sink.status, sink.json) == (400, read_message(RESULT))


def test_a_status_comes_too_late_once_events_flow():
    sink = Sink()
    answer = an_answer(sink)
    note(answer)
    answer.finish(RESULT, 400)
    assert (sink.status, sink.events) == (200, [NOTE, read_message(RESULT)])


# Questions, and answers nobody wants.


def test_a_question_is_an_event_before_request_returns():
    sink = Sink()
    an_answer(sink).request("q", "ping", {})
    assert sink.events == [{"jsonrpc": "2.0", "id": "q", "method": "ping", "params": {}}]


def test_a_client_of_json_only_is_asked_nothing():
    sink = Sink()
    an_answer(sink, accepts_sse=False).request("q", "ping", {})
    assert sink.status is None


@pytest.mark.parametrize("takes", [(True, True), (False, True)])
def test_a_call_that_was_taken_back_ends_as_a_stream_without_messages(takes):
    sink = Sink()
    an_answer(sink, *takes).abandon()
    assert (sink.status, sink.is_closed, sink.events) == (200, True, [])
    assert sink.body


def test_a_call_taken_back_is_an_error_to_who_takes_only_json():
    sink = Sink()
    an_answer(sink, accepts_sse=False).abandon()
    error = {"code": -32603, "message": "the call was cancelled"}
    assert sink.json == {"jsonrpc": "2.0", "id": 7, "error": error}


def test_a_call_taken_back_amid_its_stream_just_ends():
    sink = Sink()
    answer = an_answer(sink)
    note(answer)
    answer.abandon()
    assert (sink.events, sink.is_closed) == ([NOTE], True)


def test_last_words_are_the_deadlines_instead_of_its_error():
    for steps in ([], [note]):
        sink = Sink()
        answer = an_answer(sink)
        for step in steps:
            step(answer)
        answer.last_words = RESULT
        answer.expire(0)
        told = sink.events[-1] if steps else sink.json
        assert told == read_message(RESULT)


# Several calls.


def a_result(call_id):
    return b'{"jsonrpc":"2.0","id":%d,"result":{}}' % call_id


def an_error(call_id, message=DEADLINE_TEXT):
    return {"jsonrpc": "2.0", "id": call_id, "error": {"code": -32603, "message": message}}


def a_batch(sink, *call_ids, journal=None, accepts_json=True, accepts_sse=True):
    return Answer(
        call_ids,
        sink,
        Codec(),
        accepts_json=accepts_json,
        accepts_sse=accepts_sse,
        is_batch=True,
        journal=journal,
    )


def test_the_results_of_a_batch_are_one_array():
    for count in (1, 3):
        sink = Sink()
        answer = a_batch(sink, *range(count))
        for call_id in range(count):
            assert sink.status is None
            answer.finish(a_result(call_id))
        assert sink.body == b"[" + b",".join(map(a_result, range(count))) + b"]"


def test_a_batch_ends_with_its_last_call_whether_that_was_taken_back_or_not():
    sink = Sink()
    answer = a_batch(sink, 1, 2, accepts_json=False)
    answer.finish(a_result(1))
    answer.abandon()
    assert (sink.events, sink.is_closed) == ([read_message(a_result(1))], True)


def test_once_events_flow_each_result_of_a_batch_is_one():
    sink = Sink()
    answer = a_batch(sink, 1, 2, 3)
    answer.finish(a_result(1))
    note(answer)
    answer.finish(a_result(2))
    assert not sink.is_closed
    answer.finish(a_result(3))
    results = [read_message(a_result(call_id)) for call_id in (1, 2, 3)]
    assert sink.events == [results[0], NOTE, *results[1:]]
    assert sink.is_closed


def test_the_deadline_answers_every_call_of_a_batch_that_is_left():
    sink = Sink()
    answer = a_batch(sink, 1, 2, 3)
    answer.finish(a_result(1))
    answer.last_words = a_result(2)
    answer.expire(0)
    assert json.loads(sink.body) == [
        json.loads(a_result(1)),
        json.loads(a_result(2)),
        an_error(3),
    ]


def test_a_failure_is_told_to_every_call_of_a_batch_that_is_left():
    sink = Sink()
    answer = a_batch(sink, 1, 2, 3)
    answer.finish(a_result(1))
    note(answer)
    answer.fail(FAULT)
    assert sink.events[2:] == [an_error(2, "x"), an_error(3, "x")]


def test_a_call_taken_back_has_no_place_in_its_batchs_array():
    sink = Sink()
    answer = a_batch(sink, 1, 2)
    answer.abandon()
    answer.finish(a_result(2))
    assert sink.body == b"[" + a_result(2) + b"]"


def test_who_takes_only_json_gets_an_error_for_each_call_of_a_batch_it_took_back():
    sink = Sink()
    answer = a_batch(sink, 1, 2, 3, accepts_sse=False)
    answer.abandon()
    answer.finish(a_result(2))
    answer.abandon()
    first, last = (an_error(call_id, "the call was cancelled") for call_id in (1, 3))
    assert json.loads(sink.body) == [first, json.loads(a_result(2)), last]


def test_a_client_of_events_only_gets_the_results_of_a_batch_as_events():
    sink = Sink()
    answer = a_batch(sink, 1, 2, accepts_json=False)
    answer.finish(a_result(1))
    answer.finish(a_result(2))
    assert sink.events == [read_message(a_result(1)), read_message(a_result(2))]


# The journal.


class Journal:
    """Notes what it was to log, in order; numbers it, unless it is broken."""

    def __init__(self, is_polled=True, is_broken=False):
        self.is_polled = is_polled and not is_broken
        self.records = []
        self._is_broken = is_broken

    def begin(self, call_ids):
        event_id = self._note("begin", list(call_ids))
        return encode_priming(event_id) if self.is_polled else b""

    def add(self, message, *, is_needed):
        return self._note("add needed" if is_needed else "add", message)

    def settle(self, message, *, is_last):
        return self._note("last" if is_last else "settle", message)

    def _note(self, *record):
        self.records.append(record)
        return "" if self._is_broken else f"s.{len(self.records)}"


NOTE_OCTETS = b'{"jsonrpc":"2.0","method":"notifications/message","params":{"data":1}}'


def a_logged_answer(sink, **options):
    journal = Journal(**options)
    answer = Answer((7,), sink, Codec(), accepts_json=True, accepts_sse=True, journal=journal)
    return answer, journal


def test_a_body_is_not_logged():
    sink = Sink()
    answer, journal = a_logged_answer(sink)
    answer.finish(RESULT)
    assert (sink.json, journal.records) == (read_message(RESULT), [])


def test_a_stream_begins_with_how_to_come_back_and_all_of_it_is_logged_first():
    sink = Sink()
    answer, journal = a_logged_answer(sink)
    note(answer)
    answer.keep_alive()
    answer.finish(RESULT)
    assert journal.records == [("begin", [7]), ("add", NOTE_OCTETS), ("last", RESULT)]
    assert sink.parts == [
        b"id: s.1\nretry: 500\ndata:\n\n",
        encode_event(NOTE_OCTETS, "s.2"),
        b":\n",
        encode_event(RESULT, "s.3"),
    ]


def test_a_response_that_begins_its_stream_ends_a_call_the_journal_has_heard_of():
    journal = Journal()
    answer = Answer(
        (7,), Sink(), Codec(), accepts_json=False, accepts_sse=True, journal=journal
    )
    answer.finish(RESULT)
    assert journal.records == [("begin", [7]), ("last", RESULT)]


class SlowJournal(Journal):
    """Notes what the sink had already got when something was to be logged."""

    def __init__(self, sink):
        super().__init__()
        self._sink = sink
        self.seen = []

    def _note(self, *record):
        self.seen.append(len(self._sink.parts))
        return super()._note(*record)


def test_at_the_deadline_the_client_is_told_before_the_journal():
    sink = Sink()
    journal = SlowJournal(sink)
    answer = a_batch(sink, 1, 2, journal=journal)
    note(answer)
    journal.seen.clear()
    told = len(sink.parts)
    assert answer.expire(0) is True
    assert sink.events[-2:] == [an_error(1), an_error(2)]
    assert journal.seen == [told + 2] * 2
    assert [(kind, json.loads(message)) for kind, message in journal.records[-2:]] == [
        ("settle", an_error(1)),
        ("last", an_error(2)),
    ]


def test_a_stream_that_begins_at_the_deadline_is_not_logged():
    journal = Journal()
    sink = Sink()
    a_batch(sink, 1, accepts_json=False, journal=journal).expire(0)
    assert (sink.events, journal.records) == ([an_error(1)], [])


def test_where_clients_do_not_poll_events_have_ids_all_the_same():
    sink = Sink()
    answer, _ = a_logged_answer(sink, is_polled=False)
    note(answer)
    answer.finish(RESULT)
    assert sink.parts == [encode_event(NOTE_OCTETS, "s.2"), encode_event(RESULT, "s.3")]


@pytest.mark.parametrize("retry_ms", [None, 9])
@pytest.mark.parametrize("steps", [[], [note]], ids=["at once", "amid the stream"])
def test_after_hanging_up_what_is_said_is_only_logged(steps, retry_ms):
    sink = Sink()
    answer, journal = a_logged_answer(sink)
    for step in steps:
        step(answer)
    assert answer.let_go(retry_ms) is True
    assert sink.is_closed
    assert sink.parts[-1] == (encode_retry(9) if retry_ms else encode_retry())
    parts = list(sink.parts)
    assert answer.let_go(1) is True
    note(answer)
    answer.keep_alive()
    answer.finish(RESULT)
    assert sink.parts == parts
    assert journal.records[len(steps) + 1 :] == [("add needed", NOTE_OCTETS), ("last", RESULT)]


@pytest.mark.parametrize("end", ["expire", "fail", "abandon"])
def test_however_a_call_ends_that_hung_up_it_is_logged(end):
    answer, journal = a_logged_answer(Sink())
    answer.let_go(1)
    if end == "expire":
        answer.expire(0)
    elif end == "fail":
        answer.fail(FAULT)
    else:
        answer.abandon()
    messages = {"expire": EXPIRED, "fail": FAILED, "abandon": None}
    kind, message = journal.records[-1]
    assert (kind, message and json.loads(message)) == ("last", messages[end])


@pytest.mark.parametrize("options", [{"is_polled": False}, {"is_broken": True}])
def test_nobody_is_hung_up_on_who_would_not_come_back(options):
    sink = Sink()
    answer, _ = a_logged_answer(sink, **options)
    assert answer.let_go(1) is False
    answer.finish(RESULT)
    assert sink.json == read_message(RESULT)


def test_without_a_journal_nobody_is_hung_up_on():
    sink = Sink()
    assert an_answer(sink).let_go(1) is False
    assert sink.status is None


def test_a_journal_that_fails_leaves_a_stream_without_ids():
    sink = Sink()
    answer, _ = a_logged_answer(sink, is_broken=True)
    note(answer)
    answer.finish(RESULT)
    assert sink.parts == [encode_event(NOTE_OCTETS), encode_event(RESULT)]


def test_of_a_batch_the_journal_hears_which_calls_are_open_and_how_each_ends():
    journal = Journal()
    answer = a_batch(Sink(), 1, 2, 3, 4, journal=journal)
    answer.finish(a_result(1))
    note(answer)
    answer.finish(a_result(2))
    answer.abandon()
    answer.finish(a_result(4))
    assert journal.records == [
        ("begin", [2, 3, 4]),
        ("add", a_result(1)),
        ("add", NOTE_OCTETS),
        ("settle", a_result(2)),
        ("settle", None),
        ("last", a_result(4)),
    ]


def test_in_one_piece_nothing_is_kept_alive():
    sink = Sink()
    answer = Answer((7,), sink, Codec(), accepts_json=True, accepts_sse=True, door=WHOLE)
    answer.keep_alive()
    answer.finish(RESULT)
    assert sink.parts == [RESULT]


def test_notifications_leave_half_of_the_room_to_the_result():
    sink = Sink()
    door = Door(1_000, is_live=False)
    answer = Answer((7,), sink, Codec(), accepts_json=True, accepts_sse=True, door=door)
    for _ in range(100):
        note(answer)
    assert 400 < sum(map(door.size_of, sink.parts)) <= 550
    assert answer.has_room(b"x" * 400)
    assert not answer.has_room(b"x" * 600)
    answer.finish(RESULT)
    assert sink.events[-1] == read_message(RESULT)
