"""handler/worker.py: as many invocations are served at a time as there are workers."""

import json
import socket
import threading
from contextlib import contextmanager

import pytest

from tests.handler.fakes import child, patiently

TASK = """
import os, pathlib, time

def meet(event, context):
    folder = pathlib.Path(__file__).parent
    (folder / f"{os.getpid()}.here").touch()
    while len([*folder.glob("*.here")]) < event["count"]:
        time.sleep(0.005)
    print("met")
    return os.getpid()
"""
SLEEPER = """
import time
from firstbyte.tools import Server, tool

@tool
def sleep() -> str:
    \"\"\"Sleep too long.\"\"\"
    time.sleep(3600)

server = Server("s", "1", tools=[sleep])
"""
TWO = {"AWS_LAMBDA_MAX_CONCURRENCY": "2"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "task.py").write_text(TASK)
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    return tmp_path


@contextmanager
def workers(server, target, folder, environment):
    """Run a parent and its workers, all of which end with the Runtime API."""
    with child(server, target, folder=folder, environment=environment) as parent:
        try:
            yield
        finally:
            server.refuse()
            status, _, _ = parent.end()
    assert status == 1


def test_two_invocations_are_served_at_once_and_each_is_named(server, folder):
    with workers(server, "task:meet", folder, TWO):
        for number in (1, 2):
            server.invoke(b'{"count": 2}', Lambda_Runtime_Invocation_Id=f"invocation-{number}")
        posts = [server.post(), server.post()]
    assert len({json.loads(post.body) for post in posts}) == 2
    assert {post.header("lambda-runtime-invocation-id")[0] for post in posts} == {
        b"invocation-1",
        b"invocation-2",
    }


def test_one_invocation_at_a_time_needs_no_workers(server, folder):
    one = {"AWS_LAMBDA_MAX_CONCURRENCY": "1"}
    with child(server, "task:meet", folder=folder, environment=one) as process:
        server.invoke(b'{"count": 1}')
        assert json.loads(server.post().body) == process.pid


def test_a_worker_whose_deadline_fired_is_followed_by_one_worker(server, folder):
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "sleep"}}
    with workers(server, "sleeper:server", folder, TWO):
        polls = [server.poll(), server.poll()]
        server.invoke(json.dumps(call).encode(), left_ms=1_000)
        assert "deadline" in json.loads(server.post().body)["error"]["message"]
        polls.append(server.poll())
        ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
        for _ in range(3):
            server.invoke(json.dumps(ping).encode())
            assert json.loads(server.post().body) == {"jsonrpc": "2.0", "id": 2, "result": {}}
    assert len(polls) == 3


def test_what_a_worker_prints_goes_where_the_platform_wants_it(
    server, folder, tmp_path_factory
):
    path = str(tmp_path_factory.mktemp("s") / "out")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        printed = bytearray()
        has_come = threading.Event()

        def collect(connection):
            with connection:
                while octets := connection.recv(4096):
                    printed.extend(octets)
                    if b"met" in printed:
                        has_come.set()

        def accept():
            for _ in range(2):
                connection, _ = listener.accept()
                threading.Thread(target=collect, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        output = {
            "AWS_LAMBDA_MAX_CONCURRENCY": "1",
            "_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET": path,
        }
        with workers(server, "task:meet", folder, output):
            server.invoke(b'{"count": 1}')
            server.post()
            patiently(has_come.wait)
