"""Make every result that is the same for all callers, before there is any caller."""

from firstbyte.transport.message import Call
from firstbyte.transport.method import METHODS, Exchange
from firstbyte.transport.revision import REVISIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.service import Service


def rehearse(service: "Service", codec: "Codec") -> dict[str, bytes]:
    """Return what an endpoint of `service` would prepare for all revisions, by its names.

    Raises:
        Exception: what the service raised, or NotJson.
    """
    prepared: dict[str, bytes] = {}
    nobody: Any = None
    for has_store in (False, True):
        memory: Any = _Memory(has_store)
        for revision in REVISIONS.values():
            for name, method in METHODS.items():
                if method.is_prepared and method.is_served(service, revision.era, memory):
                    call = Call(0, name, {"protocolVersion": revision.version})
                    exchange = Exchange(
                        call, {}, "", revision, {}, None, nobody, service, codec, memory,
                        prepared, nobody, nobody, begun_s=0, has_waited=False,
                    )  # fmt: skip
                    method.perform(exchange)
    return prepared


class _Memory:
    """All that a prepared result depends on."""

    keys = None

    def __init__(self, has_store: bool) -> None:
        self.has_store = has_store
