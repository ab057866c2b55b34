"""probe/__main__.py: it runs as a module and as a command, and says what it lacks."""

import subprocess
import sys

import pytest

from firstbyte.probe.__main__ import main

REFUSED = "http://127.0.0.1:1/mcp"


@pytest.mark.parametrize(
    "command", [["firstbyte.probe"], ["firstbyte.handler.command", "probe"]]
)
def test_it_runs_as_a_module_and_as_a_command(command):
    done = subprocess.run(
        [sys.executable, "-m", *command, REFUSED], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 3
    assert "connection-refused" in done.stdout


def test_without_its_packages_it_says_how_to_get_them(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "httpx2", None)
    for name in [it for it in sys.modules if it.startswith("firstbyte.probe.")]:
        monkeypatch.delitem(sys.modules, name)
    # No server is wrong: the exit status is not that of one.
    assert main([REFUSED]) == 2
    assert "pip install 'firstbyte[probe]'" in capsys.readouterr().err
