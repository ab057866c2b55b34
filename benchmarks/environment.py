"""Start a candidate's environment, put questions to it through a Runtime API, and end it.

    start ──▶ (extension registers) ──▶ GET next ──▶ event ──▶ POST response ──▶ GET next

The Runtime API is this process: one listening socket, one thread, no framework. What it does
between an event's first octet out and the answer's last octet in is part of every figure, so
it is little, and timed: everything that can be is made before and read afterwards. Processes
are held before the clock starts, already in their group, and let go by it; so neither our fork
nor their entry counts.

Source: AWS Lambda developer guide, "Using the Lambda runtime API", "Using the Lambda Extensions
API".
"""

import os
import select
import signal
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

from benchmarks.answer import Answer, MalformedAnswer, read_answer
from benchmarks.candidate import Candidate
from benchmarks.process_tree import find_tree
from benchmarks.request_reader import MalformedRequest, Request, RequestReader
from benchmarks.share import Share

TIMEOUT_S: Final = 60
"""A candidate that is silent for longer has failed."""

# $0 the group's door or nothing; $1 where output goes; the rest is the command.
_HOLD: Final = (
    'if [ -n "$0" ]; then echo $$ > "$0" || exit 97; fi; log=$1; shift; '
    'echo held; read -r _ || exit 98; exec "$@" < /dev/null > "$log" 2>&1'
)
_INVOCATION: Final = "/2018-06-01/runtime/invocation/"
_NEXT: Final = f"{_INVOCATION}next"
_EXTENSION: Final = "/2020-01-01/extension/"
_TAIL_BYTES: Final = 2_000
_MAX_READ_BYTES: Final = 1_048_576

_HEAD: Final = (
    b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n%b"
)
_INVOKED: Final = (
    b"Lambda-Runtime-Aws-Request-Id: %b\r\n"
    b"Lambda-Runtime-Invoked-Function-Arn: "
    b"arn:aws:lambda:eu-west-1:123456789012:function:benchmark\r\n"
    b"Lambda-Runtime-Deadline-Ms: %d\r\n"
    b"Lambda-Runtime-Trace-Id: Root=1-65f00000-000000000000000000000000;Sampled=0\r\n"
)


class Failed(Exception):
    """The candidate crashed, was silent, or spoke no HTTP; the message says which."""


class Asked(NamedTuple):
    """One question's way; moments are nanoseconds of CLOCK_MONOTONIC."""

    asked_ns: int
    """When the event was handed out; of the first question, when the process was let go."""
    own_ns: int
    """What the meter computed between handing the event out and the last octet, the system's
    work for it included; the candidate may have been at work meanwhile."""
    post: Request
    """What the answer was posted with, as it came."""

    @property
    def began_ns(self) -> int:
        """When the first octet of the answer's POST arrived."""
        return self.post.began_ns

    @property
    def ended_ns(self) -> int:
        """When its last one did."""
        return self.post.ended_ns

    @property
    def seconds(self) -> float:
        """To the last octet."""
        return (self.ended_ns - self.asked_ns) / 1e9

    @property
    def answer(self) -> Answer:
        """What the client gets; read when it is wanted, so that no call waits for it.

        Raises:
            Failed: the client gets nothing.
        """
        try:
            return read_answer(self.post)
        except MalformedAnswer as error:
            raise Failed(str(error)) from error


