"""What is our fault is a function error: 502 before the first byte, error trailers after it."""

import contextlib
import http.client

import pytest

from tests.emulating import BOOTSTRAP, emulator
from tests.waiting import BOUND_S

LIST = b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}'


def post(running):
    """Ask for the list of tools and return status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=BOUND_S)
    with contextlib.closing(connection):
        connection.request("POST", "/mcp", LIST, {"content-type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()


@pytest.mark.parametrize("name", ["server", "breaks_before_the_first_byte"])
def test_a_failure_before_the_first_byte_is_a_502_with_its_reasons_in_the_log_only(name):
    with emulator(*BOOTSTRAP, f"tests.end_to_end.broken:{name}", concurrency=1) as running:
        status, body = post(running)
        assert status == 502
        assert b"swordfish" not in body
        assert b"missing" not in body
        running.wait_for_log("Traceback")
        # The process lives on and says the same again.
        assert post(running)[0] == 502
        assert running.log().count("Init Duration") == 1


def test_a_failure_after_the_first_byte_is_told_in_trailers_and_the_process_lives_on():
    name = "tests.end_to_end.broken:breaks_after_the_first_byte"
    with emulator(*BOOTSTRAP, name, concurrency=1) as running:
        # An HTTP client never sees the trailers; the platform's log does.
        assert [post(running), post(running)] == [(200, b"half")] * 2
        running.wait_for_log("Function.ValueError")
        assert running.log().count("Init Duration") == 1
