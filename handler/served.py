"""What one invocation is answered with: an MCP server, a streamed handler, a buffered one."""

from firstbyte.handler.errors import ServerNotFound
from firstbyte.handler.front_door import parse_event
from firstbyte.handler.response_stream import is_streamed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from awslambdaric.lambda_context import LambdaContext

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
    return StreamedFunction(target) if is_streamed(target) else BufferedFunction(target)


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


class StreamedFunction:
    """A handler marked by `streamify_response`."""

    __slots__ = ("_function",)

    def __init__(self, function: "Callable[..., object]") -> None:
        self._function = function

    def serve(self, invocation: "Invocation", stream: "ResponseStream", watch: "Watch") -> None:
        """Call it with `(event, response_stream, context)` and end the stream if it did not."""
        event, context = _arguments(invocation)
        watch.watch(_Raw(stream, invocation.request_id))
        try:
            watch.enter_tool()
            result = self._function(event, stream, context)
            if hasattr(result, "__await__"):
                import asyncio

                asyncio.run(_awaited(result))
            stream.close()
        finally:
            watch.unwatch()


class BufferedFunction:
    """Any other handler, called and answered as the stock client does."""

    __slots__ = ("_function",)

    def __init__(self, function: "Callable[..., object]") -> None:
        self._function = function

    def serve(self, invocation: "Invocation", stream: "ResponseStream", watch: "Watch") -> None:
        """Call it with `(event, context)` and post what it returns."""
        from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller

        event, context = _arguments(invocation)
        watch.enter_tool()
        value = self._function(event, context)
        payload, content_type = LambdaMarshaller().marshal_response(value)
        body = payload if isinstance(payload, bytes) else payload.encode()
        stream.post(body, content_type)


class _Raw:
    """A handler's stream, watched: no keep-alive fits octets we do not know."""

    __slots__ = ("_request_id", "_stream")

    def __init__(self, stream: "ResponseStream", request_id: str) -> None:
        self._stream = stream
        self._request_id = request_id

    @property
    def is_writing(self) -> bool:
        return self._stream.is_writing

    def keep_alive(self) -> None:
        """Do nothing."""

    def expire(self, wait_s: float) -> bool:
        from firstbyte.handler.failure import Failure

        result = {
            "errorMessage": "the handler did not return before the function's deadline",
            "errorType": "Function.DeadlineExceeded",
            "requestId": self._request_id,
            "stackTrace": [],
        }
        return self._stream.fail(Failure("Function.DeadlineExceeded", result), wait_s)


def _arguments(invocation: "Invocation") -> "tuple[object, LambdaContext]":
    """Make the event and the context as awslambdaric does."""
    from awslambdaric.bootstrap import create_lambda_context
    from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller

    context = create_lambda_context(
        invocation.client_context,
        invocation.cognito_identity,
        invocation.deadline_ms,
        invocation.request_id,
        invocation.function_arn,
        invocation.tenant_id or None,
    )
    return LambdaMarshaller().unmarshal_request(
        invocation.body, invocation.content_type
    ), context


async def _awaited(result: object) -> object:
    return await result  # type: ignore[misc] # the caller saw its __await__
