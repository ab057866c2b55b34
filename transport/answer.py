"""One answer to one POST: a JSON body, or events once something comes before the result.

Until the first notification or keep-alive nothing is settled; from then on the status is 200
and all that follows are events. The tool's threads, a watchdog and the main flow may all speak
here, so every octet is written under one lock, and whoever comes after the end is not heard.

    PENDING --notify, request, keep_alive--> STREAMING --let_go--> DETACHED
       |                                         |                    |
       +------- the last of finish, abandon, expire, fail ------------+--> OVER

Where there is a journal, every event is logged before it is sent (but for the deadline's), and
under DETACHED it is only logged: the client hung up, and fetches the rest.

Source: MCP 2025-11-25, "Transports", sending messages; JSON-RPC 2.0 section 6 (batches).
"""

from firstbyte.transport import sse
from firstbyte.transport.fault import INTERNAL_ERROR, Fault
from firstbyte.transport.header import CONTENT_TYPE, JSON
from firstbyte.transport.message import error_message, notification_message, request_message
from firstbyte.transport.request import STREAM
from firstbyte.transport.voice import Voice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.journal import Journal
    from firstbyte.transport.request import Door
    from firstbyte.transport.sink import Sink

JSON_HEADERS = {CONTENT_TYPE: JSON}

_PENDING, _STREAMING, _DETACHED, _OVER = range(4)

_OUT_OF_TIME = Fault(INTERNAL_ERROR, "the deadline passed before there was a result")
_CANCELLED = Fault(INTERNAL_ERROR, "the call was cancelled")


