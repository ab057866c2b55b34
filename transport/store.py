"""The store the transport needs: small items and streams that every environment sees.

Whatever is not carried by a token: a client's answer that reaches another environment than the
one that asked, events to replay, log levels, subscriptions, ended sessions. An implementation
holds no lock between two calls, and forgets what has expired.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Store(Protocol):
        """Items by key, and streams of records; all are octets, all expire.

        Keys and names of streams are ASCII of at most 512 characters. A value or record may
        have 6 MB, as much as a response; where the medium holds less at a time, it is cut in
        here. Reads see every write that returned before. Every method may raise `StoreFailed`.
        """

        def get(self, key: str) -> tuple[bytes, int] | None:
            """Return an item's value and version; None if there is none.

            The version is 1 at first and one more after each write.
            """

        def put(self, key: str, value: bytes, ttl_s: float, version: int | None = None) -> bool:
            """Write an item if it is still at `version`; False if it is not.

            Version 0 stands for an item that is not there, None for any.
            """

        def append(self, stream: str, record: bytes, ttl_s: float) -> int:
            """Add a record that lives for `ttl_s`; return its position, one past the last's.

            Positions begin at 1. They go on for a day after all records have expired, and then
            begin anew.
            """

        def read(self, stream: str, after: int, limit: int = 100) -> list[tuple[int, bytes]]:
            """Return the live records behind position `after`, with positions, in order."""

        def end(self, stream: str) -> int:
            """Return the last record's position, expired or not; 0 where there is none."""
