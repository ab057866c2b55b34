"""emulator/command.py: the command line, and that nothing outlives it."""

import re
import signal
import socket
import subprocess
import sys

import pytest

from tests.emulating import emulator, state_of
from tests.emulator.stage import PUPPET, Client
from tests.waiting import BOUND_S, wait_until

EMULATOR = (sys.executable, "-m", "firstbyte.emulator")


def run(*arguments):
    command = [*EMULATOR, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=BOUND_S, check=False)


def test_the_first_line_is_the_url_to_call(running):
    assert running.url == f"http://127.0.0.1:{running.port}/mcp"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["--port", "65536", "--", "true"], "--port: 65536 is not between 0 and 65535"),
        (["--port", "http", "--", "true"], "--port: 'http' is no number"),
        (["--concurrency", "0", "--", "true"], "--concurrency: 0 is not between 1 and 1000"),
        (["--timeout", "901", "--", "true"], "--timeout: 901 is not between 0.1 and 900"),
        (["--timeout", "nan", "--", "true"], "--timeout: nan is not between 0.1 and 900"),
        (["--front", "api", "--", "true"], "--front: invalid choice: 'api'"),
        (["--over-limit", "drop", "--", "true"], "--over-limit: invalid choice: 'drop'"),
        (["--extension", "/nowhere", "--", "true"], "/nowhere is no program that can be run"),
        (["--", "/nowhere"], "/nowhere is no program that can be run"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_argument_is_a_clear_error(arguments, complaint):
    outcome = run(*arguments)
    assert outcome.returncode == 2
    assert complaint in outcome.stderr


def test_a_port_that_is_taken_is_a_clear_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = run("--port", str(port), "--", "true")
    assert outcome.returncode == 1
    assert outcome.stderr.startswith(
        f"cannot listen on 127.0.0.1:{port}: Address already in use; --port"
    )


def test_the_command_s_own_options_are_its_own(stage):
    command = ("/bin/sh", "-c", 'echo "options: $*"; exec "$@"', "--", *PUPPET)
    with emulator(*command, env=stage.variables) as running, Client(running) as client:
        client.send()
        puppet = stage.puppet()
        running.wait_for_log(f"options: {' '.join(PUPPET)}")
        puppet.next()
        puppet.respond(None)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("is_frozen", [False, True])
def test_nothing_outlives_the_emulator(stage, number, is_frozen):
    options = {"freeze": True} if is_frozen else {}
    with (
        emulator(*PUPPET, env=stage.variables, **options) as running,
        Client(running) as client,
    ):
        client.send()
        idle = stage.puppet()
        idle.next()
        idle_daemon = idle.ask("spawn")
        idle.respond(None)
        client.response().read()
        idle.rest(running)
        # The first is taken, the second is new.
        with Client(running) as second, Client(running) as third:
            second.send()
            idle.take()
            third.send()
            busy = stage.puppet()
            busy.next()
            daemon = busy.ask("spawn")
            running.signal(number)
            status = running.wait()
        assert status == (-9 if number == signal.SIGKILL else 0)
        family = (idle.pid, idle_daemon, busy.pid, daemon)
        wait_until(
            lambda: set(map(state_of, family)) <= {"", "Z", "X"}, "all of them have ended"
        )


def test_the_log_of_requests_is_on_standard_error(running, stage, client):
    client.send("POST", "/somewhere")
    puppet = stage.puppet()
    puppet.next()
    puppet.respond("x" * 98)
    client.response().read()
    puppet.rest(running)
    line = r"^POST /somewhere 200 env \d+ cold first +[\d.]+ ms total +[\d.]+ ms     100 B$"
    assert re.search(line, running.log(), re.MULTILINE)


def test_bandwidth_is_limited_if_asked(stage):
    # Thirty steps of an eighth of a second: more than the timeout leaves.
    options = {"bandwidth": True, "timeout": 2}
    with (
        emulator(*PUPPET, env=stage.variables, **options) as running,
        Client(running) as client,
    ):
        client.send()
        puppet = stage.puppet()
        puppet.next()
        puppet.open(content_type="text/plain")
        burst = 6 * 1024 * 1024
        puppet.order("flood", burst + 30 * 256 * 1024)
        response = client.response()
        assert response.read(burst - 65536) == b"x" * (burst - 65536)
        running.wait_for_log("Status: timeout")
