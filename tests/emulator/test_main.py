"""emulator/__main__.py: a start that nothing disturbs, and one without what it needs."""

import signal
import subprocess
import sys

from tests.waiting import BOUND_S

START = """
from firstbyte.emulator.__main__ import main
sys.exit(main(["--port", "0", "--", "true"]))
"""


def start(first):
    """Run `first`, then the emulator; its ready line, exit status and standard error."""
    process = subprocess.Popen(
        [sys.executable, "-c", f"import os, signal, sys\n{first}\n{START}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, complaint = process.communicate(timeout=BOUND_S)
    return line, process.returncode, complaint


def test_a_sighup_before_it_serves_means_nothing():
    hangs_up_at_the_import = """
class Finder:
    def find_spec(self, name, *_):
        if name == "uvicorn":
            os.kill(os.getpid(), signal.SIGHUP)
sys.meta_path.insert(0, Finder())
"""
    line, status, log = start(hangs_up_at_the_import)
    assert line.startswith("http://127.0.0.1:")
    assert (status, log) == (0, "")


def test_an_installation_without_the_local_extra_says_what_to_install():
    line, status, complaint = start("sys.modules['uvicorn'] = None")
    assert (line, status) == ("", 1)
    assert complaint.endswith("; it comes with: pip install 'firstbyte[local]'\n")
