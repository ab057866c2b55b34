"""Find programs of other makers, which scripts/foreign.py keeps."""

import subprocess
import sys

from tests.emulating import ROOT

PATIENCE_S = 600


def installed(name):
    """The path of a program; one that is not there is installed first."""
    found = subprocess.run(
        [sys.executable, "scripts/foreign.py", name],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return found.stdout.strip()
