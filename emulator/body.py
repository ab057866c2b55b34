"""Read the body of a request, as far as Lambda takes it."""

from typing import Final

from starlette.requests import Request

MAX_REQUEST_BYTES: Final = 6 * 1024 * 1024


class RequestTooLarge(Exception):
    """A request's body is over the limit."""


async def read_body(request: Request, most: int = MAX_REQUEST_BYTES) -> bytes:
    """Read a request's body.

    Raises:
        RequestTooLarge: it is longer than `most` bytes.
        ClientDisconnect: it never came to its end.
    """
    body = bytearray()
    async for octets in request.stream():
        body += octets
        if len(body) > most:
            raise RequestTooLarge
    return bytes(body)
