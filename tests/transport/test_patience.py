"""transport/patience.py: what waits looks often, ends in good time, and never spins."""

import pytest

from firstbyte.transport.patience import Patience
from tests.transport.fakes import Clock, Invocation, a_memory


def a_patience(clock, *, left_ms=60_000, listen_s=300):
    invocation = Invocation()
    invocation.remaining_ms = lambda: left_ms
    return Patience(a_memory(clock, listen_s=listen_s), invocation)


def pauses(clock, patience, *, count):
    spent = []
    for _ in range(count):
        before_s = clock.now_s
        assert patience.wait(has_news=False)
        spent.append(round(clock.now_s - before_s, 3))
    return spent


def test_pauses_grow_with_the_time_without_news_to_a_second():
    clock = Clock()
    first, *others, last = pauses(clock, a_patience(clock), count=35)
    assert (first, last) == (0.05, 1)
    assert others == sorted(others)
    assert sum([first, *others]) > 10


def test_an_idle_stream_is_looked_after_about_once_a_second():
    clock = Clock()
    patience = a_patience(clock, left_ms=900_000)
    looks = 0
    while patience.wait(has_news=False):
        looks += 1
    assert looks < 330


def test_after_news_there_is_no_pause_and_the_next_is_short_again():
    clock = Clock()
    patience = a_patience(clock)
    pauses(clock, patience, count=3)
    before_s = clock.now_s
    assert patience.wait(has_news=True)
    assert clock.now_s == before_s
    assert pauses(clock, patience, count=1) == [0.05]


@pytest.mark.parametrize(
    ("left_ms", "listen_s", "held_s"),
    [
        pytest.param(60_000, 300, 59, id="a second before the deadline"),
        pytest.param(600, 300, 0.3, id="half of a short time"),
        pytest.param(0, 300, 0, id="none left"),
        pytest.param(60_000, 2, 2, id="as long as is wanted"),
    ],
)
def test_a_stream_is_held_until_shortly_before_the_deadline_or_as_set(
    left_ms, listen_s, held_s
):
    clock = Clock()
    begun_s = clock.now_s
    patience = a_patience(clock, left_ms=left_ms, listen_s=listen_s)
    while patience.wait(has_news=False):
        pass
    assert clock.now_s - begun_s == pytest.approx(held_s, abs=0.001)


def test_news_without_end_do_not_hold_a_stream_for_ever():
    clock = Clock()
    patience = a_patience(clock, listen_s=2)
    assert patience.wait(has_news=True)
    clock.now_s += 2
    assert not patience.wait(has_news=True)
