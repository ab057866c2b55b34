"""A front door: HTTP requests in, the function's HTTP answers out as they come.

    request -> event -> Invocation -> prelude or JSON answer -> response

A client that goes away does not stop the function: its answer is read to the end and dropped.

Source: AWS Lambda developer guide, "Invoking Lambda function URLs".
"""

import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from firstbyte.emulator.body import RequestTooLarge, read_body
from firstbyte.emulator.console import Console
from firstbyte.emulator.door import Door
from firstbyte.emulator.event import Arrival, HttpRequest
from firstbyte.emulator.function import Function
from firstbyte.emulator.head import Head, MalformedAnswer, parse_head
from firstbyte.emulator.invocation import Invocation, make_request_id, make_trace_id
from firstbyte.emulator.pool import Pool, TooManyRequests
from firstbyte.emulator.prelude import PRELUDE_TYPE, PreludeReader
from firstbyte.emulator.refusal import THROTTLED, Refusal
from firstbyte.emulator.request_log import INVOCATION

_OCTETS: Final = "application/octet-stream"

_BODILESS: Final = frozenset({204, 304})
"""Statuses that HTTP sends no body with (RFC 9110 section 15)."""


class Front:
    """An ASGI application: every path behind the `door` and any method call the function."""

    def __init__(self, function: Function, pool: Pool, console: Console, door: Door) -> None:
        self._function = function
        self._pool = pool
        self._console = console
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        response = _Response(send)
        door = self._door
        if door.outside and not door.has(scope["raw_path"].decode("latin-1")):
            return await response.refuse(door.outside)
        try:
            body = await read_body(request, door.max_request_bytes)
            invocation = self._make_invocation(request, body)
            await self._pool.submit(invocation)
        except RequestTooLarge:
            await response.refuse(door.too_large)
        except TooManyRequests:
            await response.refuse(THROTTLED)
        except ClientDisconnect:
            return None
        else:
            scope[INVOCATION] = invocation
            await self._pass_on(invocation, response)
        return None

    def _make_invocation(self, request: Request, body: bytes) -> Invocation:
        scope = request.scope
        request_id = make_request_id()
        trace_id = request.headers.get("x-amzn-trace-id") or make_trace_id()
        received = HttpRequest(
            method=request.method,
            raw_path=scope["raw_path"].decode("latin-1"),
            raw_query=scope["query_string"].decode("latin-1"),
            headers=tuple(request.headers.items()),
            body=body,
            source_ip=scope["client"][0],
            port=scope["server"][1],
        )
        time_ms = int(time.time() * 1000)
        arrival = Arrival(self._function.region, request_id, trace_id, time_ms)
        event = self._door.build(received, arrival)
        payload = json.dumps(event, ensure_ascii=False).encode()
        return Invocation(payload, request_id=request_id, trace_id=trace_id)

    async def _pass_on(self, invocation: Invocation, response: "_Response") -> None:
        door = self._door
        try:
            async with asyncio.timeout(door.wait_s):
                await invocation.begun()
                is_streamed = invocation.is_streamed and door.streams
                result = b"" if is_streamed else await invocation.collect()
        except TimeoutError:
            assert door.timed_out is not None  # noqa: S101 - who waits so long says so
            await response.refuse(door.timed_out)
            await invocation.collect()
            return None
        try:
            if is_streamed:
                await _stream(invocation, response)
            elif invocation.failure is None:
                await self._answer(result, invocation, response)
        except MalformedAnswer as error:
            # The rest is of no use to the client, but the runtime is not kept waiting.
            await invocation.collect()
            self._console.fault(invocation.environment, f"unusable answer: {error}")
            return await response.refuse(self._failed("InvalidAnswer"))
        failure = invocation.failure
        if failure and not response.is_started:
            return await response.refuse(self._failed(failure.kind))
        if failure and failure.is_cut:
            # The server hangs up on a response that is never finished.
            return None
        return await response.finish()

    async def _answer(
        self, result: bytes, invocation: Invocation, response: "_Response"
    ) -> None:
        head, body = self._door.parse(result)
        if head.status not in _BODILESS:
            length = ("content-length", str(len(body)))
            head = head._replace(headers=(*head.headers, length))
        await response.start(head, invocation)
        await response.write(body)

    def _failed(self, kind: str) -> Refusal:
        failed = self._door.failed
        is_page = failed.media_type != "application/json"
        return failed if failed.kind or is_page else replace(failed, kind=kind)


class _Response:
    """One HTTP response on its way out."""

    def __init__(self, send: Send) -> None:
        self.is_started = False
        self._send = send
        self._has_body = True

    async def start(self, head: Head, invocation: Invocation) -> None:
        """Send status and headers."""
        headers = (
            *head.headers,
            ("x-amzn-requestid", invocation.request_id),
            ("x-amzn-trace-id", invocation.trace_id),
        )
        await self._open(head.status, headers)

    async def write(self, octets: bytes) -> None:
        """Send a part of the body, waiting while the client reads more slowly than we write."""
        if self._has_body:
            body = {"type": "http.response.body", "body": octets, "more_body": True}
            await self._send(body)

    async def finish(self) -> None:
        """End the response."""
        await self._send({"type": "http.response.body", "body": b""})

    async def refuse(self, refusal: Refusal) -> None:
        """Answer without the function."""
        await self._open(refusal.status, refusal.headers().items())
        await self.write(refusal.body)
        await self.finish()

    async def _open(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        self.is_started = True
        self._has_body = status not in _BODILESS
        octets = [(name.encode(), value.encode()) for name, value in headers]
        await self._send({"type": "http.response.start", "status": status, "headers": octets})


async def _stream(invocation: Invocation, response: _Response) -> None:
    media_type = invocation.content_type or _OCTETS
    reader = PreludeReader()
    if media_type != PRELUDE_TYPE:
        reader.head = Head(200, (("content-type", media_type),))
    async for octets in invocation.octets():
        body = reader.feed(octets)
        if reader.head and not response.is_started:
            await response.start(reader.head, invocation)
        if body:
            await response.write(body)
    if invocation.failure is None and not response.is_started:
        if not reader.is_empty:
            raise MalformedAnswer("the response ended inside its prelude")
        # Node's client sends nothing at all, not even a prelude, for an answer without a body.
        await response.start(reader.head or parse_head({}, _OCTETS), invocation)
