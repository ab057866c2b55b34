"""The methods a client may call: in which era, behind which capability, performed by what.

What only describes the server is in `offer`, what runs code of its authors in a module of its
own.
"""

from firstbyte.transport import offer
from firstbyte.transport.revision import LEGACY, MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from firstbyte.transport.answer import Answer
    from firstbyte.transport.codec import Codec
    from firstbyte.transport.fault import Fault
    from firstbyte.transport.invocation import Invocation
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.meta import Wishes
    from firstbyte.transport.revision import Revision
    from firstbyte.transport.service import Service
    from firstbyte.transport.session import Record, Session


class Exchange:
    """One admitted call with all that answering it takes.

    `session` is the legacy client's, None where there is none; `record` is what the store has
    of it, None without a store. `capabilities` are those the client declared, in the request or
    for its session. `headers` have lowercase names.
    """

    __slots__ = (
        "answer",
        "call_id",
        "capabilities",
        "codec",
        "headers",
        "invocation",
        "memory",
        "method",
        "params",
        "principal",
        "record",
        "revision",
        "service",
        "session",
        "wishes",
    )

    def __init__(
        self,
        call_id: "str | int",
        method: str,
        params: "dict[str, Any]",
        headers: "Mapping[str, str]",
        principal: str,
        revision: "Revision",
        capabilities: "Mapping[str, Any]",
        session: "Session | None",
        record: "Record | None",
        wishes: "Wishes",
        service: "Service",
        codec: "Codec",
        memory: "Memory",
        answer: "Answer",
        invocation: "Invocation",
    ) -> None:
        self.call_id = call_id
        self.method = method
        self.params = params
        self.headers = headers
        self.principal = principal
        self.revision = revision
        self.capabilities = capabilities
        self.session = session
        self.record = record
        self.wishes = wishes
        self.service = service
        self.codec = codec
        self.memory = memory
        self.answer = answer
        self.invocation = invocation


class Method:
    """One row of the table.

    `capability` is empty for what every server has to answer. `name_param` is the parameter a
    modern client repeats in the `Mcp-Name` header, empty if there is none. A result that
    `is_cacheable` tells a modern client for how long. A method that `is_watched` runs code of
    the server's authors: it is kept alive meanwhile, and ended before the deadline.
    """

    __slots__ = ("capability", "eras", "is_cacheable", "is_watched", "name_param", "perform")

    def __init__(
        self,
        perform: "Callable[[Exchange], dict[str, Any] | Fault]",
        eras: "tuple[str, ...]",
        *,
        capability: str = "",
        name_param: str = "",
        is_cacheable: bool = False,
        is_watched: bool = False,
    ) -> None:
        self.perform = perform
        self.eras = eras
        self.capability = capability
        self.name_param = name_param
        self.is_cacheable = is_cacheable
        self.is_watched = is_watched


def _call_tool(exchange: "Exchange") -> "dict[str, Any] | Fault":
    # Imported here, beside orjson and the tool itself: 0.7 ms the first answer does without
    # (`python -I -S -X importtime`).
    from firstbyte.transport.tool_call import call_tool

    return call_tool(exchange)


METHODS = {
    "initialize": Method(offer.initialize, (LEGACY,)),
    "ping": Method(offer.ping, (LEGACY,)),
    "logging/setLevel": Method(offer.set_level, (LEGACY,), capability="logging"),
    "server/discover": Method(offer.discover, (MODERN,), is_cacheable=True),
    "tools/list": Method(
        offer.list_tools,
        (LEGACY, MODERN),
        capability="tools",
        is_cacheable=True,
        is_watched=True,
    ),
    "tools/call": Method(
        _call_tool, (LEGACY, MODERN), capability="tools", name_param="name", is_watched=True
    ),
}
