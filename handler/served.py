"""What one invocation is answered with: an MCP server, or a handler function."""

from firstbyte.handler.errors import ServerNotFound
from firstbyte.handler.front_door import parse_event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from firstbyte.handler.invocation import Invocation
    from firstbyte.handler.response_stream import ResponseStream
    from firstbyte.handler.watch import Watch
    from firstbyte.transport.codec import Codec
    from firstbyte.transport.endpoint import Endpoint
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.policy import Policy
    from firstbyte.transport.result import Prepared

    class Served(Protocol):
        """Answers invocations, one at a time."""

        def serve(self, invocation: Invocation, stream: ResponseStream, watch: Watch) -> None:
            """Answer `invocation` on `stream`, to its end, or raise what is our fault."""


def serve_target(
    target: object,
    name: str,
    policy: "Policy",
    codec: "Codec",
    memory: "Memory",
    prepared: "Prepared | None" = None,
) -> "Served":
    """Find out what `target` is and how it is served.

    A server is what lists and finds tools; anything else has to be callable. Some of a server's
    results may be `prepared`.

    Raises:
        ServerNotFound: it is neither.
    """
    if is_server(target):
        from firstbyte.transport.endpoint import Endpoint

        service: Any = target  # known by its shape
        endpoint = Endpoint(service, policy, codec, memory, prepared)
        return McpServer(endpoint, codec)
    if not callable(target):
        raise ServerNotFound(f"{name} is neither a Server nor a function")
    # Imported here: no server needs it.
    from firstbyte.handler.function import serve_function

    return serve_function(target)


def is_server(target: object) -> bool:
    """Tell a server from a function: it finds tools."""
    return callable(getattr(target, "find_tool", None))


class McpServer:
    """An MCP endpoint behind the front door."""

    __slots__ = ("_codec", "_endpoint")

    def __init__(self, endpoint: "Endpoint", codec: "Codec") -> None:
        self._endpoint = endpoint
        self._codec = codec

    def serve(self, invocation: "Invocation", stream: "ResponseStream", watch: "Watch") -> None:
        """Read the event as an HTTP request and let the transport answer it."""
        self._endpoint.answer(parse_event(self._codec.decode(invocation.body)), stream, watch)
