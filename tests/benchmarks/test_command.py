"""benchmarks/command.py: what a program lacks is told in a sentence."""

import sys

import pytest

from benchmarks.candidate import Unavailable
from benchmarks.command import require, run


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
    program = (
        "import sys; sys.stderr.write('a\\n' * 9 + 'b\\nc\\nd\\ne\\nlast\\n'); sys.exit(3)"
    )
    with pytest.raises(Unavailable, match=r"ended with status 3: b / c / d / e / last$"):
        run(sys.executable, "-c", program)


def test_a_silent_failure_says_so():
    with pytest.raises(Unavailable, match=r"ended with status 1: it does not say why$"):
        run(sys.executable, "-c", "raise SystemExit(1)")


def test_a_program_that_complains_where_it_answers_is_quoted_too():
    with pytest.raises(Unavailable, match=r"ended with status 1: no such module$"):
        run(sys.executable, "-c", "print('no such module'); raise SystemExit(1)")


def test_a_program_runs_in_the_folder_it_is_given(tmp_path):
    program = "import os; print(os.getcwd())"
    assert run(sys.executable, "-c", program, folder=tmp_path) == f"{tmp_path}\n"


def test_what_has_to_be_installed_to_count_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    sentence = "strace is not installed here; try: apt-get install strace"
    with pytest.raises(Unavailable, match=f"^{sentence}$"):
        require("strace", "true")


def test_what_may_not_count_here_says_why(monkeypatch, tmp_path):
    forbidden = tmp_path / "strace"
    forbidden.write_text("#!/bin/sh\necho not permitted >&2\nexit 1\n")
    forbidden.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(Unavailable, match=r"^strace ended with status 1: not permitted$"):
        require("strace", "true")
