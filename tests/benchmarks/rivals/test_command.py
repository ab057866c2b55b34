"""benchmarks/rivals/command.py: what a program lacks is told in a sentence."""

import sys

import pytest

from benchmarks.candidate import Unavailable
from benchmarks.rivals.command import run


def test_what_a_program_writes_comes_back():
    assert run(sys.executable, "-c", "print('1.2')") == "1.2\n"


def test_a_program_finds_what_is_added_to_our_variables(monkeypatch):
    monkeypatch.setenv("KEPT", "kept")
    program = "import os; print(os.environ['KEPT'], os.environ['ADDED'])"
    written = run(sys.executable, "-c", program, environment={"ADDED": "added"})
    assert written == "kept added\n"


def test_a_missing_program_is_named():
    with pytest.raises(Unavailable, match=r"^no-such-program is not installed here$"):
        run("no-such-program", "--version")


def test_a_failure_is_told_by_its_status_and_last_words():
    program = "import sys; sys.stderr.write('first\\nlast\\n'); sys.exit(3)"
    with pytest.raises(Unavailable, match=r"ended with status 3: last$"):
        run(sys.executable, "-c", program)


def test_a_silent_failure_says_so():
    with pytest.raises(Unavailable, match=r"ended with status 1: it does not say why$"):
        run(sys.executable, "-c", "raise SystemExit(1)")
