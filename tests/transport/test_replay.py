"""transport/replay.py: what followed on a stream, and only that, until it is over."""

import json

import pytest

from firstbyte.handler.keys import Keys
from firstbyte.transport.channel import Channel
from firstbyte.transport.codec import Codec
from firstbyte.transport.journal import Journal, parse_event_id
from firstbyte.transport.patience import Patience
from firstbyte.transport.replay import Replay
from firstbyte.transport.revision import REVISIONS
from firstbyte.transport.session import Record, Session, change_record
from firstbyte.transport.sse import KEEP_ALIVE, encode_event, encode_priming, encode_retry
from tests.transport.fakes import Clock, Invocation, Sink, Store, a_memory, pauses_that

GONE = "the environment that ran this call is gone"


def a_message(number):
    return json.dumps({"jsonrpc": "2.0", "method": "n", "params": {"n": number}}).encode()


def a_response(call_id):
    return json.dumps({"jsonrpc": "2.0", "id": call_id, "result": {}}).encode()


def an_error(call_id):
    return {"jsonrpc": "2.0", "id": call_id, "error": {"code": -32603, "message": GONE}}


class Stage:
    """A stream under way in one environment, its client come to another."""

    def __init__(self, *call_ids):
        self.clock = Clock()
        self.memory = a_memory(self.clock, Keys({"k": bytes(32)}), Store(self.clock))
        self.journal = self.a_journal(*call_ids)

    def a_journal(self, *call_ids):
        journal = Journal(self.memory, a_session(), Codec(), Invocation())
        octets = journal.begin(call_ids or (7,))
        self.first_id = octets.split(b"\n")[0].removeprefix(b"id: ").decode()
        return journal

    def a_replay(self, event_id, session=None):
        name, position = parse_event_id(event_id)
        return Replay(self.memory, session or a_session(), Codec(), name, position)

    def play(self, event_id, session=None, *, left_ms=2_000):
        invocation = Invocation()
        invocation.remaining_ms = lambda: left_ms
        sink = Sink()
        channel = Channel(sink, encode_retry())
        self.a_replay(event_id, session).play(channel, Patience(self.memory, invocation))
        assert sink.is_closed
        return sink


def a_session(key="key", version="2025-11-25"):
    return Session(key, REVISIONS[version], {}, Clock().now_s + 86_400)


def numbers(sink):
    return [event["params"]["n"] for event in sink.events if "params" in event]


def test_what_followed_comes_under_the_ids_it_had():
    stage = Stage()
    ids = [stage.journal.add(a_message(n)) for n in (1, 2, 3)]
    ids.append(stage.journal.settle(a_response(7), is_last=True))
    sink = stage.play(stage.first_id)
    assert sink.ids == [stage.first_id, *ids]
    assert numbers(sink) == [1, 2, 3]
    assert sink.events[-1] == json.loads(a_response(7))
    assert stage.play(ids[1]).ids == ids[1:]


def test_what_is_still_to_come_is_waited_for():
    stage = Stage()
    ids = []
    stage.clock.during_pause = pauses_that(
        lambda: ids.append(stage.journal.add(a_message(1))),
        lambda: None,
        lambda: ids.append(stage.journal.settle(a_response(7), is_last=True)),
    )
    sink = stage.play(stage.first_id)
    assert sink.ids == [stage.first_id, *ids]
    assert len(ids) == 2


def test_nothing_of_another_stream_is_told():
    stage = Stage()
    first = stage.first_id
    other = stage.a_journal(8)
    other.add(a_message(2))
    other.settle(a_response(8), is_last=True)
    stage.journal.settle(a_response(7), is_last=True)
    assert stage.play(first).events == [json.loads(a_response(7))]


def test_a_stream_that_outlasts_the_wait_is_hung_up_on_with_how_to_come_back():
    stage = Stage()
    event_id = stage.journal.add(a_message(1))
    sink = stage.play(stage.first_id)
    assert sink.ids == [stage.first_id, event_id, event_id]
    assert sink.parts[-1] == encode_retry()


