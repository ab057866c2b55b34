"""emulator/__main__.py: a start that nothing disturbs, and one without what it needs."""

import os
import subprocess
import sys

import pytest

from tests.emulating import emulator
from tests.waiting import BOUND_S

HANGS_UP = """
import os, signal, sys

class Finder:
    def find_spec(self, name, *_):
        if name == "uvicorn":
            os.kill(os.getpid(), signal.SIGHUP)

sys.meta_path.insert(0, Finder())
"""


@pytest.fixture
def run_first(tmp_path):
    """Make Python run a source before all else; the variables for that."""

    def prepare(source):
        (tmp_path / "sitecustomize.py").write_text(source)
        path = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {"PYTHONPATH": os.pathsep.join(path)}

    return prepare


def test_a_sighup_before_it_serves_means_nothing(run_first):
    with emulator("true", env=run_first(HANGS_UP)) as running:
        assert running.log() == ""


def test_an_installation_without_the_local_extra_says_what_to_install(run_first):
    variables = run_first("import sys; sys.modules['uvicorn'] = None")
    outcome = subprocess.run(
        [sys.executable, "-m", "firstbyte.emulator", "--", "true"],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=BOUND_S,
    )
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert outcome.stderr.endswith("; it comes with: pip install 'firstbyte[local]'\n")
