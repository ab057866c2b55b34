"""benchmarks/interpreter.py: an interpreter is found that runs, and says how it was built."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import cache
from benchmarks.candidate import Unavailable
from benchmarks.interpreter import describe_python, find_python, isolate


def test_an_interpreter_tells_its_build_and_no_folder_of_the_machine():
    description = describe_python(Path(sys.executable))
    assert description["version"] == platform.python_version()
    assert description["pgo"] in (True, False)
    assert "/" not in description["config_args"]


def test_what_does_not_run_is_no_interpreter(tmp_path):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    assert describe_python(broken) is None
    assert describe_python(tmp_path / "nothing") is None
    for name in (str(broken), "no-such-python"):
        with pytest.raises(Unavailable, match="does not run here"):
            find_python(name)


def test_an_isolated_interpreter_has_pip_and_no_package_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(cache, "CACHE", tmp_path)
    python = isolate(Path(sys.executable))
    listed = [python, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"]
    packages = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
    assert {line.partition("==")[0] for line in packages.split()} <= {"pip", "setuptools"}
    assert describe_python(python) == describe_python(Path(sys.executable))


def test_the_one_that_is_named_is_taken():
    assert find_python(sys.executable) == Path(sys.executable)


def test_without_a_name_one_that_runs_is_found():
    assert describe_python(find_python(None)) is not None


def test_an_interpreter_without_venv_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(cache, "CACHE", tmp_path / "cache")
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\n[ "$2" = -c ] && exec {sys.executable} "$@"\n'
        "echo ensurepip is missing\nexit 1\n"
    )
    python.chmod(0o755)
    with pytest.raises(Unavailable, match=r"^python ended with status 1: ensurepip is missing"):
        isolate(python)
