"""The response of one invocation on its way out, and the decorator for handlers that write it.

@streamify_response
def handler(event, response_stream, context):
    response_stream.open(200, {"content-type": "text/plain"}, cookies=["a=1"])
    response_stream.write("at once")
"""

from _thread import allocate_lock, get_ident

from firstbyte.handler.clock import monotonic_s
from firstbyte.handler.errors import ConnectionLost, StreamMisuse
from firstbyte.handler.framing import NEW, OVER, StreamedResponse
from firstbyte.handler.runtime_api import echo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from firstbyte.handler.failure import Failure
    from firstbyte.handler.invocation import Invocation
    from firstbyte.handler.runtime_api import RuntimeApi
    from firstbyte.transport.codec import Codec

    Function = TypeVar("Function", bound=Callable[..., object])

_DEFAULT_HEADERS = {"content-type": "application/octet-stream"}


def streamify_response(function: "Function") -> "Function":
    """Mark `function(event, response_stream, context)` as one that streams its response.

    The stream ends when the function returns, at the latest. `async def` works.
    """
    function.__firstbyte_streams__ = True  # type: ignore[attr-defined] # the mark itself
    return function


def is_streamed(function: object) -> bool:
    """Whether `streamify_response` marked `function`."""
    return getattr(function, "__firstbyte_streams__", False) is True


class ResponseStream:
    """One response: `open`, any number of `write`, then `close` or `fail`.

    Every call returns when the platform took the octets; a slow client holds it up. Threads may
    write at the same time, a call is never torn. `is_writing` tells whether the thread that
    made this object is in a call: the deadline's signal reaches it, and must not raise there.

    For the log: `status` as it was opened with, the octets `sent` of the body, the kind of the
    `failure` it ended with, and the moments it `began_s`, its first and its last octets left.
    """

    __slots__ = (
        "_api",
        "_invocation",
        "_lock",
        "_lost",
        "_octets",
        "_pending",
        "_thread",
        "began_s",
        "failure",
        "first_s",
        "is_writing",
        "last_s",
        "sent",
        "status",
    )

    def __init__(self, api: "RuntimeApi", invocation: "Invocation", codec: "Codec") -> None:
        self._api = api
        self._invocation = invocation
        self._lock = allocate_lock()
        self._thread = get_ident()
        self._octets = StreamedResponse(codec)
        self._pending = b""
        self._lost: ConnectionLost | None = None
        self.is_writing = False
        self.began_s = monotonic_s()
        self.first_s: float | None = None
        self.last_s: float | None = None
        self.failure: str | None = None
        self.sent = 0
        self.status: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether the response was ended, well or not."""
        return self._octets.phase == OVER

    def open(
        self,
        status: int = 200,
        headers: "Mapping[str, str] | None" = None,
        cookies: "Sequence[str]" = (),
    ) -> None:
        """Settle status, headers and raw Set-Cookie values, before anything is written.

        They leave with the first write, or with the end. Header names are sent as given.

        Raises:
            StreamMisuse: the response was opened, written to or closed before.
        """
        with _Writing(self):
            self._open(status, _DEFAULT_HEADERS if headers is None else headers, cookies)

    def write(self, data: "bytes | str") -> int:
        """Send `data`, text as UTF-8, and return its length as given.

        Raises:
            TypeError: `data` is neither text nor octets.
            StreamMisuse: the response is over.
            ConnectionLost: the platform is gone; the process cannot go on.
        """
        octets = _octets_of(data)
        with _Writing(self):
            self._send(octets)
        return len(data)

    def close(self, data: "bytes | str" = b"") -> None:
        """Send the last `data` and end the response; a second call does nothing.

        Raises:
            ConnectionLost: as `write` does.
        """
        octets = _octets_of(data)
        with _Writing(self):
            if self.is_over and not octets:
                return
            self._send(octets, is_last=True)
            self._api.read_reply()

    def post(self, body: bytes, content_type: str) -> None:
        """Answer with one whole, unstreamed payload.

        Raises:
            StreamMisuse: a streamed response was begun.
            ConnectionLost: as `write` does.
        """
        with _Writing(self):
            if self._octets.phase != NEW:
                raise StreamMisuse("a streamed response cannot become a whole one")
            self._octets.phase = OVER
            path = f"/invocation/{self._invocation.request_id}/response"
            self._api.post(path, echo(self._invocation), content_type, body)
            self._note(len(body))

    def fail(self, failure: "Failure", wait_s: float = -1) -> bool:
        """End with a failure: an error post while nothing was sent, trailers from then on.

        False if another thread's write held the stream for `wait_s` (-1 waits for ever); True
        also if it was over already.

        Raises:
            ConnectionLost: as `write` does.
        """
        if not self._lock.acquire(timeout=wait_s):
            return False
        try:
            if self._lost is not None:
                raise self._lost
            if self.is_over:
                return True
            if self._octets.phase == NEW or self._pending:
                self._octets.phase = OVER
                path = f"/invocation/{self._invocation.request_id}/error"
                headers = echo(self._invocation) | failure.headers()
                self._api.post(path, headers, "application/json", failure.document())
            else:
                self._api.send((self._octets.fail(failure.kind, failure.document()),))
                self._api.read_reply()
            self.failure = failure.kind
            self._note(0)
        except ConnectionLost as error:
            self._lost = error
            raise
        finally:
            self._lock.release()
        return True

    def _open(
        self, status: int, headers: "Mapping[str, str]", cookies: "Sequence[str]"
    ) -> None:
        self._pending = self._octets.open(status, headers, cookies)
        self.status = status

    def _send(self, octets: bytes, *, is_last: bool = False) -> None:
        if self._octets.phase == NEW:
            self._open(200, _DEFAULT_HEADERS, ())
        pieces = self._octets.send(octets)
        if is_last:
            pieces += (self._octets.close(),)
        if self._pending:
            pieces = (self._api.begin_stream(self._invocation), self._pending, *pieces)
            self._pending = b""
        self._api.send(pieces)
        self._note(len(octets))

    def _note(self, length: int) -> None:
        """Remember that the platform took `length` octets more."""
        self.sent += length
        self.last_s = monotonic_s()
        self.first_s = self.first_s or self.last_s


def _octets_of(data: "bytes | str") -> bytes:
    if isinstance(data, str):
        return data.encode()
    # Not bytes(data): of a number it makes as many zeros. A bytearray may change meanwhile.
    return data if type(data) is bytes else bytes(memoryview(data))


class _Writing:
    """The stream's lock, and a flag for the deadline's signal: no exception may be raised here.

    The flag goes up before the lock is asked for, and down after it was given back. Other
    threads leave it alone: theirs must not go down while the first one writes.
    """

    __slots__ = ("_is_flagged", "_stream")

    def __init__(self, stream: ResponseStream) -> None:
        self._stream = stream
        self._is_flagged = get_ident() == stream._thread

    def __enter__(self) -> None:
        if self._is_flagged:
            self._stream.is_writing = True
        self._stream._lock.acquire()
        # A tool may have swallowed it; whoever comes next is told again.
        if self._stream._lost is not None:
            self.__exit__()
            raise self._stream._lost

    def __exit__(
        self, _kind: object = None, error: object = None, _traceback: object = None
    ) -> None:
        if isinstance(error, ConnectionLost):
            self._stream._lost = error
        self._stream._lock.release()
        if self._is_flagged:
            self._stream.is_writing = False
