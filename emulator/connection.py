"""Turn one TCP connection into HTTP requests and their answers, trailers included.

Neither Starlette nor uvicorn tells an application of trailers or of a body that breaks off, and
the Runtime API rests on both. h11 does.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterable
from typing import Final, NamedTuple

import h11

_READ_BYTES: Final = 64 * 1024

_MAX_HEAD_BYTES: Final = 1024 * 1024
"""Trailers carry a whole error report, stack trace and all, in base64."""

_QUICK_ACK: Final = getattr(socket, "TCP_QUICKACK", None)


class TruncatedBody(Exception):
    """The peer closed the connection inside a request."""


class BodyTooLarge(Exception):
    """The request's body is longer than its reader takes."""


class Request(NamedTuple):
    """The head of one request; names of headers are lowercase."""

    method: str
    path: str
    headers: dict[str, str]


class Connection:
    """One client of the Runtime API: requests one after the other.

    `trailers` are those of the last body read to its end. `was_reset` is known once `closed` is
    set: the client was gone before it had read all that was sent to it, as TCP tells.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.trailers: dict[str, str] = {}
        self.closed = asyncio.Event()
        self.was_reset = False
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_MAX_HEAD_BYTES)

    async def request(self) -> Request | None:
        """Wait for the next request; None once the client has closed the connection.

        Raises:
            TruncatedBody: what arrived is no HTTP.
        """
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        event = await self._next_event()
        if not isinstance(event, h11.Request):
            return None
        path = event.target.decode().partition("?")[0]
        return Request(event.method.decode(), path, _decode(event.headers))

    async def octets(self) -> AsyncIterator[bytes]:
        """Yield the request's body as it comes.

        Raises:
            TruncatedBody: the connection ended before the body did.
        """
        if self._http.they_are_waiting_for_100_continue:
            self._send(h11.InformationalResponse(status_code=100, headers=[]))
        while isinstance(event := await self._next_event(), h11.Data):
            yield bytes(event.data)
        if not isinstance(event, h11.EndOfMessage):
            raise TruncatedBody
        self.trailers = _decode(event.headers)

    async def body(self, limit_bytes: int) -> bytes:
        """Read the whole body.

        Raises:
            BodyTooLarge: it is longer than `limit_bytes`; it was read to its end all the same.
            TruncatedBody: the connection ended before the body did.
        """
        body = bytearray()
        size = 0
        async for octets in self.octets():
            size += len(octets)
            if size <= limit_bytes:
                body += octets
        if size > limit_bytes:
            raise BodyTooLarge
        return bytes(body)

    async def respond(
        self, status: int, body: bytes, headers: dict[str, str] | None = None
    ) -> None:
        """Answer the request with JSON; what is left of its body is read and dropped first."""
        if self._http.their_state is h11.SEND_BODY:
            async for _ in self.octets():
                pass
        lines = {
            "content-type": "application/json",
            "content-length": str(len(body)),
            **(headers or {}),
        }
        # One write for head and body, or the client's delayed acknowledgement is between them.
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in lines.items()]
        answer = h11.Response(status_code=status, headers=encoded)
        head = self._http.send(answer) or b""
        octets = self._http.send(h11.Data(data=body)) or b""
        end = self._http.send(h11.EndOfMessage()) or b""
        self._writer.write(head + octets + end)
        await self._writer.drain()

    async def respond_json(self, status: int, value: object) -> None:
        """Answer the request with `value` as JSON."""
        await self.respond(status, json.dumps(value).encode())

    async def gone(self) -> None:
        """Return when the client closes the connection; it owes us nothing but waits."""
        while octets := await self._reader.read(_READ_BYTES):
            self._http.receive_data(octets)
        self._http.receive_data(b"")

    def close(self) -> None:
        """Let go of the socket."""
        # Once the client's end was read nobody reads on: what follows only the socket knows.
        self.was_reset = self._reader.exception() is not None or bool(
            self._peer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        )
        self.closed.set()
        self._writer.close()

    @property
    def _peer(self) -> socket.socket:
        peer: socket.socket = self._writer.get_extra_info("socket")
        return peer

    async def _next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(_READ_BYTES))
                self._acknowledge()
        except (h11.RemoteProtocolError, ConnectionError) as error:
            raise TruncatedBody from error
        return event

    def _acknowledge(self) -> None:
        # A client that writes head and body apart, with Nagle's algorithm on, waits for our
        # acknowledgement in between: 43 ms a call with the Lambda Web Adapter. Linux forgets
        # the option, so it is set after each read.
        if _QUICK_ACK is not None:
            self._peer.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)

    def _send(self, event: h11.InformationalResponse) -> None:
        self._writer.write(self._http.send(event) or b"")


def _decode(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode(): value.decode("latin-1") for name, value in headers}
