"""transport/voice.py: one step at a time, whoever takes it, and the main flow's are known."""

import threading

import pytest

from firstbyte.transport.voice import Voice
from tests.transport.fakes import Sink
from tests.waiting import BOUND_S


class Speaker(Voice):
    """Takes whatever step a test wants."""

    def take(self, step, wait_s=BOUND_S):
        return self._alone(step, wait_s=wait_s)


def in_thread(function):
    """Run to the end in another thread, and give back what came of it."""
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(function()))
    thread.start()
    thread.join(BOUND_S)
    return outcome[0]


def test_nobody_falls_into_anothers_step():
    speaker = Speaker(Sink())
    seen = []
    assert (
        speaker.take(lambda: seen.append(in_thread(lambda: speaker.take(list, 0.01)))) is True
    )
    assert seen == [False]
    assert in_thread(lambda: speaker.take(list)) is True


def test_only_the_main_flows_steps_show():
    speaker = Speaker(Sink())
    seen = []
    speaker.take(lambda: seen.append(speaker.is_writing))
    in_thread(lambda: speaker.take(lambda: seen.append(speaker.is_writing)))
    assert (seen, speaker.is_writing) == ([True, False], False)


def test_a_step_that_fails_leaves_nothing_held():
    speaker = Speaker(Sink())
    with pytest.raises(ZeroDivisionError):
        speaker.take(lambda: 1 / 0)
    assert speaker.is_writing is False
    assert speaker.take(list, 0) is True
