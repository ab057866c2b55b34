"""One execution environment: its programs, its Runtime API, one invocation at a time."""

import asyncio
import contextlib
import os
import time
import uuid
from collections import deque
from collections.abc import Coroutine
from pathlib import Path
from signal import SIGCONT, SIGSTOP, SIGTERM, Signals
from typing import Final

from firstbyte.emulator import family
from firstbyte.emulator.connection import Connection, TruncatedBody
from firstbyte.emulator.console import Console
from firstbyte.emulator.extensions_api import PREFIX, ExtensionsApi
from firstbyte.emulator.failure import Failure, platform_failure
from firstbyte.emulator.function import VERSION, Function
from firstbyte.emulator.invocation import Invocation
from firstbyte.emulator.process import Process
from firstbyte.emulator.report import Report
from firstbyte.emulator.runtime_api import Phase, RuntimeApi

INIT_LIMIT_S: Final = 10.0
"""After this the platform starts over, within the function's own timeout; here init goes on for
that much longer, then it has failed."""

SHUTDOWN_LIMIT_S: Final = 2.0
RUNTIME_SHARE: Final = 0.3
"""Of the limit, the part that is the runtime's."""

EXIT_LIMIT_S: Final = 1.0
"""A runtime that has reported a failed init says the rest of it to its log and exits."""

DRAIN_LIMIT_S: Final = 1.0
"""How long a slow client can hold up the last octets of a runtime that has died."""

LOG_TAIL_BYTES: Final = 4096

_TIMED_OUT: Final = "Sandbox.Timedout"


class Unheard(Exception):
    """The runtime had ended before it read the invocation, which another may serve."""


