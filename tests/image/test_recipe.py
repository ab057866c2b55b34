"""The Dockerfile and what is around it agree with each other; no image is needed to see it."""

import re
import subprocess
import sys

import pytest

from scripts.container import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STEPS = re.sub(r"\\\n", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))


def test_the_builder_is_given_what_is_copied_and_nothing_else():
    # Which of the two it is, is an argument of the build.
    steps = STEPS.replace(
        "COPY ${REQUIREMENTS}", "COPY requirements.txt /\nCOPY requirements-probe.txt"
    )
    copied = re.findall(r"^COPY (?!--from)(\S+) ", steps, re.MULTILINE)
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    given = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert sorted(copied) == sorted(given)
    assert "*" in lines


def test_every_dependency_is_held_to_a_hash():
    (install,) = re.findall(r"^RUN python3 -m pip .*$", STEPS, re.MULTILINE)
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install


def test_each_stage_is_on_the_base_that_was_asked_for():
    assert re.findall(r"^FROM (\S+)", STEPS, re.MULTILINE) == ["${BASE}", "${BASE}"]
    assert not re.search(r"amd64|x86_64|arm64|aarch64", STEPS)


@pytest.mark.parametrize("tool", ["docker", "podman"])
def test_without_an_engine_one_is_named_that_can_be_installed(tool, tmp_path):
    # An engine that cannot be asked is as good as none.
    (tmp_path / tool).write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / tool).chmod(0o755)
    code = "from scripts.container import engine; engine()"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert "scripts/install_podman" in found.stderr
