"""Servers of other makers, with nothing wrong, are visited without a false alarm."""

import contextlib
import os
import select
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from firstbyte.probe.plan import Call
from tests.installed import installed
from tests.probe.probing import report_on
from tests.waiting import BOUND_S, wait_until

SERVERS = Path(__file__).parent / "servers"
PYTHONS = {
    "sdk": lambda: sys.executable,
    "sdk_1": lambda: installed("python-1"),
    "fastmcp_server": lambda: installed("fastmcp-server"),
}
REVISIONS = {
    "sdk": ("2026-07-28", "2025-11-25"),
    "sdk_1": ("2025-11-25",),
    "fastmcp_server": ("2026-07-28", "2025-11-25"),
}

pytestmark = pytest.mark.foreign


@contextlib.contextmanager
def ended(process):
    """End a process after the block."""
    with process:
        try:
            yield process
        finally:
            process.terminate()


@contextlib.contextmanager
def uvicorn(name, application, folder):
    """The URL of a module of `servers/` under uvicorn."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        log = folder / "log"
        command = [PYTHONS[name](), "-m", "uvicorn", f"{name}:{application}"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "--fd", str(listener.fileno())],
                cwd=SERVERS,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=[listener.fileno()],
            )
        with ended(process):
            wait_until(lambda: "startup complete" in log.read_text(), "uvicorn serves")
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"


@contextlib.contextmanager
def everything():
    """The URL of the TypeScript server that has everything."""
    loopback = ["--import", SERVERS / "loopback.mjs"]
    process = subprocess.Popen(
        [installed("node"), *loopback, installed("everything"), "streamableHttp"],
        env={**os.environ, "PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with ended(process):
        assert select.select([process.stdout], [], [], BOUND_S)[0], "it says nothing"
        lines = (line.split() for line in process.stdout)
        port = next(words[1] for words in lines if words[:1] == ["port"])
        yield f"http://127.0.0.1:{port}/mcp"


@pytest.mark.parametrize("application", ["stateless", "stateful", "whole"])
@pytest.mark.parametrize("name", PYTHONS)
def test_a_python_server_has_nothing_wrong(name, application, tmp_path):
    with uvicorn(name, application, tmp_path) as url:
        named = report_on(url, "count", "status", expected=("count",))
        chosen = report_on(url)
    assert [(it.code, it.detail) for it in (*named.findings, *chosen.findings)] == []
    assert named.summary.revisions == REVISIONS[name]
    streams = [it for it in named.tour.of("call") if it.is_stream and len(it.messages) == 4]
    assert len(streams) == (0 if application == "whole" else len(REVISIONS[name]))


def test_the_typescript_server_with_everything_has_nothing_wrong():
    duration = {"duration": 1, "steps": 3}
    operation = Call("trigger-long-running-operation", duration)
    with everything() as url:
        named = report_on(url, operation, "get-tiny-image")
        chosen = report_on(url)
    assert [(it.code, it.detail) for it in (*named.findings, *chosen.findings)] == []
    assert named.summary.counts["tools"] > 5
