"""transport/answer.py: one well-formed answer, whoever speaks, in whatever order and thread."""

import threading

import pytest

from firstbyte.transport.answer import Answer
from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import NotJson
from tests.transport.fakes import DEADLINE_TEXT, Sink, read_message
from tests.waiting import BOUND_S

RESULT = b'{"jsonrpc":"2.0","id":7,"result":{}}'
EXPIRED = {"jsonrpc": "2.0", "id": 7, "error": {"code": -32603, "message": DEADLINE_TEXT}}
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


class StuckSink(Sink):
    """A client that does not read: every write waits until `release` is set."""

    def __init__(self):
        super().__init__()
        self.is_stuck = threading.Event()
        self.release = threading.Event()

    def write(self, octets):
        self.is_stuck.set()
        assert self.release.wait(BOUND_S)
        super().write(octets)


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
    answer.fail(Fault(-32603, "x"))
    assert (sink.events, sink.is_closed) == ([NOTE, read_message(RESULT)], False)


def test_a_failure_before_anything_was_said_leaves_the_sink_alone():
    sink = Sink()
    an_answer(sink).fail(RESULT)
    assert sink.status is None


LATE = {
    "a notification": note,
    "a keep-alive": lambda answer: answer.keep_alive(),
    "the deadline": lambda answer: answer.expire(0),
    "a result": lambda answer: answer.finish(RESULT),
    "a failure": lambda answer: answer.fail(Fault(-32603, "x")),
}


@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
@pytest.mark.parametrize("end", [LATE["the deadline"], LATE["a result"]], ids=["dead", "done"])
@pytest.mark.parametrize("before", [[], [note]], ids=["json", "stream"])
def test_nothing_follows_the_end(before, end, late):
    sink = Sink()
    answer = an_answer(sink)
    for step in (*before, end):
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
