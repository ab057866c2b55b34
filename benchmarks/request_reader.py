"""Read the HTTP/1.1 requests of one connection, with the moment each part of them arrived.

    octets, moment ──▶ RequestReader.feed ──▶ [Request(method, path, headers, parts, …), …]

Source: RFC 9112, sections 2.2, 6 and 7.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_MAX_HEAD_BYTES: Final = 65_536
"""Of a head, of a chunk's size, of a trailer."""


_DIGITS: Final = {10: b"0123456789", 16: b"0123456789abcdefABCDEF"}


class MalformedRequest(Exception):
    """What came is no HTTP/1.1 request."""


@dataclass(slots=True)
class Request:
    """One request; moments are nanoseconds of CLOCK_MONOTONIC."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    began_ns: int
    """When its first octet arrived."""
    parts: list[tuple[int, bytes]] = field(default_factory=list)
    """The body as it came, framing taken off."""
    trailers: dict[str, str] = field(default_factory=dict)
    ended_ns: int = 0

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(octets for _, octets in self.parts)


class RequestReader:
    """Takes what a connection receives and returns the requests that it completes."""

    def __init__(self) -> None:
        self._unread = b""
        self._began_ns = 0
        self._request: Request | None = None
        self._left: int | None = None
        """Octets to come of the body, or of this chunk; None between chunks."""
        self._is_chunked = False
        self._is_after_body = False

    @property
    def is_idle(self) -> bool:
        """Nothing of a further request has come."""
        return self._request is None and not self._unread

    def feed(self, octets: bytes, now_ns: int) -> list[Request]:
        """Take what was received at `now_ns`.

        Raises:
            MalformedRequest: it is not HTTP/1.1; the connection is of no more use.
        """
        if self.is_idle:
            self._began_ns = now_ns
        self._unread += octets
        complete = []
        while self._step(now_ns):
            if self._request is not None and self._request.ended_ns:
                complete.append(self._request)
                self._request = None
                self._began_ns = now_ns
        return complete

    def _step(self, now_ns: int) -> bool:
        """Read one part more; False if it is not all there."""
        if self._request is None:
            return self._read_head(now_ns)
        if self._is_after_body:
            return self._read_trailer(self._request, now_ns)
        if self._left is None:
            return self._read_size()
        return self._read_body(self._request, now_ns)

    def _read_head(self, now_ns: int) -> bool:
        head = self._take_until(b"\r\n\r\n")
        if head is None:
            return False
        line, *fields = head.decode("latin-1").split("\r\n")
        words = line.split(" ")
        if len(words) != 3 or words[2] != "HTTP/1.1":
            raise MalformedRequest(f"not a request line: {line[:100]!r}")
        headers = dict(map(_parse_field, fields))
        self._request = Request(words[0], words[1], headers, self._began_ns)
        self._is_chunked = "transfer-encoding" in headers
        self._is_after_body = False
        if self._is_chunked:
            if headers["transfer-encoding"].lower() != "chunked":
                raise MalformedRequest(f"coded as {headers['transfer-encoding'][:100]!r}")
            self._left = None
        else:
            length = headers.get("content-length", "0").encode("latin-1")
            self._left = _parse_number(length, 10)
            if not self._left:
                self._request.ended_ns = now_ns
        return True

    def _read_size(self) -> bool:
        line = self._take_until(b"\r\n")
        if line is None:
            return False
        self._left = _parse_number(line.partition(b";")[0].strip(), 16)
        if not self._left:
            self._is_after_body = True
        return True

    def _read_body(self, request: Request, now_ns: int) -> bool:
        assert self._left is not None
        octets = self._unread[: self._left]
        if octets:
            request.parts.append((now_ns, octets))
            self._unread = self._unread[len(octets) :]
            self._left -= len(octets)
        if self._left:
            return False
        if not self._is_chunked:
            request.ended_ns = now_ns
            return True
        if len(self._unread) < 2:
            return False
        if not self._unread.startswith(b"\r\n"):
            raise MalformedRequest("a chunk is longer than its size")
        self._unread = self._unread[2:]
        self._left = None
        return True

    def _read_trailer(self, request: Request, now_ns: int) -> bool:
        line = self._take_until(b"\r\n")
        if line is None:
            return False
        if line:
            name, value = _parse_field(line.decode("latin-1"))
            request.trailers[name] = value
        else:
            request.ended_ns = now_ns
        return True

    def _take_until(self, end: bytes) -> bytes | None:
        """Take what lies before `end`, and `end`; None if that has not come."""
        taken, found, rest = self._unread.partition(end)
        # Of an end that is to come, all but one octet may be there.
        if len(taken) > _MAX_HEAD_BYTES + (0 if found else len(end) - 1):
            raise MalformedRequest(f"a line is longer than {_MAX_HEAD_BYTES} bytes")
        if not found:
            return None
        self._unread = rest
        return taken


def _parse_field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise MalformedRequest(f"not a header: {line[:100]!r}")
    return name.lower(), value.strip()


def _parse_number(text: bytes, base: int) -> int:
    if not text or len(text) > 15 or text.strip(_DIGITS[base]):
        raise MalformedRequest(f"not a length: {text[:100]!r}")
    return int(text, base)
