"""Turn what changes into a stream that every environment writes and reads.

Source: MCP 2026-07-28, "Subscriptions"; MCP 2025-11-25, "Tools", "Prompts", "Resources".
"""

from firstbyte.transport.codec import Codec
from firstbyte.transport.digest import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.service import Change

_TTL_S = 900.0
"""No stream that is listened to is open for longer; who comes back later missed something."""
_NOTHING: "list[str]" = []
"""A record of no change."""


def announce(memory: "Memory", audience: str, change: "Change", uri: str) -> None:
    """Tell everybody who listens to the server `audience`; `uri` is empty but for "updates".

    Needs `memory.has_store`, as all here.

    Raises:
        StoreFailed: the store did not answer.
    """
    memory.store.append(_name(audience), Codec().encode([change, uri]), _TTL_S)


def position(memory: "Memory", audience: str) -> int:
    """Return where the stream ends now, to read on from there for a day.

    Raises:
        StoreFailed: the store did not answer.
    """
    store, name = memory.store, _name(audience)
    end = store.end(name)
    # The store counts on for a day after the last record expired, and then begins anew: below
    # `end`, where nobody would look who read on from there. A record of nothing keeps it
    # counting; one that lives still is enough.
    if end and not store.read(name, end - 1, 1):
        return store.append(name, Codec().encode(_NOTHING), _TTL_S)
    return end


def read_after(
    memory: "Memory", audience: str, after: int
) -> "tuple[list[tuple[Change, str]], int]":
    """Return what changed behind a position, in order, and the position to read on from.

    Raises:
        StoreFailed: the store did not answer.
    """
    records = memory.store.read(_name(audience), after)
    if not records:
        return [], after
    codec = Codec()
    changes: list[tuple[Change, str]] = []
    for place, octets in records:
        found = codec.decode(octets)
        if found != _NOTHING:
            change, uri = found
            changes.append((change, uri))
        after = place
    return changes, after


def _name(audience: str) -> str:
    return f"changes:{digest(audience)}"
