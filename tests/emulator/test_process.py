"""emulator/process.py: a program's words, its end, and the end of its group."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from firstbyte.emulator.process import Process
from tests.waiting import BOUND_S, wait_until


def run(command, act):
    """What `act(process, lines)` returns, and the lines the command wrote."""

    async def play():
        lines = []
        process = await Process.start(command, dict(os.environ), lines.append)
        try:
            outcome = await act(process, lines)
        finally:
            process.kill()
            await process.finished()
        return outcome, lines

    return asyncio.run(asyncio.wait_for(play(), BOUND_S))


async def to_the_end(process, lines):
    outcome = await process.exited
    await process.finished()
    return outcome


@pytest.mark.parametrize(
    ("script", "how"),
    [("exit 0", ""), ("exit 3", "exit status 3"), ("kill -9 $$", "signal: SIGKILL")],
)
def test_an_end_is_told_in_words(script, how):
    outcome, _ = run(("/bin/sh", "-c", script), to_the_end)
    assert outcome == how


def test_an_end_is_seen_before_the_loop_hears_of_it():
    async def act(process, lines):
        # The loop is held up until then, and gets the whole story nevertheless.
        wait_until(lambda: process.has_ended, "its end is seen")
        assert not process.exited.done()
        return await to_the_end(process, lines)

    outcome, _ = run(("/bin/sh", "-c", "exit 3"), act)
    assert outcome == "exit status 3"


def test_a_program_that_runs_has_not_ended():
    async def act(process, lines):
        while not lines:
            await asyncio.sleep(0)
        return process.has_ended

    assert run(("/bin/sh", "-c", "echo here; exec sleep 600"), act) == (False, ["here"])


def test_both_outputs_arrive_line_by_line_and_an_unfinished_one_too():
    script = r"printf 'one\ntwo\r\n'; printf '\303\251\377' >&2"
    _, lines = run(("/bin/sh", "-c", script), to_the_end)
    assert lines == ["one", "two\r", "é\N{REPLACEMENT CHARACTER}"]


def test_a_signal_reaches_the_whole_group():
    async def act(process, lines):
        while not lines:
            await asyncio.sleep(0)
        process.signal(signal.SIGTERM)
        return await process.exited

    how, (child,) = run(("/bin/sh", "-c", "sleep 600 & echo $!; wait"), act)
    assert how == "signal: SIGTERM"
    wait_until(lambda: not Path(f"/proc/{child}").exists(), "the child has ended")


def test_an_end_is_noticed_while_a_child_holds_the_output():
    outcome, _ = run(("/bin/sh", "-c", "sleep 600 & exit 4"), to_the_end)
    assert outcome == "exit status 4"


def test_a_program_that_is_none_cannot_be_started():
    with pytest.raises(FileNotFoundError):
        run(("/nowhere",), to_the_end)
