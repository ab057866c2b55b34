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
_SKEW_S = 2.0
"""By so much the clocks of two environments may differ, and messages pass each other."""


def cancel(memory: "Memory", session: "Session", call_id: object) -> None:
    """Take back a call of `session`, or one that begins under this id within two seconds.

    The client's request may be later than its second thoughts, or an environment's clock behind
    another's. Needs `memory.has_store`. What can be no call's id, of whatever JSON type, is
    ignored.

    Raises:
        StoreFailed: the store did not answer.
    """
    if type(call_id) in (str, int):
        moment = repr(memory.clock.epoch_s()).encode()
        memory.store.put(_name(session, call_id), moment, _TTL_S)


def is_cancelled(
    memory: "Memory", session: "Session", call_id: "str | int", begun_s: float
) -> bool:
    """Tell whether the client took back this call, which began at `begun_s` since 1970.

    Raises:
        StoreFailed: the store did not answer.
    """
    item = memory.store.get(_name(session, call_id))
    return item is not None and float(item[0]) > begun_s - _SKEW_S


class Cancellation:
    """Looks now and then whether one running call was taken back; it has session and store."""

    __slots__ = ("_exchange", "_has_come", "_looked_s")

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._has_come = False
        # One that waited for its turn in a batch may have been taken back meanwhile.
        self._looked_s = float("-inf") if exchange.has_waited else exchange.begun_s

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
            self._has_come = is_cancelled(
                exchange.memory, exchange.session, exchange.call_id, exchange.begun_s
            )
        except StoreFailed as error:
            exchange.invocation.report(error)
        return self._has_come


def _name(session: "Session", call_id: object) -> str:
    # The client chose the id: of any length, in any script, and "1" is not 1.
    return f"cancelled:{session.key}:{digest(call_id)}"
