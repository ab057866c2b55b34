"""The HTTP request the transport reasons about, free of where it came from."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Request:
    """One HTTP request with its body already whole in memory.

    `path` is percent-decoded and carries no query. `headers` has lowercase names; a header
    sent twice arrives as one comma-joined value. `body` is the decoded octets; Lambda keeps the
    whole event under 6 MB. `principal` names the caller where the front door authenticated it,
    and is empty otherwise.
    """

    __slots__ = ("body", "headers", "method", "path", "principal")

    def __init__(
        self,
        method: str,
        path: str,
        headers: "Mapping[str, str]",
        body: bytes,
        principal: str = "",
    ) -> None:
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.principal = principal
