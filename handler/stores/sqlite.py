"""Keep items and streams in a SQLite file, for the environments of one machine.

Any number of processes and threads use the file at once. A call takes a connection for itself
and gives it back, so no two threads are ever inside one transaction, and what a deadline
interrupts is rolled back.

Source: sqlite.org, "Write-Ahead Logging", "UPSERT", "Result and Error Codes".
"""

import sqlite3
from contextlib import suppress

from firstbyte.transport.errors import StoreFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from firstbyte.transport.memory import Clock

    Value = TypeVar("Value")

_BUSY_MS = 5000
"""So long a writer waits for others, each of which takes about a millisecond."""
_ATTEMPTS = 250
_PAUSE_S = 0.02
_WRITES_PER_SWEEP = 200
_COUNTED_S = 86_400.0
"""So long after its last record has expired a stream's positions go on."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    key TEXT PRIMARY KEY, value BLOB NOT NULL, version INTEGER NOT NULL, expires_s REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS item_by_expiry ON item (expires_s);
CREATE TABLE IF NOT EXISTS stream (
    name TEXT PRIMARY KEY, last INTEGER NOT NULL, expires_s REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stream_by_expiry ON stream (expires_s);
CREATE TABLE IF NOT EXISTS record (
    stream TEXT NOT NULL REFERENCES stream (name) ON DELETE CASCADE,
    position INTEGER NOT NULL, octets BLOB NOT NULL, expires_s REAL NOT NULL,
    PRIMARY KEY (stream, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_by_expiry ON record (expires_s);
"""
_GET = "SELECT value, version FROM item WHERE key = :key AND expires_s > :now"
_PUT_ANY = """
INSERT INTO item VALUES (:key, :value, 1, :expires_s)
ON CONFLICT (key) DO UPDATE SET
    value = excluded.value, expires_s = excluded.expires_s,
    version = CASE WHEN item.expires_s > :now THEN item.version + 1 ELSE 1 END
"""
_PUT_NEW = """
INSERT INTO item VALUES (:key, :value, 1, :expires_s)
ON CONFLICT (key) DO UPDATE SET
    value = excluded.value, expires_s = excluded.expires_s, version = 1
WHERE item.expires_s <= :now
"""
_PUT_NEXT = """
UPDATE item SET value = :value, expires_s = :expires_s, version = version + 1
WHERE key = :key AND version = :version AND expires_s > :now
"""
_FORGET_STREAM = "DELETE FROM stream WHERE name = :name AND expires_s <= :now"
_EXTEND_STREAM = """
INSERT INTO stream VALUES (:name, 1, :ends_s)
ON CONFLICT (name) DO UPDATE SET
    last = last + 1, expires_s = max(stream.expires_s, excluded.expires_s)
RETURNING last
"""
_APPEND = "INSERT INTO record VALUES (:name, :position, :octets, :expires_s)"
_READ = """
SELECT position, octets FROM record
WHERE stream = :name AND position > :after AND expires_s > :now
ORDER BY position LIMIT :limit
"""
_END = "SELECT last FROM stream WHERE name = :name AND expires_s > :now"
_SWEEPS = (
    "DELETE FROM item WHERE expires_s <= :now",
    "DELETE FROM record WHERE expires_s <= :now",
    "DELETE FROM stream WHERE expires_s <= :now",
)


class SqliteStore:
    """A store in the file at `path`, made if need be. Satisfies `Store`."""

    __slots__ = ("_clock", "_idle", "_path", "_writes")

    def __init__(self, path: str, clock: "Clock") -> None:
        """Open the file.

        Raises:
            StoreFailed: it cannot be opened, or is something else.
        """
        self._path = path
        self._clock = clock
        self._writes = 0
        self._idle: list[sqlite3.Connection] = []
        self._use(lambda _: None)

    def get(self, key: str) -> tuple[bytes, int] | None:
        """Return an item's value and version, from 1; None if there is none."""
        rows = self._select(_GET, {"key": key})
        return rows[0] if rows else None

    def put(self, key: str, value: bytes, ttl_s: float, version: int | None = None) -> bool:
        """Write an item if it is still at `version`; 0: it is not there, None: any."""
        now = self._clock.epoch_s()
        statement = _PUT_ANY if version is None else _PUT_NEXT if version else _PUT_NEW
        values = {
            "key": key,
            "value": value,
            "version": version,
            "now": now,
            "expires_s": now + ttl_s,
        }

        def write(connection: sqlite3.Connection) -> bool:
            return connection.execute(statement, values).rowcount == 1

        return self._write(write)

    def append(self, stream: str, record: bytes, ttl_s: float) -> int:
        """Add a record that lives for `ttl_s` at the end of a stream; return its position."""
        now = self._clock.epoch_s()
        values = {
            "name": stream,
            "octets": record,
            "now": now,
            "expires_s": now + ttl_s,
            "ends_s": now + ttl_s + _COUNTED_S,
        }

        def write(connection: sqlite3.Connection) -> int:
            # A transaction that reads first and then writes can be refused at once; one that
            # begins as a writer waits.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_FORGET_STREAM, values)
            ((position,),) = connection.execute(_EXTEND_STREAM, values).fetchall()
            connection.execute(_APPEND, {**values, "position": position})
            connection.execute("COMMIT")
            return int(position)

        return self._write(write)

    def read(self, stream: str, after: int, limit: int = 100) -> list[tuple[int, bytes]]:
        """Return the live records behind position `after`, with positions, in order."""
        return self._select(_READ, {"name": stream, "after": after, "limit": limit})

    def end(self, stream: str) -> int:
        """Return the position of the last record, expired or not; 0 where there is none."""
        rows = self._select(_END, {"name": stream})
        return rows[0][0] if rows else 0

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        while self._idle:
            self._idle.pop().close()

    def _select(self, statement: str, values: "Mapping[str, object]") -> "list[Any]":
        values = {**values, "now": self._clock.epoch_s()}
        return self._use(lambda connection: connection.execute(statement, values).fetchall())

    def _write(self, write: "Callable[[sqlite3.Connection], Value]") -> "Value":
        outcome = self._use(write)
        # The first write sweeps, too: most environments make few.
        is_due = self._writes % _WRITES_PER_SWEEP == 0
        self._writes += 1
        if is_due:
            # What was to be written is: that others are in the way of sweeping is no failure.
            with suppress(StoreFailed):
                self._use(self._sweep)
        return outcome

    def _sweep(self, connection: sqlite3.Connection) -> None:
        for statement in _SWEEPS:
            connection.execute(statement, {"now": self._clock.epoch_s()})

    def _use(self, function: "Callable[[sqlite3.Connection], Value]") -> "Value":
        """Run `function` with a connection of its own; one left in any doubt is closed."""
        try:
            # Not "if there is one": another thread may take it in between.
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
            try:
                outcome = function(connection)
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise StoreFailed(f"the SQLite file {self._path}: {error}") from error
        self._idle.append(connection)
        return outcome

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            self._begin_log(connection)
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin_log(self, connection: sqlite3.Connection) -> None:
        """Have the file written by way of a log, as it is from then on for everybody."""
        # Of several that begin it in a new file one succeeds, and SQLite refuses the others
        # without the wait it grants elsewhere.
        for attempts_left in reversed(range(_ATTEMPTS)):
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not attempts_left:
                    raise
            self._clock.pause(_PAUSE_S)
