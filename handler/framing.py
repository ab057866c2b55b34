"""Make the octets of one Runtime API response, request line to last trailer; read the reply.

Pure: every method returns what the caller must write next, in order, and touches no socket. A
body is passed on as it came, so a large one is not copied.

    head  chunk(prelude JSON)  chunk(8 NUL)  chunk(body) ...  "0" CRLF  [error trailers]  CRLF

Prelude and NULs are chunks of their own: emulators take the chunk after the prelude for the
delimiter.

Sources: AWS Lambda developer guide, "Building a custom runtime", response streaming; RFC 9112
section 7.1 (chunked coding) and 7.1.2 (trailer section).
"""

from firstbyte.handler.errors import ConnectionLost, StreamMisuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firstbyte.transport.codec import Codec

NEW, BODY, OVER = range(3)
"""Where a response is in its life; it only moves to the right."""

_PHASES = ("new", "in its body", "over")
_END_OF_PRELUDE = bytes(8)
_LENGTH_DIGITS = 18
"""More are no length of a body; int() refuses thousands of them."""
_STREAMED = (
    b"Lambda-Runtime-Function-Response-Mode: streaming\r\n"
    b"Content-Type: application/vnd.awslambda.http-integration-response\r\n"
    b"Transfer-Encoding: chunked\r\n"
    b"Trailer: Lambda-Runtime-Function-Error-Type\r\n"
    b"Trailer: Lambda-Runtime-Function-Error-Body\r\n\r\n"
)


class StreamedResponse:
    """One streamed response on its way out: `open`, any `send`, then `close` or `fail`."""

    __slots__ = ("_codec", "phase")

    def __init__(self, codec: "Codec") -> None:
        self._codec = codec
        self.phase = NEW

    def open(
        self, status: int, headers: "Mapping[str, str]", cookies: "Sequence[str]" = ()
    ) -> bytes:
        """Commit status, headers and raw Set-Cookie values; nothing changes them afterwards."""
        prelude = self._codec.encode(
            {"statusCode": status, "headers": dict(headers), "cookies": list(cookies)}
        )
        # Not before: a response whose headers have no JSON form is not open.
        self._step(NEW, BODY)
        return _chunk(prelude) + _chunk(_END_OF_PRELUDE)

    def send(self, octets: bytes) -> tuple[bytes, ...]:
        """Carry `octets` to the client. Empty octets cost nothing: no piece comes back."""
        self._step(BODY, BODY)
        # A zero-length chunk would be read as the end of the message.
        return (b"%x\r\n" % len(octets), octets, b"\r\n") if octets else ()

    def close(self) -> bytes:
        """End a response that went well."""
        self._step(BODY, OVER)
        return b"0\r\n\r\n"

    def fail(self, kind: str, document: bytes) -> bytes:
        """End a response that broke after `open`: its status is spent, so trailers tell why.

        `kind` is `Function.Name` or `Runtime.Name`, `document` the error as JSON.
        """
        # Imported here: with libz, which it brings along, 2 of 33 files, for what is rare.
        from binascii import b2a_base64

        self._step(BODY, OVER)
        return (
            b"0\r\n"
            b"Lambda-Runtime-Function-Error-Type: " + kind.encode("ascii") + b"\r\n"
            b"Lambda-Runtime-Function-Error-Body: "
            + b2a_base64(document, newline=False)
            + b"\r\n"
            b"\r\n"
        )

    def _step(self, before: int, after: int) -> None:
        if self.phase != before:
            raise StreamMisuse(
                f"response is {_PHASES[self.phase]}, needs to be {_PHASES[before]}"
            )
        self.phase = after


def encode_streamed_head(host: str, path: str, headers: "Mapping[str, str]") -> bytes:
    """Render the head of a POST whose body a `StreamedResponse` makes."""
    return _post_head(host, path, headers) + _STREAMED


def encode_post(
    host: str, path: str, headers: "Mapping[str, str]", content_type: str, body: bytes
) -> bytes:
    """Render a whole POST with a body of known length.

    Header values are the platform's or ours; a line break in one is a bug and raises.
    """
    return (
        _post_head(host, path, headers)
        + f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


def parse_reply_head(head: bytes) -> "tuple[int, int | None]":
    """Read the head of the Runtime API's reply as status and length of its body.

    `head` ends before the empty line. The length is None when only the end of the connection
    tells it.

    Raises:
        ConnectionLost: this is no HTTP/1.x reply; whatever answers there is no Runtime API.
    """
    line, *fields = head.split(b"\r\n")
    version, _, rest = line.partition(b" ")
    status = rest[:3]
    if not version.startswith(b"HTTP/1.") or not status.isdigit() or rest[3:4].strip():
        raise ConnectionLost(f"the Runtime API answered {line[:80]!r}, no HTTP status line")
    length = None
    for field in fields:
        name, _, value = field.partition(b":")
        name, value = name.strip().lower(), value.strip()
        if name == b"content-length" and value.isdigit() and len(value) <= _LENGTH_DIGITS:
            length = int(value)
        elif name == b"transfer-encoding" or (name, value.lower()) == (b"connection", b"close"):
            return int(status), None
    return int(status), length


def _post_head(host: str, path: str, headers: "Mapping[str, str]") -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise StreamMisuse("a header may hold no line break")
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")


def _chunk(octets: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(octets), octets)
