"""What the transport remembers with: keys for what clients carry, a store for the rest.

Nothing here is needed to answer a call that neither asks nor remembers.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from firstbyte.transport.keys import KeyRing
    from firstbyte.transport.store import Store

    class Clock(Protocol):
        """The time, and a way to let some pass."""

        def epoch_s(self) -> float:
            """Seconds since 1970."""

        def pause(self, seconds: float) -> None:
            """Sleep; the deadline may end it by raising."""


class Memory:
    """Keys, store and clock of one server; without keys it has no store either.

    `session_ttl_s` is how long a session id is good for; `listen_s` how long a stream that only
    listens for changes is held open.
    """

    __slots__ = ("_open_store", "_store", "clock", "keys", "listen_s", "session_ttl_s")

    def __init__(
        self,
        clock: "Clock",
        keys: "KeyRing | None" = None,
        open_store: "Callable[[], Store] | None" = None,
        *,
        session_ttl_s: int = 86_400,
        listen_s: int = 300,
    ) -> None:
        self.clock = clock
        self.keys = keys
        self.session_ttl_s = session_ttl_s
        self.listen_s = listen_s
        self._open_store = open_store if keys is not None else None
        self._store: Store | None = None

    @property
    def has_store(self) -> bool:
        """Tell whether there is one, without opening it."""
        return self._open_store is not None

    @property
    def store(self) -> "Store":
        """The store, opened at the first use; only where `has_store`.

        Raises:
            StoreFailed: it cannot be opened.
        """
        if self._store is None:
            assert self._open_store is not None  # noqa: S101  # the caller asked has_store
            self._store = self._open_store()
        return self._store
