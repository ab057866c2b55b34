"""Remember what a legacy client wants to hear of during its session.

Only where there is a store: the next call may reach another environment.

Source: MCP 2025-11-25, "Logging", "Resources", subscriptions.
"""

from firstbyte.transport import authored
from firstbyte.transport.fault import INVALID_PARAMS, Fault
from firstbyte.transport.meta import SEVERITY
from firstbyte.transport.reading import not_found
from firstbyte.transport.session import Record, change_record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from firstbyte.transport.method import Exchange

_MAX_SUBSCRIPTIONS = 100
_MAX_URI_LENGTH = 2_048
"""Together they bound a session's record; a store's item may hold no more than 400 KB."""


def set_level(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Send log messages of this level and worse from now on."""
    level = exchange.params.get("level")
    if not isinstance(level, str) or level not in SEVERITY:
        return Fault(INVALID_PARAMS, f"level is not one of {', '.join(SEVERITY)}")
    _change(exchange, lambda old: Record(level, old.subscriptions, old.is_ended))
    return {}


def subscribe(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Tell the client from now on when a resource was updated."""
    uri = exchange.params.get("uri")
    if not isinstance(uri, str):
        return Fault(INVALID_PARAMS, "uri is not a string")
    if len(uri) > _MAX_URI_LENGTH:
        return Fault(
            INVALID_PARAMS, f"uri has {len(uri)} characters, at most {_MAX_URI_LENGTH} are kept"
        )
    if not known_resources(exchange, [uri]):
        return not_found(exchange.revision, uri)

    def add(old: Record) -> Record:
        if len(old.subscriptions) >= _MAX_SUBSCRIPTIONS:
            return old
        return Record(old.level, old.subscriptions | {uri}, old.is_ended)

    if uri not in _change(exchange, add).subscriptions:
        limit = f"{_MAX_SUBSCRIPTIONS} resources are subscribed to, and no more can be"
        return Fault(INVALID_PARAMS, limit)
    return {}


def known_resources(exchange: "Exchange", uris: "Iterable[str]") -> list[str]:
    """Keep of `uris` those that can be subscribed to: of what there is, and not too many.

    Raises:
        CallFailed: a module of the authors cannot be imported.
    """
    short = [uri for uri in dict.fromkeys(uris) if len(uri) <= _MAX_URI_LENGTH]
    find = exchange.service.find_resource
    # Finding one may import a module of the authors.
    return authored.run(
        exchange,
        lambda _: [uri for uri in short[:_MAX_SUBSCRIPTIONS] if find(uri) is not None],
    )


def unsubscribe(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Stop telling when a resource was updated; nothing to stop is no error."""
    uri = exchange.params.get("uri")
    if not isinstance(uri, str):
        return Fault(INVALID_PARAMS, "uri is not a string")
    _change(exchange, lambda old: Record(old.level, old.subscriptions - {uri}, old.is_ended))
    return {}


def _change(exchange: "Exchange", change: "Callable[[Record], Record]") -> Record:
    session = exchange.session
    assert session is not None  # noqa: S101  # with a store, no legacy call comes without one
    return change_record(exchange.memory, session, change)
