"""What one invocation is answered with: an MCP server, or a handler function."""

from firstbyte.handler.errors import ServerNotFound
from firstbyte.handler.front_door import is_function_url, parse_event
from firstbyte.handler.settings import AUTO, BUFFERED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from firstbyte.handler.invocation import Invocation
    from firstbyte.handler.response_stream import ResponseStream
    from firstbyte.handler.side_door import SideDoor
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
    invoke_mode: str = AUTO,
) -> "Served":
    """Find out what `target` is and how it is served.

    A server is what lists and finds tools; anything else has to be callable. Some of a server's
    results may be `prepared`. `invoke_mode` is one of the settings'.

    Raises:
        ServerNotFound: it is neither.
    """
    if is_server(target):
        from firstbyte.transport.endpoint import Endpoint

        service: Any = target  # known by its shape
        endpoint = Endpoint(service, policy, codec, memory, prepared)

        def open_side_door() -> "SideDoor":
            # Imported here: a Function URL's events need none of it.
            from firstbyte.handler.side_door import SideDoor

            arguments = (endpoint, service, policy, codec, memory, prepared, invoke_mode)
            return SideDoor(*arguments)

        return McpServer(endpoint, codec, open_side_door, streams_urls=invoke_mode != BUFFERED)
    if not callable(target):
        raise ServerNotFound(f"{name} is neither a Server nor a function")
    # Imported here: no server needs it.
    from firstbyte.handler.function import serve_function

    return serve_function(target)


def is_server(target: object) -> bool:
    """Tell a server from a function: it finds tools."""
    return callable(getattr(target, "find_tool", None))


class McpServer:
    """An MCP endpoint behind its front doors, of which a Function URL is the nearest."""

    __slots__ = ("_codec", "_endpoint", "_open_side_door", "_side_door", "_streams_urls")

    def __init__(
        self,
        endpoint: "Endpoint",
        codec: "Codec",
        open_side_door: "Callable[[], SideDoor]",
        *,
        streams_urls: bool,
    ) -> None:
        self._endpoint = endpoint
        self._codec = codec
        self._open_side_door = open_side_door
        self._side_door: SideDoor | None = None
        self._streams_urls = streams_urls

    def serve(self, invocation: "Invocation", stream: "ResponseStream", watch: "Watch") -> None:
        """Read the event as an HTTP request and let the transport answer it."""
        event = self._codec.decode(invocation.body)
        if self._streams_urls and is_function_url(event):
            self._endpoint.answer(parse_event(event), stream, watch)
            return
        if self._side_door is None:
            self._side_door = self._open_side_door()
        self._side_door.serve(event, invocation, stream, watch)
