"""scripts/demo.py, that is `make run`: it answers from a local AWS and leaves nothing."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.emulating import ROOT, is_group_alive
from tests.end_to_end.calling import call
from tests.waiting import wait_until


def test_the_demo_answers_at_once_and_ends_with_ctrl_c():
    process = subprocess.Popen(
        [sys.executable, "scripts/demo.py", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        lines = iter(process.stdout.readline, "")
        address = next(line.split()[1] for line in lines if line.startswith("Store"))
        folder = Path(address.removeprefix("sqlite:")).parent
        assert folder.is_dir()
        url = next(line.split()[-1] for line in lines if line.startswith("MCP endpoint"))
        key = {"director": "Agnès Varda"}
        films = call(url, "query_table", table_name="films", key=key)
        titles = [item["title"] for item in films["result"]["structuredContent"]["items"]]
        assert titles == ["Cléo from 5 to 7", "Vagabond"]
        # As a terminal does: the whole group hears of it.
        os.killpg(process.pid, signal.SIGINT)
        process.stdout.read()
        assert process.wait(30) == 0
        wait_until(lambda: not is_group_alive(process.pid), "the group is gone")
        assert not folder.exists()
    finally:
        if is_group_alive(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()


def test_on_a_port_that_is_taken_it_says_how_to_name_another_and_nothing_else():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = subprocess.run(
            [sys.executable, "scripts/demo.py", "--port", str(taken.getsockname()[1])],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert outcome.stderr.count("\n") == 1
    assert "PORT=" in outcome.stderr
