"""A legacy client's session: a signed value it carries, and what the store has of it.

The id tells any environment what was agreed on, so a session costs nothing until its client
changes something. It expires when it says so, whatever is done with it: many clients do not
recover from the 404 that follows, and a session without a store cannot be prolonged.

Source: MCP 2025-11-25, "Transports", session management.
"""

from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import StoreFailed
from firstbyte.transport.revision import LEGACY, capabilities_for, find_revision
from firstbyte.transport.token import EXPIRY, Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from firstbyte.transport.memory import Memory
    from firstbyte.transport.revision import Revision

_PURPOSE = "session"
_ATTEMPTS = 20
"""So often a record is written that other environments keep changing."""


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


def begin(
    memory: "Memory",
    audience: str,
    revision: "Revision",
    capabilities: object,
    principal: str,
) -> str:
    """Make the id of a new session: visible ASCII, at most 1 KB; needs `memory.keys`.

    Of the `capabilities` the client declared it keeps those `revision` knows.
    """
    assert memory.keys is not None  # noqa: S101  # sessions exist only with keys
    claims = {
        "key": memory.keys.new_id(),
        "version": revision.version,
        "capabilities": capabilities_for(revision, capabilities),
    }
    return _tokens(memory, audience, principal).sign(claims, memory.session_ttl_s)


def find(memory: "Memory", audience: str, session_id: str, principal: str) -> Session | None:
    """Read a session off its id; None if it is altered, expired or another's.

    Another's is that of another server or principal, or of a revision no longer served.
    """
    if memory.keys is None:
        return None
    claims = _tokens(memory, audience, principal).verify(session_id)
    if claims is None:
        return None
    revision = find_revision(claims["version"], LEGACY)
    if revision is None:
        return None
    return Session(claims["key"], revision, claims["capabilities"], claims[EXPIRY])


def load_record(memory: "Memory", session: Session) -> Record:
    """Fetch what the client changed; needs `memory.has_store`.

    Raises:
        StoreFailed: the store did not answer.
    """
    item = memory.store.get(_name(session))
    return Record() if item is None else _decode(item[0])


def is_over(memory: "Memory", session: Session) -> bool:
    """Tell whether a session has expired or was left meanwhile; needs `memory.has_store`.

    Raises:
        StoreFailed: the store did not answer.
    """
    has_expired = session.expires_s <= memory.clock.epoch_s()
    return has_expired or load_record(memory, session).is_ended


def change_record(
    memory: "Memory", session: Session, change: "Callable[[Record], Record]"
) -> Record:
    """Put `change` of the record in its place, made anew if another environment was faster.

    Raises:
        StoreFailed: the store did not answer, or others were always faster.
    """
    for _ in range(_ATTEMPTS):
        item = memory.store.get(_name(session))
        record, version = (Record(), 0) if item is None else (_decode(item[0]), item[1])
        record = change(record)
        ttl_s = max(1, session.expires_s - memory.clock.epoch_s())
        if memory.store.put(_name(session), _encode(record), ttl_s, version):
            return record
    raise StoreFailed(f"a session's record was changed by others {_ATTEMPTS} times in a row")


def _tokens(memory: "Memory", audience: str, principal: str) -> Tokens:
    return Tokens(memory, Codec(), _PURPOSE, (audience, principal))


def _name(session: Session) -> str:
    return f"session:{session.key}"


def _encode(record: Record) -> bytes:
    return Codec().encode(
        {
            "level": record.level,
            "subscriptions": sorted(record.subscriptions),
            "is_ended": record.is_ended,
        }
    )


def _decode(octets: bytes) -> Record:
    members = Codec().decode(octets)
    return Record(members["level"], frozenset(members["subscriptions"]), members["is_ended"])
