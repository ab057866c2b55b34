"""A call ends properly before the deadline, whatever its tool does; the next one is served."""

import pytest

from tests.emulating import emulator
from tests.end_to_end.calling import SERVED, Call, call

TOO_LATE = -32603


@pytest.fixture(scope="module")
def url():
    with emulator(*SERVED, timeout=2, concurrency=1) as running:
        yield running.url


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("sleep_long", id="asleep"),
        pytest.param("sleep_long_unannounced", id="asleep, nothing said"),
        pytest.param("sleep_long_async", id="asleep in an event loop"),
        pytest.param("block_in_socket", id="blocked in a socket"),
        pytest.param("burn", id="burning CPU in Python"),
        pytest.param("hash_long", id="deaf in C"),
        pytest.param("swallow", id="swallowing what is raised"),
    ],
)
def test_a_call_beyond_the_deadline_gets_an_error_and_the_next_is_served(url, name):
    answer = call(url, name, call_id=name)
    assert answer["id"] == name
    assert answer["error"]["code"] == TOO_LATE
    assert "deadline" in answer["error"]["message"]
    assert call(url, "echo", text="next")["result"]["content"][0]["text"] == "next"


def test_the_stream_of_a_call_beyond_the_deadline_ends_properly(url):
    with Call(url, "sleep_long") as under_way:
        body = under_way.read()
    assert body.endswith(b"\n\n")
    assert body.count(b'"id":1') == 1


def test_a_client_that_does_not_read_is_cut_by_the_process_itself():
    with emulator(*SERVED, timeout=3, concurrency=1) as running:
        with Call(running.url, "flood") as under_way:
            assert under_way.response.status == 200
            # Not the platform's timeout: nothing can be told to this client, others wait.
            assert "Runtime.ExitError" in running.wait_for_log("REPORT")
        assert call(running.url, "echo", text="next")["result"]["content"][0]["text"] == "next"
