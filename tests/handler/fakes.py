"""A Runtime API on loopback that remembers octets, and the children that run against it."""

import json
import queue
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import h11

from firstbyte.handler.failure import describe
from tests.waiting import BOUND_S

ROOT = Path(__file__).parents[2]
BOOTSTRAP = ROOT / "handler" / "bootstrap"

API = "/2018-06-01/runtime"
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
ACCEPTED = (
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
    b'{"status":"OK"}'
)
REFUSED = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
)
NO_REPLY = b""
"""Scripted as a reply: the connection is closed without a word."""


def patiently(wait, *arguments):
    """Call a wait that takes `timeout`; whatever never comes fails the test."""
    outcome = wait(*arguments, timeout=BOUND_S)
    assert outcome is not False, "waited in vain"
    return outcome


class Post(NamedTuple):
    """One POST as another HTTP implementation understood it; `connection` counts from 0."""

    connection: int
    path: str
    headers: list
    chunks: list
    trailers: dict

    @property
    def body(self):
        return b"".join(self.chunks)

    def header(self, name):
        return [value for key, value in self.headers if key == name.encode()]


class RuntimeApiServer:
    """Serves `/next` from a queue and takes POSTs, which tests read in order with `post`."""

    def __init__(self):
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        self._posts = queue.Queue()
        self._invocations = queue.Queue()
        self._polls = queue.Queue()
        self._replies = queue.Queue()
        self._connections = []
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.closed = threading.Semaphore(0)
        self._reads_on = threading.Event()
        self._reads_on.set()
        self.withheld = threading.Event()
        self.began = threading.Event()
        self.restored = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def post(self):
        """The next POST that arrived whole."""
        return patiently(self._posts.get)

    def poll(self):
        """The headers of the next request for work."""
        return patiently(self._polls.get)

    def has_poll(self):
        return not self._polls.empty()

    def has_post(self):
        return not self._posts.empty()

    def reply_next(self, octets, *, closes=False):
        """Answer one coming POST with `octets` instead of 202, and end the connection after."""
        self._replies.put((octets, closes or not octets))

    def invoke(self, body=b"{}", *, left_ms=None, **headers):
        """Queue an invocation; its deadline is `left_ms` after the runtime has asked for it."""
        self._invocations.put((body, left_ms, headers))

    def refuse(self):
        """Answer `/next` with 403 from now on."""
        self._invocations.put(None)

    def withhold(self):
        """Read no body any further from now on; `withheld` is set when this is so."""
        self._reads_on.clear()

    def read_on(self):
        self._reads_on.set()

    def cut(self):
        """Reset the one connection there is, as a sandbox does that is torn down."""
        (connection,) = self._connections
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The thread that reads it wakes up and closes it; closed from here, it would not.
        connection.shutdown(socket.SHUT_RDWR)
        patiently(self.closed.acquire)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._invocations.put(None)
        self._reads_on.set()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            number = len(self._connections) - 1
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection, number):
        try:
            with connection:
                rest = b""
                while (rest := self._serve_one(connection, number, rest)) is not None:
                    pass
        except (OSError, h11.RemoteProtocolError):
            pass
        self.closed.release()

    def _serve_one(self, connection, number, rest):
        """Read a request, answer it, return what came behind it; None at the end."""
        peer = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 21)
        if rest:
            peer.receive_data(rest)
        request, chunks, is_new = None, [], True
        while True:
            event = peer.next_event()
            if event is h11.NEED_DATA:
                if request is not None and not self._reads_on.is_set():
                    self.withheld.set()
                    self._reads_on.wait()
                peer.receive_data(connection.recv(65536))
            elif isinstance(event, h11.Request):
                request = event
                self.began.set()
            elif isinstance(event, h11.Data):
                if is_new:
                    chunks.append(bytearray())
                chunks[-1] += event.data
                is_new = event.chunk_end
            elif isinstance(event, h11.EndOfMessage):
                break
            else:
                return None
        rest, _ = peer.trailing_data
        if request.target.endswith(b"/restore/next"):
            self.restored.set()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            return rest
        if request.method == b"GET":
            self._polls.put(dict(request.headers))
            return self._hand_over(connection, rest)
        path = request.target.decode()
        headers, trailers = list(request.headers), dict(event.headers)
        self._posts.put(Post(number, path, headers, list(map(bytes, chunks)), trailers))
        octets, closes = (ACCEPTED, False) if self._replies.empty() else self._replies.get()
        connection.sendall(octets)
        return None if closes else rest

    def _hand_over(self, connection, rest):
        invocation = self._invocations.get()
        if invocation is None:
            self._invocations.put(None)
            connection.sendall(REFUSED)
            return rest
        body, left_ms, extra = invocation
        headers = {
            "Content-Type": "application/json",
            "Content-Length": len(body),
            "Lambda-Runtime-Aws-Request-Id": REQUEST_ID,
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:1:function:f",
        }
        if left_ms is not None:
            headers["Lambda-Runtime-Deadline-Ms"] = int(time.time() * 1000) + left_ms
        headers |= {name.replace("_", "-"): value for name, value in extra.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + body)
        return rest


