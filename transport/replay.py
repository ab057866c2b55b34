"""Send a client what followed on a stream it lost, and what is still to come on it.

Source: MCP 2025-11-25, "Transports", resumability and redelivery.
"""

from firstbyte.transport import sse
from firstbyte.transport.fault import INTERNAL_ERROR, Fault
from firstbyte.transport.journal import (
    ABANDONED,
    ANSWERED,
    ENDINGS,
    KEPT_S,
    LAST,
    OVER,
    name_stream,
)
from firstbyte.transport.message import error_message
from firstbyte.transport.session import is_over

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from firstbyte.transport.channel import Channel
    from firstbyte.transport.codec import Codec
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.patience import Patience
    from firstbyte.transport.session import Session

_GONE = Fault(INTERNAL_ERROR, "the environment that ran this call is gone")


class Replay:
    """A stream of `session` from behind a position on."""

    __slots__ = ("_codec", "_head", "_memory", "_name", "_position", "_session", "_stream")

    def __init__(
        self, memory: "Memory", session: "Session", codec: "Codec", name: str, position: int
    ) -> None:
        self._memory = memory
        self._codec = codec
        self._head: dict[str, Any] | None = None
        self._name = name
        self._position = position
        self._session = session
        self._stream = name_stream(session, name)

    def find(self) -> bool | None:
        """Tell whether anything is still to come; None if the client never had such an event.

        Raises:
            StoreFailed: the store did not answer.
        """
        found = self._memory.store.read(self._stream, self._position - 1, 1)
        if not found or found[0][0] != self._position:
            return None
        return found[0][1][:1] not in ENDINGS

    def play(self, channel: "Channel", patience: "Patience") -> None:
        """Send what there is and what comes until the stream is over; or hang up before.

        Raises:
            StoreFailed: the store did not answer.
        """
        # The response begins before there is anything to say. Some clients remember ids by
        # connection: without one they would not come back to a stream that was silent.
        event_id = f"{self._name}.{self._position}"
        is_primed = self._session.revision.has_priming
        channel.send(sse.encode_priming(event_id) if is_primed else sse.KEEP_ALIVE)
        for position, record in self._records(patience):
            kind, message = record[:1], record[1:]
            if message:
                channel.send(sse.encode_event(message, f"{self._name}.{position}"))
            if kind in ENDINGS:
                channel.close()
                return
        channel.hang_up()

    def _records(self, patience: "Patience") -> "Iterator[tuple[int, bytes]]":
        """Yield the records behind the position, those to come too; OVER if the session is."""
        has_news = True
        while patience.wait(has_news=has_news):
            found = self._memory.store.read(self._stream, self._position)
            if found:
                self._position = found[-1][0]
                yield from found
            if is_over(self._memory, self._session):
                yield self._position, OVER
            has_news = bool(found) or self._bury()

    def _bury(self) -> bool:
        """End a stream whose environment died, by an error for each call it left open.

        Two clients who come for it may both log that; what follows the first end is not read.
        """
        store = self._memory.store
        if self._head is None:
            found = store.read(self._stream, 0, 1)
            if not found:
                return False
            self._head = self._codec.decode(found[0][1])
        if self._memory.clock.epoch_s() < self._head["ends_s"]:
            return False
        ttl_s = self._head["ends_s"] + KEPT_S - self._memory.clock.epoch_s()
        ended = sum(record[:1] in (ANSWERED, ABANDONED) for _, record in self._history())
        left = self._head["ids"][ended:]
        for place, call_id in enumerate(left, 1):
            message = self._codec.encode(error_message(call_id, _GONE))
            mark = LAST if place == len(left) else ANSWERED
            store.append(self._stream, mark + message, ttl_s)
        if not left:
            store.append(self._stream, OVER, ttl_s)
        return True

    def _history(self) -> "Iterator[tuple[int, bytes]]":
        position = 1
        while found := self._memory.store.read(self._stream, position):
            position = found[-1][0]
            yield from found
