"""probe/checks/patience.py: a slow start is named with the clients that are gone by then."""

import pytest

from firstbyte.probe.exchange import Trouble
from tests.probe.fakes import Reply, asked_of, codes_of, finding_of, message, stream
from tests.probe.functions import tiny


def taking(seconds, step="discover"):
    """A server that takes so long for one answer."""

    def change(request, count):
        if request.step != step:
            return None
        return message(tiny.answer(asked_of(request)))._replace(ended_s=seconds)

    return change


@pytest.mark.parametrize(
    ("seconds", "gone"),
    [
        (5.1, ["OpenAI Agents SDK", "Google ADK"]),
        (10.1, ["OpenAI Agents SDK", "Google ADK", "claude.ai"]),
        (31.0, ["OpenAI Agents SDK", "Google ADK", "claude.ai", "Claude Code"]),
    ],
)
@pytest.mark.parametrize("step", ["discover", "initialize", "open again"])
def test_who_is_gone_is_named(seconds, gone, step):
    finding = finding_of(taking(seconds, step))
    assert finding.code == "slow-start"
    assert [it.split(" (")[0] for it in finding.detail.split(": ")[1].split(", ")] == gone


def test_what_everybody_waits_for_is_no_finding():
    assert codes_of(taking(4.9)) == []


def test_a_slow_call_is_no_slow_start():
    assert codes_of(taking(99, "call")) == []


def test_the_answer_is_waited_for_and_not_the_streams_end():
    def change(request, count):
        if request.step != "discover":
            return None
        return stream((0.1, tiny.answer(asked_of(request))))._replace(ended_s=9.0)

    assert codes_of(change) == []


def test_an_opening_that_never_came_was_not_slow():
    late = Reply(0, ended_s=30.0, trouble=Trouble("timeout", "not over after 30 s"))
    assert codes_of(lambda request, count: late) == ["no-answer"]
