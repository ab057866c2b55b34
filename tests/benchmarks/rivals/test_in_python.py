"""benchmarks/rivals/in_python.py: packages pinned by hashes, and answers that are true."""

import re
import sys
from pathlib import Path

import pytest

import benchmarks.rivals.in_python
from benchmarks.environment import Environment
from benchmarks.rivals.in_python import PYTHON_RIVALS
from benchmarks.verdict import judge

SOURCES = Path(benchmarks.rivals.in_python.__file__).with_name("python")
OURS = Path(__file__).parents[3] / "requirements.txt"
FOLDERS = sorted({rival.folder for rival in PYTHON_RIVALS})
ENTRY = re.compile(
    r"^([a-z0-9.-]+)==([^ ;]+)[^\n]*((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.M
)


def entries(path):
    return {name: version for name, version, _ in ENTRY.findall(path.read_text())}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_package_has_one_version_and_hashes(folder):
    text = (SOURCES / folder / "requirements.txt").read_text()
    lines = [line for line in text.splitlines() if line and line[0] not in "# "]
    assert len(ENTRY.findall(text)) == len(lines)
    assert not any(line.startswith("-") for line in lines)


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_asked_for_is_what_is_pinned(folder):
    asked = (SOURCES / folder / "requirements.in").read_text()
    wanted = dict(re.findall(r"^([a-z0-9.-]+)==([^;\s]+)", asked, re.M))
    assert wanted
    assert wanted.items() <= entries(SOURCES / folder / "requirements.txt").items()


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_a_rival_shares_with_us_is_at_our_version(folder):
    ours, theirs = entries(OURS), entries(SOURCES / folder / "requirements.txt")
    shared = ours.keys() & theirs.keys()
    assert "boto3" in shared
    assert {name: theirs[name] for name in shared} == {name: ours[name] for name in shared}


@pytest.mark.foreign
def test_a_rival_is_installed_and_tells_the_truth():
    (rival,) = (rival for rival in PYTHON_RIVALS if rival.key == "awslabs")
    candidate = rival.make(Path(sys.executable))
    with Environment(candidate, {"AWS_DEFAULT_REGION": "eu-west-1"}) as environment:
        for question in ("initialize", "list", "call"):
            asked = environment.ask(candidate.questions[question])
            judge(candidate, question, asked.answer)
    assert candidate.versions["awslabs.mcp-lambda-handler"] == "0.1.15"
