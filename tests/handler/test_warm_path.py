"""What a call costs a process that is warm: system calls, copies, and what is left behind."""

import gc
import json
import sys
import tracemalloc
from pathlib import Path

import pytest

from firstbyte.handler import clock
from firstbyte.handler.invocation import Invocation
from firstbyte.handler.response_stream import ResponseStream
from firstbyte.handler.served import serve_target
from firstbyte.tools import Context, Server, tool
from firstbyte.transport.codec import Codec
from firstbyte.transport.memory import Memory
from firstbyte.transport.policy import Policy
from tests.handler.fakes import REQUEST_ID, QuietWatch, child, mcp_event

POLICY = Policy("/mcp", (), (), 10_000_000)
SENDING = {"send", "sendall", "sendmsg", "sendto"}


@tool
def add(a: int, b: int) -> int:
    """Add."""
    return a + b


@tool
def count(to: int, context: Context) -> str:
    """Report on the way."""
    for number in range(to):
        context.progress(number)
    return "done"


WRITING = '''
from firstbyte.tools import Context, Server, tool


@tool
def write(length: int, context: Context) -> str:
    """Write much, telling before where it is heard that it begins."""
    context.progress(0)
    return "x" * length


server = Server("warm", "1", tools=[write])
'''


class Wire:
    """Takes octets as the Runtime API does."""

    def begin_stream(self, invocation):
        return b""

    def send(self, pieces):
        pass

    def read_reply(self):
        pass


class Process:
    """One process, warm from the first call on."""

    def __init__(self, api):
        self._api = api
        self._codec = Codec()
        server = Server("warm", "1", tools=[add, count])
        self._served = serve_target(
            server, "module:attribute", POLICY, self._codec, Memory(clock)
        )

    def call(self, event):
        invocation = Invocation({"Lambda-Runtime-Aws-Request-Id": REQUEST_ID}, event)
        stream = ResponseStream(self._api, invocation, self._codec)
        self._served.serve(invocation, stream, QuietWatch())


def call_event(name, *, token=None, **arguments):
    meta = {"progressToken": token} if token else {}
    return mcp_event("tools/call", {"name": name, "arguments": arguments, "_meta": meta})


@pytest.mark.parametrize(
    ("event", "sends"),
    [
        pytest.param(call_event("add", a=1, b=2), 1, id="result alone"),
        pytest.param(call_event("count", token="t", to=3), 4, id="result after 3 events"),
    ],
)
def test_each_event_leaves_by_one_system_call(server, api, event, sends):
    process = Process(api)
    process.call(event)
    called = []

    def note(_frame, kind, function):
        if kind == "c_call":
            called.append(function.__name__)

    sys.setprofile(note)
    try:
        process.call(event)
    finally:
        sys.setprofile(None)
    assert len([name for name in called if name in SENDING]) == sends


@pytest.mark.parametrize("token", [None, "t"], ids=["as JSON", "as an event"])
def test_a_large_result_takes_no_more_than_four_times_its_size(server, tmp_path, token):
    length = 5_000_000
    (tmp_path / "app.py").write_text(WRITING)
    with child(server, "app:server", folder=tmp_path) as process:
        server.invoke(call_event("write", token=token, length=1))
        server.poll()
        server.post()
        server.poll()
        # From here on the peak is counted anew. Not by tracemalloc: orjson reserves eight
        # octets for each character of a text, and gives back what it did not touch.
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")
        before, _ = memory_of(process.pid)
        server.invoke(call_event("write", token=token, length=length))
        assert len(server.post().body) > length
        _, peak = memory_of(process.pid)
    assert peak - before < 4 * length


def memory_of(pid):
    """The octets a process holds now, and those it held at its peak."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return [int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")]


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(call_event("add", a=1, b=2), id="as JSON"),
        pytest.param(call_event("count", token="t", to=3), id="as events"),
        pytest.param(call_event("add", a="no"), id="a failure"),
        pytest.param(mcp_event("tools/list"), id="a list"),
    ],
)
def test_a_thousand_calls_leave_nothing_behind(event):
    process = Process(Wire())

    def objects_after(calls):
        for _ in range(calls):
            process.call(event)
        gc.collect()
        return len(gc.get_objects())

    before = objects_after(100)
    tracemalloc.start()
    try:
        objects_after(100)
        traced, _ = tracemalloc.get_traced_memory()
        after = objects_after(1000)
        grown = tracemalloc.get_traced_memory()[0] - traced
    finally:
        tracemalloc.stop()
    # A tenth of an object, and 20 octets, of each call would be too much already.
    assert after - before < 100
    assert grown < 20_000


def test_the_events_are_what_they_are_meant_to_be(server, api):
    Process(api).call(call_event("count", token="t", to=3))
    lines = b"".join(server.post().chunks[2:]).decode().split("\n\n")
    methods = [json.loads(line.removeprefix("data: ")).get("method") for line in lines[:-1]]
    assert methods == [*["notifications/progress"] * 3, None]
