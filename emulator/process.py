"""One program of an environment: started in its own session, ended with its whole group."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Final, Self

LAST_WORDS_S: Final = 1.0
"""A stranger that was given the program's output may hold it open for ever."""

_READ_BYTES: Final = 64 * 1024

_WAITID: Final = getattr(os, "waitid", None)
"""Not on macOS before Python 3.13: there an end is known some turns of the loop later."""


class Process:
    """A running program. `exited` is done when it ends: how, in words, empty for status 0."""

    def __init__(
        self,
        child: asyncio.subprocess.Process,
        pipe: asyncio.ReadTransport,
        copying: Coroutine[None, None, None],
    ) -> None:
        self.pid = child.pid
        self._child = child
        self._pipe = pipe
        self.exited: asyncio.Task[str] = asyncio.create_task(self._watch())
        self._copying = asyncio.create_task(copying)

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        variables: Mapping[str, str],
        log: Callable[[str], None],
    ) -> Self:
        """Start `command` and hand each line it writes to `log`.

        Raises:
            OSError: there is no such program, or it cannot be run.
        """
        # A pipe of our own: with asyncio's, a program counts as running for as long as any
        # process that it gave its output to.
        reading, writing = os.pipe()
        output = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        pipe, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(output), os.fdopen(reading, "rb")
        )
        try:
            child = await asyncio.create_subprocess_exec(
                *command,
                env=variables,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
            )
        finally:
            os.close(writing)
        return cls(child, pipe, _copy(output, log))

    @property
    def has_ended(self) -> bool:
        """True from the moment it ends, before the event loop has heard of it."""
        if self.exited.done() or _WAITID is None:
            return self.exited.done()
        try:
            # WNOWAIT leaves the exit status to the event loop.
            look = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return _WAITID(os.P_PID, self.pid, look) is not None
        except ChildProcessError:
            return True

    def signal(self, number: signal.Signals) -> None:
        """Send `number` to the program and everything in its group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """End the program and everything in its group."""
        self.signal(signal.SIGKILL)

    async def finished(self) -> None:
        """Wait for the program, and for the last of its words to come through."""
        await self.exited
        await asyncio.wait({self._copying}, timeout=LAST_WORDS_S)
        self._copying.cancel()
        self._pipe.close()

    async def _watch(self) -> str:
        status = await self._child.wait()
        if status < 0:
            return f"signal: {signal.Signals(-status).name}"
        return f"exit status {status}" if status else ""


async def _copy(output: asyncio.StreamReader, log: Callable[[str], None]) -> None:
    rest = b""
    while octets := await output.read(_READ_BYTES):
        *lines, rest = (rest + octets).split(b"\n")
        for line in lines:
            log(line.decode(errors="replace"))
    if rest:
        log(rest.decode(errors="replace"))
