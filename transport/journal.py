"""Log the events of one stream in the store, so that its client can come back for them.

    1   {"ids": [7], "ends_s": 1800000030.5}                        what it is
    2   e {"jsonrpc":"2.0","method":"notifications/progress",...}   an event
    3   r {"jsonrpc":"2.0","id":7,"result":...}                     the last response

The number is the record's position, and with the stream's name the event's id: `NAME.3`. The
name is drawn at random, and counts within one session only. The first record has the calls that
were open then, and when their environment will have been gone for sure.

Source: MCP 2025-11-25, "Transports", resumability and redelivery.
"""

from firstbyte.transport import sse
from firstbyte.transport.errors import StoreFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.invocation import Invocation
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.session import Session

EVENT, ANSWERED, ABANDONED, LAST, OVER = b"e", b"a", b"-", b"r", b"."
"""What a record behind the first is: an event; a call's response, or the lack of one, in a
batch that goes on; the last response; the end without one."""

ENDINGS = frozenset((LAST, OVER))

_GRACE_S = 10.0
"""From a call's deadline until nobody can be at work on it any more, clocks apart."""
KEPT_S = 600.0
"""For so long after that, a client may come back."""
_MAX_NAME_LENGTH = 64
_MAX_DIGITS = 15


class Journal:
    """The log of one answer's stream. Its methods are called one at a time.

    A store that fails is for the log, not for the call: from then on events have no ids. What
    the client needs is tried all the same: how its calls end.
    """

    __slots__ = (
        "_codec",
        "_ends_s",
        "_has_begun",
        "_invocation",
        "_is_broken",
        "_memory",
        "_name",
        "_session",
    )

    def __init__(
        self, memory: "Memory", session: "Session", codec: "Codec", invocation: "Invocation"
    ) -> None:
        assert memory.keys is not None  # noqa: S101  # there is a session
        self._memory = memory
        self._session = session
        self._codec = codec
        self._invocation = invocation
        self._name = memory.keys.new_id()
        left_s = invocation.remaining_ms() / 1000
        self._ends_s = memory.clock.epoch_s() + left_s + _GRACE_S
        self._has_begun = False
        self._is_broken = False

    @property
    def is_polled(self) -> bool:
        """Tell whether the client will come back when it is hung up on."""
        return self._session.revision.has_priming and not self._is_broken

    def begin(self, call_ids: "Sequence[str | int | None]") -> bytes:
        """Log what the stream is; return what its client should be sent first, if anything."""
        head = {"ids": list(call_ids), "ends_s": self._ends_s}
        event_id = self._append(self._codec.encode(head))
        self._has_begun = not self._is_broken
        return sse.encode_priming(event_id) if self.is_polled else b""

    def add(self, message: bytes, *, is_needed: bool = False) -> str:
        """Log an event, the client's only way to it if `is_needed`; return its id or ""."""
        return self._append(EVENT + message, is_needed=is_needed)

    def settle(self, message: bytes | None, *, is_last: bool) -> str:
        """Log how one call ended, None for without a response; return the event's id."""
        if message is None:
            return self._append(OVER if is_last else ABANDONED, is_needed=True)
        return self._append((LAST if is_last else ANSWERED) + message, is_needed=True)

    def _append(self, record: bytes, *, is_needed: bool = False) -> str:
        # A store that fails takes its time for that.
        if self._is_broken and not (is_needed and self._has_begun):
            return ""
        stream = name_stream(self._session, self._name)
        # All records go at one instant, so that none is ever left without those before it.
        ttl_s = self._ends_s + KEPT_S - self._memory.clock.epoch_s()
        try:
            event_id = f"{self._name}.{self._memory.store.append(stream, record, ttl_s)}"
        except StoreFailed as error:
            self._is_broken = True
            self._invocation.report(error)
        return "" if self._is_broken else event_id


def name_stream(session: "Session", name: str) -> str:
    """Name a journal in the store: only its own session finds it."""
    return f"events:{session.key}:{name}"


def parse_event_id(text: str) -> tuple[str, int] | None:
    """Read the stream's name and the position off a `Last-Event-ID`; None if it is not ours.

    Position 0 is before all records: where a stream of changes may begin.
    """
    name, dot, digits = text.rpartition(".")
    is_word = text.isascii() and name.replace("-", "a").replace("_", "a").isalnum()
    is_count = digits.isdecimal() and len(digits) <= _MAX_DIGITS
    is_plain = digits == "0" or not digits.startswith("0")
    if not (dot and is_word and is_count and is_plain and len(name) <= _MAX_NAME_LENGTH):
        return None
    return name, int(digits)
