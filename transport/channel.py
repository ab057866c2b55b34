"""One event stream that answers no call: what a GET opens."""

from firstbyte.transport import sse
from firstbyte.transport.voice import Voice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.transport.sink import Sink

_NEW, _OPEN, _OVER = range(3)


class Channel(Voice):
    """Events on their way to one client. Satisfies `invocation.Watched`.

    `farewell` is what is sent last where the stream goes on without the connection.
    """

    __slots__ = ("_farewell", "_phase")

    def __init__(self, sink: "Sink", farewell: bytes) -> None:
        super().__init__(sink)
        self._farewell = farewell
        self._phase = _NEW

    def send(self, octets: bytes) -> None:
        """Send encoded events, before returning; nothing if the stream is over."""
        self._alone(self._send, octets)

    def close(self) -> None:
        """End a stream to which nothing is to come."""
        self._alone(self._close, b"")

    def hang_up(self) -> None:
        """End the connection; the client is told to come back."""
        self._alone(self._close, self._farewell)

    def keep_alive(self) -> None:
        """Send a comment, unless somebody is writing anyway."""
        self._alone(self._send, sse.KEEP_ALIVE, wait_s=0)

    def expire(self, wait_s: float) -> bool:
        """Hang up at the deadline; False if a write held the stream for `wait_s`."""
        return self._alone(self._close, self._farewell, wait_s=wait_s)

    def _send(self, octets: bytes) -> None:
        if self._phase != _OVER:
            self._open()
            self._sink.write(octets)

    def _close(self, octets: bytes) -> None:
        if self._phase != _OVER:
            self._open()
            self._phase = _OVER
            self._sink.close(octets)

    def _open(self) -> None:
        if self._phase == _NEW:
            self._sink.open(200, sse.HEADERS)
            self._phase = _OPEN