class Environment:
    """One environment of a candidate: a context that starts it, and ends all its processes."""

    def __init__(
        self,
        candidate: Candidate,
        settings: Mapping[str, str],
        share: Share | None = None,
    ) -> None:
        self._candidate = candidate
        self._settings = settings
        self._share = share
        self._poll: _Connection | None = None
        self._connections: dict[int, _Connection] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._exits: dict[int, subprocess.Popen[bytes]] = {}
        self._inbox: deque[tuple[_Connection, Request]] = deque()
        self._buffer = memoryview(bytearray(_MAX_READ_BYTES))
        self._call_number = 0

    def __enter__(self) -> "Environment":
        # A container, too, has that folder.
        self._output = tempfile.NamedTemporaryFile(prefix="firstbyte-bench-", dir="/tmp")
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._sources = select.epoll()
        self._sources.register(self._listener, select.EPOLLIN)
        address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        try:
            commands = [self._candidate.command]
            if self._candidate.extension:
                commands.insert(0, self._candidate.extension)
            self._held = [self._hold(command, address) for command in commands]
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def ask(self, event: bytes) -> Asked:
        """Hand `event` out and wait until it is answered and the next one is asked for.

        Raises:
            Failed: that did not happen.
        """
        started_ns = None
        if self._poll is None:
            if self._share:
                self._share.settle()
            started_ns = time.monotonic_ns()
            self._let_go()
            self._poll = self._wait_for_poll()
        self._call_number += 1
        call_id = f"00000000-0000-4000-8000-{self._call_number:012}"
        deadline_ms = int(time.time() * 1000) + 2 * TIMEOUT_S * 1000
        octets = _reply(200, event, _INVOKED % (call_id.encode(), deadline_ms))
        computed_ns = time.thread_time_ns()
        handed_out_ns = self._poll.send(octets)
        asked_ns = started_ns or handed_out_ns
        connection, post = self._wait(_is_post)
        own_ns = connection.computed_ns - computed_ns
        if post.path != f"{_INVOCATION}{call_id}/response":
            raise Failed(f"it reports an error: {post.path} {_cut(post.body)}")
        connection.send(_ACCEPTED)
        self._poll = self._wait_for_poll()
        return Asked(asked_ns, own_ns, post)

    def tree(self) -> list[int]:
        """List the ids of all its living processes."""
        return find_tree([process.pid for process in self._processes])

    def stop(self) -> None:
        """Ask its processes to end, and wait until they have: a tracer writes its notes."""
        for pid in self.tree():
            os.kill(pid, signal.SIGTERM)
        for process in self._processes:
            process.wait(TIMEOUT_S)

    def end(self) -> None:
        """End all its processes and close all connections."""
        for pid in self.tree():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for descriptor in self._exits:
            os.close(descriptor)
        for process in self._processes:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)
        self._processes, self._exits = [], {}
        for connection in self._connections.values():
            connection.close()
        self._connections = {}
        self._sources.close()
        self._listener.close()
        self._output.close()

    def _hold(self, command: Sequence[str], address: str) -> "subprocess.Popen[bytes]":
        """Start `command` as far as it goes before the clock does."""
        candidate = self._candidate
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = {
            **inherited,
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "AWS_LAMBDA_RUNTIME_API": address,
            "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/benchmark",
            "AWS_LAMBDA_LOG_STREAM_NAME": "benchmark",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_EC2_METADATA_DISABLED": "true",
            "LAMBDA_TASK_ROOT": str(candidate.folder),
            **self._settings,
            **candidate.environment,
        }
        door = str(self._share.door) if self._share else ""
        process = subprocess.Popen(
            [*candidate.shell, "-c", _HOLD, door, self._output.name, *command],
            cwd=candidate.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._processes.append(process)
        assert process.stdout is not None
        if process.stdout.readline() != b"held\n":
            raise OSError(f"the process could not be held: status {process.wait()}")
        descriptor = os.pidfd_open(process.pid)
        self._exits[descriptor] = process
        self._sources.register(descriptor, select.EPOLLIN)
        return process

    def _let_go(self) -> None:
        """Start the clock's first process, or the only one."""
        pipe = self._held.pop(0).stdin
        assert pipe is not None
        try:
            pipe.write(b"\n")
            pipe.flush()
        except BrokenPipeError as error:
            raise OSError("a held process is gone") from error

    def _wait_for_poll(self) -> "_Connection":
        connection, _ = self._wait(_is_poll)
        return connection

    def _wait(self, is_wanted: Callable[[Request], bool]) -> "tuple[_Connection, Request]":
        """Serve all that is asked until the wanted request is complete."""
        end_s = time.monotonic() + TIMEOUT_S
        while True:
            while self._inbox:
                connection, request = self._inbox.popleft()
                if is_wanted(request):
                    return connection, request
                self._serve(connection, request)
            self._take_in(end_s)

    def _take_in(self, end_s: float) -> None:
        """Wait for something to come; what is complete goes to the inbox."""
        ready = self._sources.poll(max(0, end_s - time.monotonic()))
        if not ready:
            raise Failed(f"it was silent for {TIMEOUT_S} s{self._tail()}")
        for source, _ in ready:
            if connection := self._connections.get(source):
                self._receive(source, connection)
            elif source == self._listener.fileno():
                self._connect(self._listener.accept()[0])
            # What it sent before it ended is read first.
            elif len(ready) == 1:
                status = self._exits[source].wait()
                raise Failed(f"a process of it ended with status {status}{self._tail()}")

    def _connect(self, peer: socket.socket) -> None:
        self._connections[peer.fileno()] = _Connection(peer)
        self._sources.register(peer, select.EPOLLIN)

    def _receive(self, source: int, connection: "_Connection") -> None:
        try:
            requests = connection.receive(self._buffer)
        except MalformedRequest as error:
            raise Failed(f"it does not speak HTTP: {error}") from error
        except ConnectionError:
            requests = None
        if requests is None:
            # The system forgets a source that is closed.
            del self._connections[source]
            connection.close()
            if not connection.is_idle:
                raise Failed(f"it closed a connection within a request{self._tail()}")
            return
        for request in requests:
            self._inbox.append((connection, request))

    def _serve(self, connection: "_Connection", request: Request) -> None:
        """Answer what an extension asks; an early poll or an unknown path is a failure."""
        if request.path == f"{_EXTENSION}register":
            connection.send(_REGISTERED)
            if self._held:
                self._let_go()
        elif request.path != f"{_EXTENSION}event/next":
            raise Failed(
                f"it asks {request.method} {request.path[:200]}, {_cut(request.body)}"
                f"{self._tail()}"
            )

    def _tail(self) -> str:
        """Quote the end of what it wrote."""
        octets = Path(self._output.name).read_bytes()[-_TAIL_BYTES:]
        text = octets.decode("utf-8", "replace").replace(str(Path.home()), "~")
        return f"; it wrote: {text}" if text else ""


class _Connection:
    """One connection of the environment's."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        self._reader = RequestReader()
        self.computed_ns = 0
        """The processor time that this thread had used when something came last."""
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._acknowledge()

    @property
    def is_idle(self) -> bool:
        """It is not within a request."""
        return self._reader.is_idle

    def close(self) -> None:
        """Close it."""
        self._peer.close()

    def receive(self, buffer: memoryview) -> list[Request] | None:
        """Read what is there; returns the requests it completes, or None at the end."""
        size = self._peer.recv_into(buffer)
        now_ns = time.monotonic_ns()
        self.computed_ns = time.thread_time_ns()
        self._acknowledge()
        return self._reader.feed(bytes(buffer[:size]), now_ns) if size else None

    def send(self, octets: bytes) -> int:
        """Answer the request that was read; returns the moment before the first octet left."""
        now_ns = time.monotonic_ns()
        try:
            self._peer.sendall(octets)
        except ConnectionError as error:
            raise Failed("it closed a connection on which it waits") from error
        self._acknowledge()
        return now_ns

    def _acknowledge(self) -> None:
        # Some runtimes write head and body apart with Nagle on; a delayed acknowledgement
        # would add 40 ms that are ours. The kernel forgets the option as soon as it can.
        self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _is_poll(request: Request) -> bool:
    return request.path == _NEXT


def _is_post(request: Request) -> bool:
    return request.method == "POST" and request.path.startswith(_INVOCATION)


def _reply(status: int, body: bytes, headers: bytes = b"") -> bytes:
    """Write a whole response; `headers` is lines."""
    return _HEAD % (status, headers, len(body), body)


_ACCEPTED: Final = _reply(202, b'{"status":"OK"}\n')
_REGISTERED: Final = _reply(
    200,
    b'{"functionName":"benchmark","functionVersion":"$LATEST","handler":"x"}',
    b"Lambda-Extension-Identifier: 00000000-0000-4000-8000-ffffffffffff\r\n",
)


def _cut(octets: bytes) -> str:
    return repr(octets[:1_000])


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return
