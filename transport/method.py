"""The methods a client may call: in which era, behind which capability, performed by what.

Source: the schemas of all released revisions of the specification, `ClientRequest`.
"""

from firstbyte.transport.offer import capabilities_of
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
    from firstbyte.transport.message import Call
    from firstbyte.transport.meta import Wishes
    from firstbyte.transport.result import Prepared
    from firstbyte.transport.revision import Revision
    from firstbyte.transport.service import Service
    from firstbyte.transport.session import Session


class Exchange:
    """One admitted call with all that answering it takes.

    `session` is the legacy client's, None where there is none. `capabilities` are those the
    client declared, in the request or for its session. `headers` have lowercase names. Of
    a session's call `begun_s` says when the session was looked up, in seconds since 1970; one
    that `has_waited` is not the first of its batch.
    """

    __slots__ = (
        "answer",
        "begun_s",
        "call_id",
        "capabilities",
        "codec",
        "has_waited",
        "headers",
        "invocation",
        "memory",
        "method",
        "params",
        "prepared",
        "principal",
        "revision",
        "service",
        "session",
        "wishes",
    )

    def __init__(
        self,
        call: "Call",
        headers: "Mapping[str, str]",
        principal: str,
        revision: "Revision",
        capabilities: "Mapping[str, Any]",
        session: "Session | None",
        wishes: "Wishes",
        service: "Service",
        codec: "Codec",
        memory: "Memory",
        prepared: "Prepared",
        answer: "Answer",
        invocation: "Invocation",
        begun_s: float,
        *,
        has_waited: bool,
    ) -> None:
        self.call_id = call.id
        self.method = call.method
        self.params = call.params
        self.headers = headers
        self.principal = principal
        self.revision = revision
        self.capabilities = capabilities
        self.session = session
        self.wishes = wishes
        self.service = service
        self.codec = codec
        self.memory = memory
        self.prepared = prepared
        self.answer = answer
        self.invocation = invocation
        self.begun_s = begun_s
        self.has_waited = has_waited


ANY_CHANGE = "any change"
"""Stands for the capability to announce something: that a list changed, or one resource."""


class Method:
    """One row of the table.

    `performer` is the module and the function that answer it, imported by the first call: what
    is rare costs the others nothing. `capability` is empty for what every server has to answer,
    else the path to a member of the capabilities. `name_param` is the parameter a modern client
    repeats in the `Mcp-Name` header, empty if there is none. A result that `is_cacheable` tells
    a modern client for how long. A method that `is_watched` may run code of the server's
    authors, or wait: it is kept alive meanwhile, and ended before the deadline. One that
    `is_streamed` is for clients that take events, and no others. One that `is_prepared` has a
    result that is the same for all who speak a revision.
    """

    __slots__ = (
        "capability",
        "eras",
        "is_cacheable",
        "is_prepared",
        "is_streamed",
        "is_watched",
        "name_param",
        "performer",
    )

    def __init__(
        self,
        performer: "tuple[str, str]",
        *eras: str,
        capability: str = "",
        name_param: str = "",
        is_cacheable: bool = False,
        is_watched: bool = False,
        is_streamed: bool = False,
        is_prepared: bool = False,
    ) -> None:
        self.performer = performer
        self.eras = eras
        self.capability = capability
        self.name_param = name_param
        self.is_cacheable = is_cacheable
        self.is_watched = is_watched
        self.is_streamed = is_streamed
        self.is_prepared = is_prepared

    def is_served(self, service: "Service", era: str, memory: "Memory") -> bool:
        """Tell whether the method exists for a client of `era`."""
        if era not in self.eras:
            return False
        found: Any = capabilities_of(service, era, memory)
        if self.capability == ANY_CHANGE:
            return any(found.values())
        for name in self.capability.split(".") if self.capability else ():
            if name not in found:
                return False
            found = found[name]
        return True

    def perform(self, exchange: Exchange) -> "dict[str, Any] | bytes | Fault":
        """Answer one call with its result, encoded if it is prepared, or its fault.

        Raises:
            CallEnded: there is another answer, or none.
            CallFailed: a function of the authors raised.
        """
        module, function = self.performer
        found = __import__(f"{__package__}.{module}", fromlist=[function])
        perform: Callable[[Exchange], dict[str, Any] | bytes | Fault] = getattr(found, function)
        return perform(exchange)


def _list(function: str, capability: str) -> Method:
    return Method(
        ("listing", function),
        LEGACY,
        MODERN,
        capability=capability,
        is_cacheable=True,
        is_watched=True,
        is_prepared=True,
    )


METHODS = {
    "initialize": Method(("offer", "initialize"), LEGACY, is_prepared=True),
    "ping": Method(("offer", "ping"), LEGACY),
    "server/discover": Method(
        ("offer", "discover"), MODERN, is_cacheable=True, is_prepared=True
    ),
    "tools/list": _list("list_tools", "tools"),
    "tools/call": Method(
        ("tool_call", "call_tool"),
        LEGACY,
        MODERN,
        capability="tools",
        name_param="name",
        is_watched=True,
    ),
    "resources/list": _list("list_resources", "resources"),
    "resources/templates/list": _list("list_templates", "resources"),
    "resources/read": Method(
        ("reading", "read_resource"),
        LEGACY,
        MODERN,
        capability="resources",
        name_param="uri",
        is_cacheable=True,
        is_watched=True,
    ),
    "prompts/list": _list("list_prompts", "prompts"),
    "prompts/get": Method(
        ("prompting", "get_prompt"),
        LEGACY,
        MODERN,
        capability="prompts",
        name_param="name",
        is_watched=True,
    ),
    "completion/complete": Method(
        ("completing", "complete"), LEGACY, MODERN, capability="completions", is_watched=True
    ),
    "logging/setLevel": Method(("preference", "set_level"), LEGACY, capability="logging"),
    "resources/subscribe": Method(
        ("preference", "subscribe"), LEGACY, capability="resources.subscribe", is_watched=True
    ),
    "resources/unsubscribe": Method(
        ("preference", "unsubscribe"), LEGACY, capability="resources.subscribe"
    ),
    "subscriptions/listen": Method(
        ("listening", "listen"),
        MODERN,
        capability=ANY_CHANGE,
        is_watched=True,
        is_streamed=True,
    ),
}
