"""One invocation: the event on its way in, the response on its way out.

The runtime's side calls `open`, then `write` as octets come, then `end`; the caller's waits for
`begun` and reads `octets`. One chunk is held between them, so a caller that reads slowly slows
the runtime down.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator

from firstbyte.emulator.failure import Failure


class Invocation:
    """One call of the function.

    `content_type` and `is_streamed` describe the response once it has begun; `failure` is
    settled when `over` is set: the response is complete or never will be. The environment that
    serves it fills in `environment` (0 before), `is_cold`, `deadline_ms` (since the epoch) and
    `log_tail`, and sets `settled` when it is done with the invocation.
    """

    def __init__(
        self, payload: bytes, *, request_id: str, trace_id: str, client_context: str = ""
    ) -> None:
        self.payload = payload
        self.request_id = request_id
        self.trace_id = trace_id
        self.client_context = client_context
        self.environment = 0
        self.is_cold = False
        self.deadline_ms = 0
        self.log_tail = b""
        self.content_type = ""
        self.is_streamed = False
        self.failure: Failure | None = None
        self.over = asyncio.Event()
        self.settled = asyncio.Event()
        self._has_begun = asyncio.Event()
        self._chunk = b""
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._has_news = asyncio.Event()

    def start(self, timeout_s: float) -> None:
        """Let the time run: the runtime is about to be told."""
        self.deadline_ms = int((time.time() + timeout_s) * 1000)

    def open(self, content_type: str, *, is_streamed: bool) -> None:
        """Announce the response."""
        self.content_type = content_type
        self.is_streamed = is_streamed
        self._has_begun.set()

    async def write(self, octets: bytes) -> None:
        """Hand on the next octets, waiting until those before them were taken."""
        await self._has_room.wait()
        if not self.over.is_set():
            self._has_room.clear()
            self._chunk = octets
            self._has_news.set()

    def end(self, failure: Failure | None = None) -> None:
        """Say that nothing more comes. Only the first word counts."""
        if self.over.is_set():
            return
        self.over.set()
        self.failure = failure
        self._has_begun.set()
        self._has_news.set()

    async def begun(self) -> None:
        """Wait for the announcement, or for an end without one."""
        await self._has_begun.wait()

    async def octets(self) -> AsyncIterator[bytes]:
        """Yield the response's octets until its end."""
        while True:
            await self._has_news.wait()
            chunk, self._chunk = self._chunk, b""
            if not self.over.is_set():
                self._has_news.clear()
            self._has_room.set()
            if chunk:
                yield chunk
            elif self.over.is_set():
                return

    async def collect(self) -> bytes:
        """Read the whole response."""
        return b"".join([octets async for octets in self.octets()])


def make_request_id() -> str:
    """Name a new invocation."""
    return str(uuid.uuid4())


def make_trace_id() -> str:
    """Name a new X-Ray trace."""
    return f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
