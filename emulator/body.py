"""Read the body of a request, as far as Lambda takes it."""

from typing import Final

from starlette.requests import Request

MAX_REQUEST_BYTES: Final = 6 * 1024 * 1024


class RequestTooLarge(Exception):
    """A request's body is over the limit."""


async def read_body(request: Request) -> bytes:
    """Read a request's body.

    Raises:
        RequestTooLarge: it is longer than `MAX_REQUEST_BYTES`.
        ClientDisconnect: it never came to its end.
    """
    body = bytearray()
    async for octets in request.stream():
        body += octets
        if len(body) > MAX_REQUEST_BYTES:
            raise RequestTooLarge
    return bytes(body)
