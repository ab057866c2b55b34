"""Turn the value of FIRSTBYTE_STORE into what opens that store."""

from firstbyte.handler.errors import WrongSetting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbyte.transport.memory import Clock
    from firstbyte.transport.store import Store


def parse_store(text: str, clock: "Clock") -> "Callable[[], Store]":
    """Read `kind:place` and return what opens it; nothing is opened or imported yet.

    Raises:
        WrongSetting: there is no such kind of store, or no such place.
    """
    kind, colon, place = text.partition(":")
    # SQLite takes these two for databases that nobody else sees.
    if kind != "sqlite" or place in ("", ":memory:"):
        # Never what follows the colon, nor a text without one: it may hold a password.
        found = f"begins with {kind + colon!r}" if colon else "has no colon"
        raise WrongSetting(f"FIRSTBYTE_STORE {found}, needs the form sqlite:PATH of a file")

    def open_sqlite() -> "Store":
        from firstbyte.handler.stores.sqlite import SqliteStore

        return SqliteStore(place, clock)

    return open_sqlite
