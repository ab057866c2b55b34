"""handler/loop.py: one invocation after the other, and the fate of each."""

import io
import json
import sys

import pytest

from firstbyte.handler.errors import ConnectionLost, DeadlineExceeded
from firstbyte.handler.loop import run
from firstbyte.handler.runtime_api import RuntimeApi
from firstbyte.transport.codec import Codec
from tests.handler.fakes import API, Poller, QuietLog, QuietWatch


class Steps:
    """Serves each invocation by the next of the functions it was given."""

    def __init__(self, *steps):
        self._steps = list(steps)

    def serve(self, invocation, stream, watch):
        self._steps.pop(0)(stream)


def answer(stream):
    stream.close("done")


def raising(error, *before):
    def step(stream):
        for data in before:
            stream.write(data)
        raise error

    return step


def polled(request_id, trace_id=""):
    names = {
        "Lambda-Runtime-Aws-Request-Id": request_id,
        "Lambda-Runtime-Trace-Id": trace_id,
    }
    return b"{}", names


class Ended:
    """How a loop ended, and what it told its collaborators."""

    def __init__(self, server, steps, watch=None, poller=None):
        self.watch = watch or QuietWatch()
        self.log, self.traces, self.error = QuietLog(), [], None
        invocations = [polled(f"r-{number}", f"Root={number}") for number in range(len(steps))]
        api = RuntimeApi(server.address, poller or Poller(*invocations))
        try:
            run(api, Steps(*steps), self.watch, self.log, Codec(), self.traces.append)
        except BaseException as error:  # noqa: BLE001 (whichever it is, tests look at it)
            self.error = error
        api.drop()


def test_invocations_are_served_in_turn_until_the_platform_refuses(server):
    ended = Ended(server, [answer, answer])
    assert isinstance(ended.error, ConnectionLost)
    assert [server.post().path for _ in range(2)] == [
        f"{API}/invocation/r-0/response",
        f"{API}/invocation/r-1/response",
    ]
    assert ended.traces == ["Root=0", "Root=1"]
    assert ended.log.begun == ["r-0", "r-1"]
    assert ended.log.concluded == 2
    assert ended.watch.calls == ["begin r-0", "begin r-1"]


def test_what_is_raised_before_the_first_octet_is_logged_and_posted(server):
    error = LookupError("no disk")
    ended = Ended(server, [raising(error), answer])
    failed, served = server.post(), server.post()
    assert (failed.path, served.path) == (
        f"{API}/invocation/r-0/error",
        f"{API}/invocation/r-1/response",
    )
    assert failed.header("lambda-runtime-function-error-type") == [b"Function.LookupError"]
    assert json.loads(failed.body)["requestId"] == "r-0"
    assert ended.log.reported == [(error, "r-0")]


def test_what_is_raised_after_the_first_octet_is_logged_and_told_in_trailers(server):
    error = LookupError("no disk")
    ended = Ended(server, [raising(error, "half"), answer])
    failed, served = server.post(), server.post()
    assert (failed.path, failed.chunks[2:]) == (f"{API}/invocation/r-0/response", [b"half"])
    assert failed.trailers[b"lambda-runtime-function-error-type"] == b"Function.LookupError"
    assert served.path == f"{API}/invocation/r-1/response"
    assert ended.log.reported == [(error, "r-0")]


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_a_handler_that_ends_the_process_lets_its_client_know_first(server, error):
    ended = Ended(server, [raising(error), answer])
    assert ended.error is error
    assert server.post().path == f"{API}/invocation/r-0/error"
    assert not server.has_post()
    # It has its line in the log, as any other.
    assert ended.log.concluded == 1


def test_a_lost_platform_ends_the_loop_without_another_word(server):
    error = ConnectionLost("gone")
    ended = Ended(server, [raising(error), answer])
    assert ended.error is error
    assert not server.has_post()
    assert ended.log.reported == []


def test_the_deadline_is_left_to_the_watch(server):
    ended = Ended(server, [raising(DeadlineExceeded())], QuietWatch(has_fired=True))
    assert ended.watch.calls == ["begin r-0", "give_up"]
    assert ended.log.reported == []
    assert not server.has_post()


def test_a_deadline_that_fired_retires_the_process_though_the_tool_returned(server):
    ended = Ended(server, [answer], QuietWatch(has_fired=True))
    assert ended.watch.calls == ["begin r-0", "give_up"]


class TickingWatch(QuietWatch):
    """Interrupted once more on its way into `give_up`."""

    def give_up(self):
        super().give_up()
        if self.calls.count("give_up") == 1:
            raise DeadlineExceeded


def test_a_deadline_that_is_raised_twice_is_still_one(server):
    ended = Ended(server, [raising(DeadlineExceeded())], TickingWatch(has_fired=True))
    assert isinstance(ended.error, ConnectionLost)
    assert ended.watch.calls == ["begin r-0", "give_up", "give_up"]


def test_what_a_tool_printed_is_out_before_the_environment_may_freeze(server, monkeypatch):
    written = {"stdout": io.BytesIO(), "stderr": io.BytesIO()}
    for name, octets in written.items():
        monkeypatch.setattr(sys, name, io.TextIOWrapper(io.BufferedWriter(octets)))

    def printing(stream):
        sys.stdout.write("out")
        sys.stderr.write("err")
        stream.close()

    class NotingPoller(Poller):
        seen = None

        def next(self):
            self.seen = [octets.getvalue() for octets in written.values()]
            return super().next()

    poller = NotingPoller(polled("r-0"))
    Ended(server, [printing], poller=poller)
    assert poller.seen == [b"out", b"err"]
