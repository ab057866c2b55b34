"""benchmarks/process_tree.py: a family is found whole, and what it holds is added up."""

import os
import subprocess
import sys

from benchmarks.process_tree import find_tree, read_peak_bytes
from tests.waiting import wait_until

CHILD = "import sys; sys.stdin.read()"
PARENT = (
    "import subprocess, sys; "
    f"subprocess.Popen([sys.executable, '-c', {CHILD!r}], start_new_session=True).wait()"
)


def test_a_descendant_is_found_even_in_a_session_of_its_own():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE)
    try:
        tree = wait_until(
            lambda: len(tree := find_tree([parent.pid])) == 2 and tree, "the child is there"
        )
        assert parent.pid in tree
        assert os.getpid() not in tree
        assert read_peak_bytes(tree) > read_peak_bytes([parent.pid]) > 0
    finally:
        parent.communicate()
    assert find_tree([parent.pid]) == []


def test_a_process_that_is_gone_holds_nothing():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert read_peak_bytes([gone.pid]) == 0
