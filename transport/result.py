"""Turn what a method came to into the octets of its message.

A result that no caller or call can change is encoded once, by the name

    METHOD VERSION          tools/list 2026-07-28
    METHOD VERSION store    initialize 2025-11-25 store    (with a store, more is promised)

and the same octets go to everybody. They may come from outside, made long before the process.
"""

from firstbyte.transport import meta
from firstbyte.transport.message import result_message
from firstbyte.transport.revision import MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.method import Exchange
    from firstbyte.transport.revision import Revision
    from firstbyte.transport.service import Service

    class Prepared(Protocol):
        """Encoded results by name."""

        def get(self, name: str, /) -> bytes | None:
            """Return the one of that name; None if it is still to be made."""

        def __setitem__(self, name: str, result: bytes, /) -> None:
            """Keep one that was made."""


def prepare(
    exchange: "Exchange", revision: "Revision", make: "Callable[[], dict[str, Any]]"
) -> bytes:
    """Return the encoded result of a method that answers all clients of `revision` alike.

    It is made by `make` unless there is one.
    """
    name = f"{exchange.method} {revision.version}"
    if exchange.memory.has_store:
        name += " store"
    octets = exchange.prepared.get(name)
    if octets is None:
        result = make()
        if revision.era == MODERN:
            result = complete(exchange.service, result, True)
        octets = exchange.codec.encode(result)
        exchange.prepared[name] = octets
    return octets


def complete(
    service: "Service", result: "dict[str, Any]", is_cacheable: bool
) -> "dict[str, Any]":
    """Add what a modern result has to say beside the method's own."""
    completed: dict[str, Any] = {"resultType": "complete"}
    if is_cacheable and result.get("resultType", "complete") == "complete":
        completed["ttlMs"] = service.ttl_ms
        completed["cacheScope"] = service.cache_scope
    completed.update(result)
    identity = {meta.SERVER_INFO: service.identity}
    completed[meta.META] = {**result.get(meta.META, {}), **identity}
    return completed


def encode_result(
    codec: "Codec", call_id: "str | int", result: "dict[str, Any] | bytes"
) -> bytes:
    """Write the message that answers `call_id`; a result of octets is encoded already.

    Raises:
        NotJson: the result has no JSON form.
    """
    if isinstance(result, bytes):
        return b'{"jsonrpc":"2.0","id":%b,"result":%b}' % (codec.encode(call_id), result)
    return codec.encode(result_message(call_id, result))