def test_a_stream_that_was_silent_is_begun_with_the_id_to_come_back_with():
    stage = Stage()
    sink = stage.play(stage.first_id)
    assert sink.parts == [encode_priming(stage.first_id), encode_retry()]
    ended = stage.journal.settle(a_response(7), is_last=True)
    assert stage.play(sink.ids[0]).ids == [stage.first_id, ended]


@pytest.mark.parametrize("version", ["2025-06-18", "2025-03-26"])
def test_who_knows_no_priming_gets_a_comment(version):
    stage = Stage()
    event_id = stage.journal.settle(a_response(7), is_last=True)
    sink = stage.play(stage.first_id, a_session(version=version))
    assert sink.parts == [KEEP_ALIVE, encode_event(a_response(7), event_id)]


def test_the_response_begins_before_there_is_anything_to_say():
    stage = Stage()
    sink = Sink()
    seen = []
    stage.clock.during_pause = lambda: seen.append(sink.status)
    channel = Channel(sink, b"")
    stage.a_replay(stage.first_id).play(channel, Patience(stage.memory, Invocation()))
    assert set(seen) == {200}


def test_an_end_without_a_response_ends_the_stream_without_one():
    stage = Stage()
    stage.journal.add(a_message(1))
    stage.journal.settle(None, is_last=True)
    sink = stage.play(stage.first_id)
    assert (numbers(sink), len(sink.events)) == ([1], 1)


@pytest.mark.parametrize("is_last", [True, False])
def test_whether_there_is_more_to_come_is_known_beforehand(is_last):
    stage = Stage()
    event_id = stage.journal.settle(a_response(7), is_last=is_last)
    assert stage.a_replay(event_id).find() is not is_last
    assert stage.a_replay(stage.first_id).find() is True


def test_an_event_that_never_was_or_is_another_sessions_is_not_found():
    stage = Stage()
    name, _ = parse_event_id(stage.first_id)
    assert stage.a_replay(f"{name}.2").find() is None
    assert stage.a_replay("other.1").find() is None
    assert stage.a_replay(stage.first_id, a_session("another")).find() is None


def test_a_log_that_has_expired_is_not_found():
    stage = Stage()
    stage.clock.now_s += 1.5 + 10 + 601
    assert stage.a_replay(stage.first_id).find() is None


def test_a_call_whose_environment_died_ends_with_an_error_and_stays_ended():
    stage = Stage()
    event_id = stage.journal.add(a_message(1))
    stage.clock.now_s += 1.5 + 11
    sink = stage.play(event_id)
    assert sink.events == [an_error(7)]
    assert stage.a_replay(sink.ids[-1]).find() is False
    assert stage.play(stage.first_id).events[-1] == an_error(7)


def test_a_call_is_given_its_time_before_it_counts_as_dead():
    stage = Stage()
    stage.clock.now_s += 1.5 + 9
    stage.clock.during_pause = pauses_that(
        lambda: stage.journal.settle(a_response(7), is_last=True)
    )
    assert stage.play(stage.first_id).events == [json.loads(a_response(7))]


def test_of_a_batch_that_died_each_call_without_a_response_gets_an_error():
    stage = Stage("a", 2, 3, 4)
    stage.journal.settle(a_response("a"), is_last=False)
    stage.journal.settle(None, is_last=False)
    stage.clock.now_s += 60
    sink = stage.play(stage.first_id)
    assert sink.events == [json.loads(a_response("a")), an_error(3), an_error(4)]


def leave(stage):
    change_record(stage.memory, a_session(), lambda old: Record(is_ended=True))


def expire(stage):
    stage.clock.now_s = a_session().expires_s


@pytest.mark.parametrize("end", [leave, expire])
def test_when_the_session_is_over_nothing_more_comes(end):
    stage = Stage()
    stage.clock.during_pause = pauses_that(
        lambda: end(stage), lambda: stage.journal.add(a_message(1))
    )
    sink = stage.play(stage.first_id, left_ms=60_000)
    assert sink.parts == [encode_priming(stage.first_id)]


def test_many_records_all_come():
    stage = Stage()
    for number in range(250):
        stage.journal.add(a_message(number))
    stage.journal.settle(a_response(7), is_last=True)
    assert numbers(stage.play(stage.first_id)) == list(range(250))
