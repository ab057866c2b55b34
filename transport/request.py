"""The HTTP request the transport reasons about, free of where it came from."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Door:
    """What the way in which a request came lets its answer do.

    Through one that `is_live` octets reach the client when they are written; through any other
    only once the answer is complete. At most `max_bytes` get through. Where there are no
    headers (`has_headers`), none can repeat what the body says, and the answer is all there is:
    beside headers one that comes in one piece travels in a JSON string.
    """

    __slots__ = ("has_headers", "is_live", "max_bytes")

    def __init__(self, max_bytes: int, *, is_live: bool, has_headers: bool = True) -> None:
        self.max_bytes = max_bytes
        self.is_live = is_live
        self.has_headers = has_headers

    def size_of(self, octets: bytes) -> int:
        """Count what JSON or events take, in the form they travel in."""
        if self.is_live or not self.has_headers:
            return len(octets)
        return len(octets) + sum(map(octets.count, _ESCAPED))


_ESCAPED = (b'"', b"\\", b"\n")
"""What is two characters in a JSON string, of all that JSON texts and events are made of."""

STREAM = Door(200 * 1024 * 1024, is_live=True)
"""A streamed response; its bound is Lambda's."""


class Request:
    """One HTTP request with its body already whole in memory.

    `path` is percent-decoded and carries no query. `headers` has lowercase names; a header
    sent twice arrives as one comma-joined value. `body` is the decoded octets; Lambda keeps the
    whole event under 6 MB. `principal` names the caller where the front door authenticated it,
    and is empty otherwise.
    """

    __slots__ = ("body", "door", "headers", "method", "path", "principal")

    def __init__(
        self,
        method: str,
        path: str,
        headers: "Mapping[str, str]",
        body: bytes,
        principal: str = "",
        door: Door = STREAM,
    ) -> None:
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.principal = principal
        self.door = door
