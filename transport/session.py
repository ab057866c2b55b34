"""A legacy client's session: a signed value it carries, and what the store has of it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from firstbyte.transport.revision import Revision


class Session:
    """What a client agreed on at `initialize`, as any environment reads it off its id.

    `key` is the session's name in the store: it tells principals apart. `expires_s` is in
    seconds since 1970.
    """

    __slots__ = ("capabilities", "expires_s", "key", "revision")

    def __init__(
        self,
        key: str,
        revision: "Revision",
        capabilities: "Mapping[str, Any]",
        expires_s: int,
    ) -> None:
        self.key = key
        self.revision = revision
        self.capabilities = capabilities
        self.expires_s = expires_s


class Record:
    """What a session's client changed since: its log level, its subscriptions, its end."""

    __slots__ = ("is_ended", "level", "subscriptions")

    def __init__(
        self,
        level: str | None = None,
        subscriptions: frozenset[str] = frozenset(),
        is_ended: bool = False,
    ) -> None:
        self.level = level
        self.subscriptions = subscriptions
        self.is_ended = is_ended
