"""transport/channel.py: an event stream of no call opens once, ends once, and is kept alive."""

import threading

import pytest

from firstbyte.transport.channel import Channel
from firstbyte.transport.sse import HEADERS
from tests.transport.fakes import Sink, StuckSink
from tests.waiting import BOUND_S

FAREWELL = b"retry: 1\n\n"


def test_it_opens_with_what_is_said_first_and_ends_without_a_word():
    sink = Sink()
    channel = Channel(sink, FAREWELL)
    assert sink.status is None
    channel.send(b"data: 1\n\n")
    channel.close()
    assert (sink.status, sink.headers) == (200, HEADERS)
    assert (sink.parts, sink.is_closed) == ([b"data: 1\n\n"], True)


@pytest.mark.parametrize("end", [Channel.hang_up, lambda channel: channel.expire(0)])
def test_whoever_hangs_up_says_how_to_come_back(end):
    sink = Sink()
    channel = Channel(sink, FAREWELL)
    channel.keep_alive()
    end(channel)
    assert (sink.parts, sink.is_closed) == ([b":\n", FAREWELL], True)


STEPS = {
    "send": lambda channel: channel.send(b"x"),
    "keep alive": Channel.keep_alive,
    "close": Channel.close,
    "hang up": Channel.hang_up,
    "expire": lambda channel: channel.expire(0),
}


@pytest.mark.parametrize("late", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("end", ["close", "hang up", "expire"])
def test_nothing_follows_the_end(end, late):
    sink = Sink()
    channel = Channel(sink, FAREWELL)
    STEPS[end](channel)
    parts = list(sink.parts)
    late(channel)
    assert (sink.parts, sink.is_closed) == (parts, True)


def test_a_write_that_is_stuck_holds_the_deadline_up_and_is_told():
    sink = StuckSink()
    channel = Channel(sink, FAREWELL)
    writer = threading.Thread(target=channel.send, args=[b"x"])
    writer.start()
    assert sink.is_stuck.wait(BOUND_S)
    channel.keep_alive()
    assert channel.expire(0.01) is False
    sink.release.set()
    writer.join(BOUND_S)
    assert sink.parts == [b"x"]
    assert channel.expire(0) is True