class Answer(Voice):
    """The way back to one caller. Satisfies `invocation.Watched`.

    It has to end each of `call_ids`, in their order; the last of them ends it. None stands for
    an id that could not be read. As a batch, what is said in JSON is an array. A client that
    takes only JSON gets results alone, one that takes only events gets events. Through a `door`
    that is not live, events precede the result in one body, and nothing is kept alive.

    `last_words` is an encoded response to the running call, to be used at the deadline instead
    of an error; whoever sets it has to set it anew for each call.
    """

    __slots__ = (
        "_accepts_json",
        "_call_ids",
        "_codec",
        "_ended",
        "_headers",
        "_is_batch",
        "_journal",
        "_phase",
        "_ready",
        "_taken",
        "accepts_events",
        "door",
        "last_words",
    )

    def __init__(
        self,
        call_ids: "Sequence[str | int | None]",
        sink: "Sink",
        codec: "Codec",
        *,
        accepts_json: bool,
        accepts_sse: bool,
        is_batch: bool = False,
        journal: "Journal | None" = None,
        door: "Door" = STREAM,
    ) -> None:
        super().__init__(sink)
        self.door = door
        # Of what the door lets through.
        self._taken = 0
        self._codec = codec
        self._accepts_json = accepts_json
        self.accepts_events = accepts_sse
        self._is_batch = is_batch
        self._journal = journal
        self._headers: dict[str, str] = {}
        self._call_ids = call_ids
        self._ended = 0
        self._ready: list[bytes] = []
        self._phase = _PENDING
        self.last_words: bytes | None = None

    def set_header(self, name: str, value: str) -> None:
        """Add one to the response's headers; before anything is sent."""
        self._headers[name] = value

    def notify(self, method: str, params: "dict[str, Any]") -> None:
        """Send one notification before returning; dropped if only JSON is taken, or at the end.

        Half of what the door lets through is left to results: beyond, it is dropped as well.

        Raises:
            NotJson: `params` has no JSON form.
        """
        if self.accepts_events:
            message = self._codec.encode(notification_message(method, params))
            if self._has_spare(message):
                self._alone(self._send, message)

    def request(self, call_id: str, method: str, params: "dict[str, Any]") -> None:
        """Ask the client, which will answer by a POST of its own; else as `notify`."""
        if self.accepts_events:
            message = self._codec.encode(request_message(call_id, method, params))
            self._alone(self._send, message)

    @property
    def room(self) -> int:
        """How many octets get through the door behind what was said before them."""
        waiting = sum(map(self.door.size_of, self._ready))
        return max(0, self.door.max_bytes - self._taken - waiting)

    def has_room(self, message: bytes) -> bool:
        """Tell whether `message` gets through the door behind what was said before it."""
        return self.door.size_of(message) <= self.room

    def finish(self, message: bytes, status: int = 200) -> None:
        """End the running call with `message`, the encoded response; nothing if it is over.

        `status` is the response's where this is its end, and nothing was sent before.
        """
        self._alone(self._finish, message, status)

    def abandon(self) -> None:
        """End the running call without a response: its client wants none.

        One that takes only JSON, which has no form for nothing, gets an error.
        """
        self._alone(self._finish, None, 200)

    def fail(self, fault: Fault) -> None:
        """Tell `fault` where events flow already, and leave the sink to whoever ends it."""
        self._alone(self._fail, fault)

    def let_go(self, retry_ms: int | None) -> bool:
        """Hang up and let the client fetch the rest; False where it could not, or would not."""
        if not self.accepts_events or self._journal is None:
            return False
        self._alone(self._let_go, self._journal, retry_ms or sse.RETRY_MS)
        return self._phase == _DETACHED

    def keep_alive(self) -> None:
        """Send a comment, unless somebody is writing anyway or it is of no use there."""
        if self.accepts_events and self.door.is_live:
            self._alone(self._comment, wait_s=0)

    def expire(self, wait_s: float) -> bool:
        """End all calls with the deadline's error; False if a write held it up for `wait_s`."""
        journal = self._journal
        unlogged: list[tuple[bytes, bool]] = []
        is_over = self._alone(self._expire, unlogged, wait_s=wait_s)
        # By now nobody else has anything to log.
        if journal is not None:
            for message, is_last in unlogged:
                journal.settle(message, is_last=is_last)
        return is_over

    def _has_spare(self, message: bytes) -> bool:
        return self._taken + self.door.size_of(message) <= self.door.max_bytes // 2

    def _send(self, message: bytes) -> None:
        if self._phase != _OVER:
            self._begin()
            self._write(sse.encode_event(message, self._log(message)))

    def _comment(self) -> None:
        if self._phase != _OVER:
            self._begin()
            self._write(sse.KEEP_ALIVE)

    def _finish(self, message: bytes | None, status: int) -> None:
        if self._phase == _OVER:
            return
        self.last_words = None
        is_last = self._ended == len(self._call_ids) - 1
        if self._phase == _PENDING:
            if message is None and not self.accepts_events:
                error = error_message(self._call_ids[self._ended], _CANCELLED)
                message = self._codec.encode(error)
            self._ready += [message] if message is not None else []
            if not is_last:
                self._ended += 1
                return
            if status != 200 or (self._accepts_json and self._ready):
                self._close_with_body(status)
                return
            # Events all the same, or the client would wait for a body there is none of. They
            # begin while this call is open: its end is a record of the journal's.
            if message is not None:
                self._ready.pop()
            self._begin()
        self._ended += 1
        response = self._response(message, is_last=is_last)
        if is_last:
            self._close(response)
        else:
            self._write(response)

    def _fail(self, fault: Fault) -> None:
        if self._phase in (_STREAMING, _DETACHED):
            last = len(self._call_ids) - 1
            for place in range(self._ended, len(self._call_ids)):
                message = self._codec.encode(error_message(self._call_ids[place], fault))
                self._write(self._response(message, is_last=place == last))
        self._phase = _OVER

    def _let_go(self, journal: "Journal", retry_ms: int) -> None:
        if self._phase in (_PENDING, _STREAMING) and journal.is_polled:
            self._begin()
            # It may have failed just now.
            if journal.is_polled:
                self._phase = _DETACHED
                self._sink.close(sse.encode_retry(retry_ms))

    def _expire(self, unlogged: "list[tuple[bytes, bool]]") -> None:
        """End all calls; `unlogged` gets what the journal has to hear of afterwards."""
        is_logged = self._phase == _STREAMING and self._journal is not None
        # A store that is slow must not cost the client its last event. Who hung up has no
        # other way to it.
        if self._phase != _DETACHED:
            self._journal = None
        while self._phase != _OVER:
            words = self.last_words
            if words is None:
                call_id = self._call_ids[self._ended]
                words = self._codec.encode(error_message(call_id, _OUT_OF_TIME))
            self._finish(words, 200)
            if is_logged:
                unlogged.append((words, self._phase == _OVER))

    def _begin(self) -> None:
        """Make it a stream, if it is none yet, beginning with what was ready before."""
        if self._phase != _PENDING:
            return
        self._sink.open(200, {**sse.HEADERS, **self._headers})
        self._phase = _STREAMING
        if self._journal is not None:
            self._write(self._journal.begin(self._call_ids[self._ended :]))
        for message in self._ready:
            self._write(sse.encode_event(message, self._log(message)))

    def _log(self, message: bytes) -> str:
        if self._journal is None:
            return ""
        return self._journal.add(message, is_needed=self._phase == _DETACHED)

    def _response(self, message: bytes | None, *, is_last: bool) -> bytes:
        """Log the end of one call; return its event, or a comment where it has no response."""
        journal = self._journal
        event_id = "" if journal is None else journal.settle(message, is_last=is_last)
        return sse.KEEP_ALIVE if message is None else sse.encode_event(message, event_id)

    def _write(self, octets: bytes) -> None:
        if self._phase == _STREAMING and octets:
            self._sink.write(octets)
            self._taken += self.door.size_of(octets)

    def _close(self, octets: bytes) -> None:
        is_streaming = self._phase == _STREAMING
        self._phase = _OVER
        if is_streaming:
            self._sink.close(octets)

    def _close_with_body(self, status: int) -> None:
        self._phase = _OVER
        self._sink.open(status, {**JSON_HEADERS, **self._headers})
        body = b",".join(self._ready)
        self._sink.close(b"[" + body + b"]" if self._is_batch else body)
