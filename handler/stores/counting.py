"""Count how often a store is asked, for the log's line of each invocation."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbyte.transport.store import Store


def count_calls(
    open_store: "Callable[[], Store]", count: "Callable[[], object]"
) -> "Callable[[], Store]":
    """Return what opens the same store, with `count` called whenever it is asked."""
    return lambda: CountingStore(open_store(), count)


class CountingStore:
    """A store that tells when it is asked. Satisfies `Store`."""

    __slots__ = ("_count", "_store")

    def __init__(self, store: "Store", count: "Callable[[], object]") -> None:
        self._store = store
        self._count = count

    def get(self, key: str) -> tuple[bytes, int] | None:
        """Return an item's value and version; None if there is none."""
        self._count()
        return self._store.get(key)

    def put(self, key: str, value: bytes, ttl_s: float, version: int | None = None) -> bool:
        """Write an item if it is still at `version`; False if it is not."""
        self._count()
        return self._store.put(key, value, ttl_s, version)

    def append(self, stream: str, record: bytes, ttl_s: float) -> int:
        """Add a record; return its position."""
        self._count()
        return self._store.append(stream, record, ttl_s)

    def read(self, stream: str, after: int, limit: int = 100) -> list[tuple[int, bytes]]:
        """Return the live records behind position `after`."""
        self._count()
        return self._store.read(stream, after, limit)

    def end(self, stream: str) -> int:
        """Return the last record's position."""
        self._count()
        return self._store.end(stream)
