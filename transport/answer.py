"""One answer to one call: a JSON body, or events once something comes before the result.

Until the first notification or keep-alive nothing is settled; from then on the status is 200
and all that follows are events. The tool's threads, a watchdog and the main flow may all speak
here, so every octet is written under one lock, and whoever comes after the end is not heard.

    PENDING --notify, keep_alive--> STREAMING --finish, expire, fail--> OVER
       +---------------------finish, expire, fail-----------------------^
"""

from _thread import allocate_lock, get_ident

from firstbyte.transport import sse
from firstbyte.transport.fault import INTERNAL_ERROR, Fault
from firstbyte.transport.header import CONTENT_TYPE, JSON
from firstbyte.transport.message import error_message, notification_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.sink import Sink

JSON_HEADERS = {CONTENT_TYPE: JSON}

_PENDING, _STREAMING, _OVER = range(3)

_FOREVER = -1.0
"""To a lock: wait as long as it takes."""

_OUT_OF_TIME = Fault(INTERNAL_ERROR, "the deadline passed before there was a result")


class Answer:
    """The way back to one caller; made by the main flow. Satisfies `invocation.Watched`.

    A client that takes only JSON gets the result alone, one that takes only events gets events.
    """

    __slots__ = (
        "_accepts_json",
        "_accepts_sse",
        "_call_id",
        "_codec",
        "_lock",
        "_main_thread",
        "_phase",
        "_sink",
        "is_writing",
    )

    def __init__(
        self,
        call_id: "str | int",
        sink: "Sink",
        codec: "Codec",
        *,
        accepts_json: bool,
        accepts_sse: bool,
    ) -> None:
        self._call_id = call_id
        self._sink = sink
        self._codec = codec
        self._accepts_json = accepts_json
        self._accepts_sse = accepts_sse
        self._phase = _PENDING
        self._lock = allocate_lock()
        self._main_thread = get_ident()
        self.is_writing = False

    def notify(self, method: str, params: "dict[str, Any]") -> None:
        """Send one notification before returning; dropped if only JSON is taken, or at the end.

        Raises:
            NotJson: `params` has no JSON form.
        """
        if self._accepts_sse:
            message = self._codec.encode(notification_message(method, params))
            self._alone(self._send_event, sse.encode_event(message))

    def finish(self, message: bytes) -> None:
        """End with `message`, the encoded response; nothing if the answer is over."""
        self._alone(self._close, message)

    def fail(self, message: bytes) -> None:
        """Say `message` where events flow already, and leave the sink to whoever ends it."""
        self._alone(self._break, message)

    def keep_alive(self) -> None:
        """Send a comment, unless somebody is writing anyway or only JSON is taken."""
        if self._accepts_sse:
            self._alone(self._send_event, sse.KEEP_ALIVE, wait_s=0)

    def expire(self, wait_s: float) -> bool:
        """End with the deadline's error; False if a write held the answer for `wait_s`."""
        message = self._codec.encode(error_message(self._call_id, _OUT_OF_TIME))
        return self._alone(self._close, message, wait_s)

    def _alone(
        self, step: "Callable[[bytes], None]", octets: bytes, wait_s: float = _FOREVER
    ) -> bool:
        """Take one step nobody else can fall into; False if the lock was not to be had."""
        is_main = get_ident() == self._main_thread
        # Before the lock is asked for and until it is free again: whatever a signal handler
        # raised in between would leave it held, or part of an event on the wire.
        if is_main:
            self.is_writing = True
        try:
            if not self._lock.acquire(timeout=wait_s):
                return False
            try:
                step(octets)
            finally:
                self._lock.release()
            return True
        finally:
            if is_main:
                self.is_writing = False

    def _send_event(self, octets: bytes) -> None:
        if self._phase == _OVER:
            return
        if self._phase == _PENDING:
            self._sink.open(200, sse.HEADERS)
            self._phase = _STREAMING
        self._sink.write(octets)

    def _break(self, message: bytes) -> None:
        if self._phase == _STREAMING:
            self._sink.write(sse.encode_event(message))
        self._phase = _OVER

    def _close(self, message: bytes) -> None:
        if self._phase == _OVER:
            return
        is_streaming = self._phase == _STREAMING
        self._phase = _OVER
        if is_streaming:
            self._sink.close(sse.encode_event(message))
        elif self._accepts_json:
            self._sink.open(200, JSON_HEADERS)
            self._sink.close(message)
        else:
            self._sink.open(200, sse.HEADERS)
            self._sink.close(sse.encode_event(message))
