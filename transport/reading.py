"""Read a resource, and turn what comes of it into a result.

Source: MCP 2026-07-28, "Resources", "Caching".
"""

from firstbyte.transport import authored
from firstbyte.transport.fault import INTERNAL_ERROR, INVALID_PARAMS, Fault
from firstbyte.transport.older import contents_for
from firstbyte.transport.revision import MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.method import Exchange
    from firstbyte.transport.revision import Revision
    from firstbyte.transport.service import Caller, Reading


def read_resource(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Read one resource, be it listed or made of a template.

    A modern result says itself how long it may be kept, and by whom.
    """
    uri = exchange.params.get("uri")
    if not isinstance(uri, str):
        return Fault(INVALID_PARAMS, "uri is not a string")

    def read(caller: "Caller") -> "Reading | None":
        resource = exchange.service.find_resource(uri)
        if resource is None:
            return None
        exchange.invocation.enter_tool()
        return resource.read(caller)

    revision = exchange.revision
    reading = authored.run(exchange, read)
    if reading is None:
        return not_found(revision, uri)
    if reading.problem:
        if reading.is_missing:
            return not_found(revision, uri, reading.problem)
        return Fault(INTERNAL_ERROR, reading.problem)
    result: dict[str, Any] = {
        "contents": [contents_for(revision, each) for each in reading.contents]
    }
    if revision.era == MODERN:
        result.update(ttlMs=reading.ttl_ms, cacheScope=reading.cache_scope)
    return result


def not_found(
    revision: "Revision", uri: str, message: str = "there is no such resource"
) -> Fault:
    """Say that `uri` names nothing, by the code `revision` has for it."""
    return Fault(revision.not_found_code, message, {"uri": uri})
