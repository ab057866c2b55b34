"""emulator/family.py: an environment's processes are found by the name of its log stream."""

import os
import subprocess
import sys
import uuid

import pytest

from firstbyte.emulator import family
from tests.waiting import BOUND_S, wait_until

BLOCK = (sys.executable, "-S", "-c", "print(flush=True); input()")


@pytest.fixture
def stream():
    return f"2026/11/22/[$LATEST]{uuid.uuid4().hex}"


@pytest.fixture
def child(stream):
    """A process of that log stream, in a session of its own."""
    variables = {**os.environ, "AWS_LAMBDA_LOG_STREAM_NAME": f"{stream}-1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(BLOCK, env=variables, start_new_session=True, **pipes) as child:
        child.stdout.readline()
        yield child
        child.kill()


def test_members_are_found_by_how_the_name_begins(stream, child):
    assert family.find_members(stream) == [child.pid]
    assert family.find_members(f"{stream}-1") == [child.pid]
    assert family.find_members(f"{stream}-2") == []


def test_members_are_killed(stream, child):
    family.end(stream)
    assert child.wait(BOUND_S) == -9
    assert family.find_members(stream) == []


def test_memory_is_that_of_a_process_and_its_descendants():
    alone = family.peak_memory_kb([os.getpid()])
    with subprocess.Popen(BLOCK, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        assert family.peak_memory_kb([os.getpid()]) > alone
        child.kill()
    assert family.peak_memory_kb([child.pid]) == 0


def test_as_a_program_it_ends_the_family_when_its_input_closes(stream, child):
    command = [sys.executable, "-I", "-S", family.__file__, stream]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as keeper:
        assert child.poll() is None
        keeper.stdin.close()
        assert keeper.wait(BOUND_S) == 0
    wait_until(lambda: child.poll() == -9, "the child is gone")