@contextmanager
def runtime_api():
    """A Runtime API that is gone after the block."""
    server = RuntimeApiServer()
    try:
        yield server
    finally:
        server.close()


def mcp_event(method, params=None, **headers):
    """The octets of a Function URL event that calls `method`."""
    call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    event = {
        "requestContext": {"http": {"method": "POST"}},
        "rawPath": "/mcp",
        "headers": {
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
            "mcp-protocol-version": "2025-11-25",
            **headers,
        },
        "body": json.dumps(call),
    }
    return json.dumps(event).encode()


def messages(post):
    """The JSON-RPC messages of a streamed answer, plain or as events."""
    body = b"".join(post.chunks[2:]).decode()
    lines = body.split("\n")
    events = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    return [json.loads(text) for text in events or [body]]


class Poller:
    """Hands out invocations that were made beforehand; then the Runtime API refuses."""

    def __init__(self, *invocations):
        self._invocations = list(invocations)

    def next(self):
        if not self._invocations:
            raise RuntimeError("403")
        return self._invocations.pop(0)


class QuietLog:
    """A log that keeps what it was told."""

    def __init__(self):
        self.begun = []
        self.reported = []
        self.entered = 0
        self.concluded = 0

    def begin(self, invocation, _watch, _stream):
        self.begun.append(invocation.request_id)

    def conclude(self):
        self.concluded += 1

    def enter_tool(self):
        self.entered += 1

    def report(self, error, request_id):
        self.reported.append((error, request_id))
        return describe(error, request_id)


class QuietWatch:
    """A watch that never fires by itself and keeps what it was told."""

    def __init__(self, *, has_fired=False):
        self.request_id = REQUEST_ID
        self.number = 1
        self.account = {}
        self.calls = []
        self.answer = None
        self.has_fired = has_fired

    def begin(self, invocation):
        self.calls.append(f"begin {invocation.request_id}")

    def end_before(self, deadline_ms):
        self.calls.append(f"end before {deadline_ms}")

    def remaining_ms(self):
        return 1000

    def watch(self, answer):
        self.calls.append("watch")
        self.answer = answer

    def enter_tool(self):
        self.calls.append("enter_tool")

    def unwatch(self):
        self.calls.append("unwatch")

    def report(self, error):
        self.calls.append(f"report {error!r}")

    def give_up(self):
        self.calls.append("give_up")


class Child:
    """A whole runtime process; its output is whole once it ended."""

    def __init__(self, process):
        self._process = process
        self.pid = process.pid

    def end(self):
        """Wait for its own end: exit status, standard output, standard error."""
        out, err = patiently(self._process.communicate)
        return self._process.returncode, out, err

    def stop(self):
        """End it by a signal that it does not handle; its standard error comes back."""
        self._process.terminate()
        return patiently(self._process.communicate)[1]


@contextmanager
def child(server, *arguments, folder, environment=None, command=None):
    """Run `handler/bootstrap` with `folder` as the task's, ended by force after the block."""
    command = command or (sys.executable, "-I", "-S", BOOTSTRAP)
    process = subprocess.Popen(
        [*command, *arguments],
        env={
            "AWS_LAMBDA_RUNTIME_API": server.address,
            "LAMBDA_TASK_ROOT": str(folder),
            **(environment or {}),
        },
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Child(process)
    finally:
        process.kill()
        process.communicate()


def imported(report, prefix=""):
    """The names in what `-X importtime` printed that begin with `prefix`."""
    lines = [line for line in report.splitlines() if line.startswith("import time:")]
    names = {line.rpartition("|")[2].strip() for line in lines[1:]}
    return {name for name in names if name.startswith(prefix)}


def run_python(source, *arguments, folder=ROOT, flags=(), environment=None, status=0):
    """Run `source`, which may import ours, in a fresh interpreter; return what it printed."""
    prelude = (
        "import sys; package = type(sys)('firstbyte');"
        f" package.__path__ = [{str(ROOT)!r}]; sys.modules['firstbyte'] = package\n"
    )
    process = subprocess.Popen(
        [sys.executable, *flags, "-c", prelude + source, *arguments],
        cwd=folder,
        env=environment or {},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        out, err = patiently(process.communicate)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == status, err
    return out
