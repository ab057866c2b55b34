"""Tell the console of each HTTP request that was answered."""

import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from firstbyte.emulator.console import Console, Served
from firstbyte.emulator.invocation import Invocation

INVOCATION: Final = "firstbyte.invocation"
"""Where in the scope an application leaves the `Invocation` it made of the request."""


class RequestLog:
    """An ASGI application around another."""

    def __init__(self, application: ASGIApp, console: Console) -> None:
        self._application = application
        self._console = console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application serve the request, and write it down."""
        began_s = time.monotonic()
        first_byte_s = 0.0
        status = 0
        octets = 0

        async def count(message: Message) -> None:
            nonlocal first_byte_s, status, octets
            if message["type"] == "http.response.start":
                status, first_byte_s = message["status"], time.monotonic()
            octets += len(message.get("body", b""))
            await send(message)

        await self._application(scope, receive, count)
        # A client that left inside its request was answered nothing.
        if status:
            invocation: Invocation | None = scope.get(INVOCATION)
            failure = invocation.failure if invocation else None
            self._console.served(
                Served(
                    method=scope["method"],
                    path=scope["path"],
                    status=status,
                    environment=invocation.environment if invocation else 0,
                    is_cold=bool(invocation and invocation.is_cold),
                    first_byte_ms=(first_byte_s - began_s) * 1000,
                    total_ms=(time.monotonic() - began_s) * 1000,
                    octets=octets,
                    note=failure.kind if failure else "",
                )
            )
