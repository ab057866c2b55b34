"""benchmarks/__main__.py: a run that cannot begin says why."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_an_interpreter_that_is_not_there_is_named():
    outcome = run("--python", "no-such-python")
    assert (outcome.returncode, outcome.stderr) == (1, "")
    assert outcome.stdout == "no-such-python does not run here\n"


def test_its_options_are_listed():
    outcome = run("--help")
    for option in ("--quick", "--rounds", "--python", "--only", "--output"):
        assert option in outcome.stdout
