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

        Keys and names of streams are ASCII of at most 512 characters. Reads see every write
        that returned before. Every method may raise `StoreFailed`.
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
            """Add a record at the end and return its position, one more than the last's.

            The whole stream then lives for `ttl_s`. One that has expired begins anew, at 1.
            """

        def read(self, stream: str, after: int, limit: int = 100) -> list[tuple[int, bytes]]:
            """Return the records behind position `after` with their positions, in order."""

        def end(self, stream: str) -> int:
            """Return the position of the last record, 0 where there is none."""
