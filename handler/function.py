"""Serve a handler function: streamed if it is marked so, else as the stock client does."""

from firstbyte.handler.failure import Failure
from firstbyte.handler.response_stream import is_streamed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from awslambdaric.lambda_context import LambdaContext

    from firstbyte.handler.invocation import Invocation
    from firstbyte.handler.response_stream import ResponseStream
    from firstbyte.handler.watch import Watch


def serve_function(function: "Callable[..., object]") -> "StreamedFunction | BufferedFunction":
    """Make what answers invocations by calling `function`."""
    return StreamedFunction(function) if is_streamed(function) else BufferedFunction(function)


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
