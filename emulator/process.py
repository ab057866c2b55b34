"""One program of an environment: started in its own session, ended with its whole group."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Self, cast

LAST_WORDS_S: Final = 1.0
"""A stranger that was given the program's output may hold it open for ever."""

_READ_BYTES: Final = 64 * 1024


class Process:
    """A running program. `exited` is done when it ends: how, in words, empty for status 0."""

    def __init__(self, child: asyncio.subprocess.Process, log: Callable[[str], None]) -> None:
        self.pid = child.pid
        self._child = child
        self.exited: asyncio.Task[str] = asyncio.create_task(self._watch())
        self._copying = asyncio.create_task(self._copy(log))

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
        child = await asyncio.create_subprocess_exec(
            *command,
            env=variables,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        return cls(child, log)

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

    async def _watch(self) -> str:
        status = await self._child.wait()
        if status < 0:
            return f"signal: {signal.Signals(-status).name}"
        return f"exit status {status}" if status else ""

    async def _copy(self, log: Callable[[str], None]) -> None:
        output = cast("asyncio.StreamReader", self._child.stdout)  # a pipe was asked for
        rest = b""
        while octets := await output.read(_READ_BYTES):
            *lines, rest = (rest + octets).split(b"\n")
            for line in lines:
                log(line.decode(errors="replace"))
        if rest:
            log(rest.decode(errors="replace"))