class Environment:
    """Started by its first invocation, ended by `shut_down`; `fault` is its end before that.

    `mark` begins the name of its log stream, which sets its processes apart from all others.
    """

    def __init__(
        self,
        number: int,
        function: Function,
        console: Console,
        *,
        mark: str,
        freezes: bool,
        limits_bandwidth: bool,
    ) -> None:
        self.number = number
        self.fault: asyncio.Future[Failure] = asyncio.get_running_loop().create_future()
        self._function = function
        self._console = console
        self._log_stream = f"{mark}{uuid.uuid4().hex[:16]}"
        self._freezes = freezes
        self._runtime_api = RuntimeApi(
            function.arn, self._fail, limits_bandwidth=limits_bandwidth
        )
        self._extensions_api = ExtensionsApi(function, self._fail)
        self._server: asyncio.Server | None = None
        self._conversations: set[asyncio.Task[None]] = set()
        self._runtime: Process | None = None
        self._extensions: dict[str, Process] = {}
        self._request_id = ""
        self._peak_memory_kb = 0
        self._log: deque[str] = deque(maxlen=LOG_TAIL_BYTES)

    @property
    def is_alive(self) -> bool:
        """Whether all its programs run, as the kernel knows before `fault` is told."""
        has_ended = any(process.has_ended for process in self._processes)
        return not has_ended and not self.fault.done()

    @property
    def _processes(self) -> list[Process]:
        return [*self._extensions.values(), *([self._runtime] if self._runtime else [])]

    async def serve(self, invocation: Invocation) -> str:
        """Run one invocation to its end.

        Returns why the environment has to be shut down now: `timeout`, `failure`, or nothing.

        Raises:
            Unheard: it was idle, and has ended.
        """
        self._request_id = invocation.request_id
        self._log.clear()
        invocation.environment = self.number
        clock = asyncio.get_running_loop().time
        init_ms = 0.0
        if self._server is None:
            began_s = clock()
            invocation.is_cold = True
            limit_s = INIT_LIMIT_S + self._function.timeout_s
            if failure := await self._until(self._initialise(), limit_s):
                return await self._fail_init(invocation, failure)
            init_ms = (clock() - began_s) * 1000
        else:
            self._signal_all(SIGCONT)
        began_s = clock()
        invocation.start(self._function.timeout_s)
        self._runtime_api.deliver(invocation)
        self._extensions_api.announce(invocation)
        failure = await self._until(self._settle(), self._function.timeout_s)
        # Not the first invocation: a runtime that never reads any would be started for ever.
        if failure and not invocation.is_cold and await self._is_unheard():
            raise Unheard(failure.summary())
        duration_ms = (clock() - began_s) * 1000
        self._measure_memory()
        if failure:
            await self._abort(invocation, failure)
        if told := failure or invocation.failure:
            self._console.fault(self.number, told.summary())
        report = Report(
            request_id=invocation.request_id,
            duration_ms=duration_ms,
            init_ms=init_ms,
            memory_mb=self._function.memory_mb,
            max_memory_mb=self._peak_memory_kb // 1024,
            status=_status(failure),
        )
        self._console.report(report)
        invocation.log_tail = "\n".join([*self._log, report.line()]).encode()[-LOG_TAIL_BYTES:]
        return _reason(failure)

    def rest(self) -> None:
        """Wait for the next invocation, frozen if asked."""
        self._request_id = ""
        if self._freezes:
            self._signal_all(SIGSTOP)

    async def shut_down(self, reason: str) -> None:
        """End every program of the environment; extensions are told `reason` and given time.

        Source: AWS Lambda developer guide, "Lambda execution environment lifecycle".
        """
        self._signal_all(SIGCONT)
        if not self._extensions_api.is_empty:
            await self._say_goodbye(reason)
        await self._kill()

    async def _kill(self) -> None:
        """End every program of the environment at once."""
        for process in self._processes:
            process.kill()
        if self._processes:
            family.end(self._log_stream)
        if self._conversations:
            await asyncio.wait(self._conversations, timeout=DRAIN_LIMIT_S)
        for conversation in self._conversations:
            conversation.cancel()
        if self._server:
            self._server.close()
        for process in self._processes:
            await process.finished()

    async def _initialise(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        variables = self._function.variables(
            os.environ, runtime_api=f"127.0.0.1:{port}", log_stream=self._log_stream
        )
        try:
            for program in self._function.extensions:
                name = Path(program).name
                extension = await Process.start((program,), variables, self._take_line)
                self._extensions[name] = extension
                self._watch(extension, "Extension.Crash", f"Extension {name}")
            await self._extensions_api.registered()
            command = self._function.command
            self._runtime = await Process.start(command, variables, self._take_line)
            self._watch(self._runtime, "Runtime.ExitError", "Runtime")
        except OSError as error:
            return self._fail(platform_failure("Runtime.InvalidEntrypoint", str(error)))
        await self._settle()
        return None

    async def _settle(self) -> None:
        """Wait until runtime and extensions all ask for what is next."""
        await self._runtime_api.is_awaited.wait()
        await self._extensions_api.settled()

    async def _until(self, work: Coroutine[None, None, None], limit_s: float) -> Failure | None:
        """Wait for `work`, a fault or the time limit, whichever is first."""
        task = asyncio.create_task(work)
        first: set[asyncio.Future[None] | asyncio.Future[Failure]] = {task, self.fault}
        try:
            await asyncio.wait(first, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            if self.fault.done():
                return self.fault.result()
            if task.done():
                await task
                return None
        finally:
            task.cancel()
        message = f"Task timed out after {limit_s:.2f} seconds"
        return platform_failure(_TIMED_OUT, f"RequestId: {self._request_id} Error: {message}")

    async def _fail_init(self, invocation: Invocation, failure: Failure) -> str:
        if self._runtime and self._runtime_api.phase is Phase.INIT_ERROR:
            await asyncio.wait({self._runtime.exited}, timeout=EXIT_LIMIT_S)
        self._console.fault(self.number, f"init: {failure.summary()}")
        invocation.end(failure)
        return _reason(failure)

    async def _is_unheard(self) -> bool:
        if not (self._runtime and self._runtime.exited.done()):
            return False
        # Its children may hold the connection.
        self._runtime.kill()
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._runtime_api.is_unheard(), DRAIN_LIMIT_S)
        return False

    async def _abort(self, invocation: Invocation, failure: Failure) -> None:
        if self._runtime and self._runtime.exited.done():
            # Its children may hold the connection on which its last octets are still coming.
            self._runtime.kill()
            if self._runtime_api.phase is Phase.RESPONDING:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(invocation.over.wait(), DRAIN_LIMIT_S)
        invocation.end(failure)

    async def _say_goodbye(self, reason: str) -> None:
        limit_s = SHUTDOWN_LIMIT_S
        deadline_ms = int((time.time() + limit_s) * 1000)
        if self._runtime:
            self._runtime.signal(SIGTERM)
            await asyncio.wait({self._runtime.exited}, timeout=limit_s * RUNTIME_SHARE)
            self._runtime.kill()
        told = self._extensions_api.shut_down(reason, deadline_ms)
        leaving = {self._extensions[name].exited for name in told & self._extensions.keys()}
        if leaving:
            await asyncio.wait(leaving, timeout=deadline_ms / 1000 - time.time())

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = asyncio.create_task(self._converse(Connection(reader, writer)))
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)

    async def _converse(self, connection: Connection) -> None:
        try:
            while request := await connection.request():
                self._console.detail(self.number, f"{request.method} {request.path}")
                if request.path.startswith(PREFIX):
                    await self._extensions_api.answer(request, connection)
                else:
                    await self._runtime_api.answer(request, connection)
        except (TruncatedBody, ConnectionError) as error:
            self._console.detail(self.number, f"connection lost: {error!r}")
        finally:
            connection.close()

    def _watch(self, process: Process, kind: str, name: str) -> None:
        def report(exited: asyncio.Task[str]) -> None:
            how = exited.result()
            reason = f"with error: {how}" if how else "without providing a reason"
            message = f"RequestId: {self._request_id} Error: {name} exited {reason}"
            self._fail(platform_failure(kind, message))

        process.exited.add_done_callback(report)

    def _fail(self, failure: Failure) -> None:
        if not self.fault.done():
            self.fault.set_result(failure)

    def _take_line(self, line: str) -> None:
        self._log.append(line)
        self._console.output(self.number, line)

    def _measure_memory(self) -> None:
        peak_kb = family.peak_memory_kb(process.pid for process in self._processes)
        self._peak_memory_kb = max(self._peak_memory_kb, peak_kb)

    def _signal_all(self, number: Signals) -> None:
        for process in self._processes:
            process.signal(number)


def _reason(failure: Failure | None) -> str:
    if failure is None:
        return ""
    return "timeout" if failure.kind == _TIMED_OUT else "failure"


def _status(failure: Failure | None) -> str:
    reason = _reason(failure)
    return f"error\tError Type: {failure.kind}" if failure and reason == "failure" else reason


def make_mark() -> str:
    """Begin the log stream names of one emulator as no other's begin."""
    return f"{time.strftime('%Y/%m/%d')}/[{VERSION}]{uuid.uuid4().hex[:16]}"
