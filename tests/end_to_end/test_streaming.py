"""Octets are with the client when the tool's call returns; a lost environment shows at once."""

import http.client
import os
import signal

import pytest

from tests.emulating import emulator
from tests.end_to_end.calling import SERVED, Call, call
from tests.gate import Gate


@pytest.fixture(scope="module")
def url():
    with emulator(*SERVED, concurrency=2, env={"FIRSTBYTE_KEEP_ALIVE_S": "1"}) as running:
        yield running.url


def test_an_event_is_there_while_the_tool_waits(url):
    with Gate() as gate, Call(url, "gated_progress", port=gate.port) as under_way:
        first = under_way.message()
        gate.open()
        second, last = under_way.message(), under_way.message()
    assert first["params"] == {"progressToken": "t", "progress": 1, "total": 2}
    assert second["params"]["progress"] == 2
    assert last["result"]["content"] == [{"type": "text", "text": "both reported"}]


def test_a_silent_call_is_kept_alive_by_comments(url):
    with Gate() as gate, Call(url, "wait_silently", port=gate.port) as under_way:
        assert under_way.response.headers["content-type"] == "text/event-stream"
        assert under_way.line().startswith(b":")
        assert under_way.line().startswith(b":")
        gate.open()
        assert under_way.message()["result"]["content"][0]["text"] == "waited"


def test_killing_an_environment_cuts_its_call_at_once_and_no_other(url):
    victim = call(url, "pid")["result"]["structuredContent"]
    with Gate() as gate, Call(url, "report_and_wait", port=gate.port) as under_way:
        assert under_way.message()["params"]["progress"] == 1
        gate.wait_for_visitor()
        os.kill(victim, signal.SIGKILL)
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            under_way.read()
    assert call(url, "echo", text="next")["result"]["content"][0]["text"] == "next"


@pytest.mark.parametrize("name", ["fail", "fail_unsayably", "leave", "cancel"])
def test_an_unexpected_exception_is_a_fixed_sentence_with_the_request_id(url, name):
    result = call(url, name)["result"]
    assert result["isError"] is True
    text = result["content"][0]["text"]
    assert "request id" in text
    assert "swordfish" not in text
