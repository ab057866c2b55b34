"""Let a legacy client take a call back, from whatever environment hears of it.

Source: MCP 2025-11-25, "Cancellation".
"""

from firstbyte.transport.digest import digest
from firstbyte.transport.errors import StoreFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.method import Exchange
    from firstbyte.transport.session import Session

_TTL_S = 900.0
"""No invocation lasts longer, so no call that is under way either."""
_INTERVAL_S = 0.25
"""So often a running function's call is looked up at most."""


def cancel(memory: "Memory", session: "Session", call_id: object) -> None:
    """Take back a call of `session`; one that is unknown or over is not touched by it.

    Needs `memory.has_store`. What can be no call's id, of whatever JSON type, is ignored.

    Raises:
        StoreFailed: the store did not answer.
    """
    if type(call_id) in (str, int):
        memory.store.put(_name(session, call_id), b"cancelled", _TTL_S)


def is_cancelled(memory: "Memory", session: "Session", call_id: "str | int") -> bool:
    """Tell whether the client took this call back.

    Raises:
        StoreFailed: the store did not answer.
    """
    return memory.store.get(_name(session, call_id)) is not None


class Cancellation:
    """Looks now and then whether one running call was taken back; it has session and store."""

    __slots__ = ("_exchange", "_has_come", "_looked_s")

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._has_come = False
        self._looked_s = exchange.memory.clock.epoch_s()

    def has_come(self) -> bool:
        """Tell whether it has; a store that fails is for the log, not for the call."""
        exchange = self._exchange
        now_s = exchange.memory.clock.epoch_s()
        # A clock that was set back must not stop the looking.
        if self._has_come or 0 <= now_s - self._looked_s < _INTERVAL_S:
            return self._has_come
        self._looked_s = now_s
        assert exchange.session is not None  # noqa: S101  # made for calls that have one
        try:
            self._has_come = is_cancelled(exchange.memory, exchange.session, exchange.call_id)
        except StoreFailed as error:
            exchange.invocation.report(error)
        return self._has_come


def _name(session: "Session", call_id: object) -> str:
    # The client chose the id: of any length, in any script, and "1" is not 1.
    return f"cancelled:{session.key}:{digest(call_id)}"
