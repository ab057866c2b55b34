"""What the operator allows: where the endpoint is, who may call it, how much may be sent."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_WEB = ("http://", "https://")


class Policy:
    """The operator's limits. Names of hosts and origins are compared without regard to case."""

    __slots__ = ("_hosts", "_origins", "_path", "max_body_bytes")

    def __init__(
        self,
        path: str,
        allowed_origins: "Iterable[str]",
        allowed_hosts: "Iterable[str]",
        max_body_bytes: int,
    ) -> None:
        self._path = path.removesuffix("/")
        self._origins = frozenset(origin.lower() for origin in allowed_origins)
        self._hosts = frozenset(host.lower() for host in allowed_hosts)
        self.max_body_bytes = max_body_bytes

    def serves_path(self, path: str) -> bool:
        """Tell whether `path` is the endpoint, be it with one slash more at its end."""
        return path.removesuffix("/") == self._path

    def allows_host(self, host: str | None) -> bool:
        """Tell whether a `Host` is one of ours; without a list every host is.

        A listed name stands for all its ports, a listed `name:port` for that one.
        """
        if not self._hosts:
            return True
        return host is not None and not self._hosts.isdisjoint((host.lower(), _name_of(host)))

    def allows_origin(self, origin: str | None, host: str | None) -> bool:
        """Tell whether a page of `origin` may call; absent means the caller is no browser.

        "Servers MUST validate the Origin header on all incoming connections": a page that a
        developer happens to visit could otherwise reach a server on the same machine through a
        name it points there. Only pages of that machine may, under a name of its own.
        `null`, the origin of sandboxed pages and of files, could be anybody.
        """
        if origin is None:
            return True
        origin = origin.lower()
        if origin == "null":
            return False
        if "*" in self._origins or origin in self._origins:
            return True
        scheme = next((scheme for scheme in _WEB if origin.startswith(scheme)), None)
        return (
            scheme is not None
            and host is not None
            and _is_loopback(_name_of(origin.removeprefix(scheme)))
            and _is_loopback(_name_of(host))
        )


def _name_of(authority: str) -> str:
    """Cut off the port; lowercase. An IPv6 address keeps its brackets."""
    name, colon, port = authority.lower().rpartition(":")
    return name if colon and port.isdecimal() else authority.lower()


def _is_loopback(name: str) -> bool:
    if name in ("localhost", "[::1]"):
        return True
    parts = name.split(".")
    return (
        len(parts) == 4
        and parts[0] == "127"
        and all(part.isascii() and part.isdecimal() for part in parts)
    )
