"""The methods a client may call: in which era, behind which capability, performed by what."""

from firstbyte.transport import offer, toolset
from firstbyte.transport.revision import LEGACY, MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firstbyte.transport.exchange import Exchange
    from firstbyte.transport.fault import Fault


class Method:
    """One row of the table.

    `capability` is empty for what every server has to answer. `name_param` is the parameter a
    modern client repeats in the `Mcp-Name` header, empty if there is none. A result that
    `is_cacheable` tells a modern client for how long.
    """

    __slots__ = ("capability", "eras", "is_cacheable", "name_param", "perform")

    def __init__(
        self,
        perform: "Callable[[Exchange], dict[str, Any] | Fault]",
        eras: "tuple[str, ...]",
        *,
        capability: str = "",
        name_param: str = "",
        is_cacheable: bool = False,
    ) -> None:
        self.perform = perform
        self.eras = eras
        self.capability = capability
        self.name_param = name_param
        self.is_cacheable = is_cacheable


METHODS = {
    "initialize": Method(offer.initialize, (LEGACY,)),
    "ping": Method(offer.ping, (LEGACY,)),
    "logging/setLevel": Method(offer.set_level, (LEGACY,), capability="logging"),
    "server/discover": Method(offer.discover, (MODERN,), is_cacheable=True),
    "tools/list": Method(
        toolset.list_tools, (LEGACY, MODERN), capability="tools", is_cacheable=True
    ),
    "tools/call": Method(
        toolset.call_tool, (LEGACY, MODERN), capability="tools", name_param="name"
    ),
}
