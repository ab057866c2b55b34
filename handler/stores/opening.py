"""Turn the value of FIRSTBYTE_STORE into what opens that store."""

import posix

from firstbyte.handler.errors import WrongSetting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbyte.transport.memory import Clock
    from firstbyte.transport.store import Store


def parse_store(text: str, clock: "Clock") -> "Callable[[], Store]":
    """Read `kind:place` and return what opens it; nothing is opened or imported yet.

    Raises:
        WrongSetting: there is no such kind of store, or its place is none for a file of ours.
    """
    kind, colon, place = text.partition(":")
    # SQLite takes these two for databases that nobody else sees.
    if kind != "sqlite" or place in ("", ":memory:"):
        # Never what follows the colon, nor a text without one: it may hold a password.
        found = f"begins with {kind + colon!r}" if colon else "has no colon"
        raise WrongSetting(f"FIRSTBYTE_STORE {found}, needs the form sqlite:PATH of a file")

    if fault := _fault_of(place):
        raise WrongSetting(f"FIRSTBYTE_STORE names {place!r}, {fault}")

    def open_sqlite() -> "Store":
        from firstbyte.handler.stores.sqlite import SqliteStore

        return SqliteStore(place, clock)

    return open_sqlite


def _fault_of(path: str) -> str:
    """Say why there can be no file at `path` that is written to; empty if there can."""
    head, slash, _ = path.rpartition("/")
    folder = f"{head}{slash}."
    try:
        if posix.access(f"{path}/.", posix.F_OK):
            return "which is a folder"
        posix.stat(folder)
        # SQLite keeps its log beside the file.
        if not posix.access(folder, posix.W_OK | posix.X_OK):
            return "whose folder this process may not write to"
        if posix.access(path, posix.F_OK) and not posix.access(path, posix.R_OK | posix.W_OK):
            return "which this process may not read and write"
    except OSError as error:
        return f"whose folder cannot be reached: {error.strerror}"
    except ValueError:
        return "which holds what no path can"
    return ""
