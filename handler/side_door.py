"""Answer what comes through any front door but a Function URL that streams, as it takes it.

    Function URL        as FIRSTBYTE_INVOKE_MODE says; auto: streamed
    REST API            as FIRSTBYTE_INVOKE_MODE says; auto: in one piece
    HTTP API            in one piece, within 30 s
    load balancer       in one piece, of 1 MB at most
    direct invocation   a JSON-RPC message is its event, and the answer its result; as
                        FIRSTBYTE_INVOKE_MODE says; auto: in one piece

Which of its two modes a door is in, no event tells. An HTTP event that somebody invokes the
function with is taken for the door's that it looks like.
"""

from firstbyte.handler.errors import MalformedEvent
from firstbyte.handler.front_door import is_function_url, parse_event
from firstbyte.handler.gateway import deadline_of, parse_http_api, parse_proxy
from firstbyte.handler.settings import STREAM
from firstbyte.handler.whole_response import WholeResponse, bare_form, http_form, several_form
from firstbyte.transport import header
from firstbyte.transport.endpoint import Endpoint
from firstbyte.transport.memory import Memory
from firstbyte.transport.meta import names_version
from firstbyte.transport.policy import Policy
from firstbyte.transport.request import STREAM as STREAMED
from firstbyte.transport.request import Door, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.handler.invocation import Invocation
    from firstbyte.handler.response_stream import ResponseStream
    from firstbyte.handler.watch import Watch
    from firstbyte.transport.codec import Codec
    from firstbyte.transport.result import Prepared
    from firstbyte.transport.service import Service
    from firstbyte.transport.sink import Sink

_HEADERS_BYTES = 32_768
"""Left for all that is not body."""
_RESULT_BYTES = 6 * 1024 * 1024
"""Of a function that does not stream; API Gateway's own bound, 10 MB, is beyond it."""
_WHOLE = Door(_RESULT_BYTES - _HEADERS_BYTES, is_live=False)
_BALANCED = Door(1_000_000 - _HEADERS_BYTES, is_live=False)
_DIRECT = Door(_RESULT_BYTES, is_live=False, has_headers=False)
_DIRECT_STREAM = Door(STREAMED.max_bytes, is_live=True, has_headers=False)
_DIRECT_PATH = "/"


class SideDoor:
    """All front doors but one, for one server."""

    __slots__ = ("_codec", "_endpoint", "_legacy", "_mode", "_modern")

    def __init__(
        self,
        endpoint: Endpoint,
        service: "Service",
        policy: Policy,
        codec: "Codec",
        memory: Memory,
        prepared: "Prepared | None",
        mode: str,
    ) -> None:
        self._endpoint = endpoint
        self._codec = codec
        self._mode = mode
        # Who invokes the function directly sends no headers: no Host, no Origin, no session.
        direct = Policy(_DIRECT_PATH, (), (), policy.max_body_bytes)
        self._modern = Endpoint(service, direct, codec, memory, prepared)
        self._legacy = Endpoint(service, direct, codec, Memory(memory.clock), prepared)

    def serve(
        self, event: "Any", invocation: "Invocation", stream: "ResponseStream", watch: "Watch"
    ) -> None:
        """Find out which door it is, and answer.

        Raises:
            MalformedEvent: it is none.
        """
        if _is_message(event):
            self._serve_message(event, invocation, stream, watch)
            return
        context = event.get("requestContext") if isinstance(event, dict) else None
        if not isinstance(context, dict):
            raise MalformedEvent(
                "no front door sends this event: it has no requestContext, and is no JSON-RPC "
                "message"
            )
        form = http_form
        if is_function_url(event):
            request = parse_event(event, _WHOLE)
        elif "http" in context:
            request = parse_http_api(event, _WHOLE)
            watch.end_before(deadline_of(event))
        elif "elb" in context:
            request = parse_proxy(event, _BALANCED)
            form = several_form if event.get("multiValueHeaders") else http_form
        elif "version" in event:
            request = parse_proxy(event, _WHOLE)
            watch.end_before(deadline_of(event))
        elif self._mode == STREAM:
            self._endpoint.answer(parse_proxy(event, STREAMED), stream, watch)
            return
        else:
            request = parse_proxy(event, _WHOLE)
        self._endpoint.answer(request, WholeResponse(stream, self._codec, form), watch)

    def _serve_message(
        self, event: "Any", invocation: "Invocation", stream: "ResponseStream", watch: "Watch"
    ) -> None:
        """Answer a JSON-RPC message, or several, that the function was invoked with."""
        sink: Sink = stream
        door, accept = _DIRECT_STREAM, f"{header.JSON}, {header.SSE}"
        if self._mode != STREAM:
            sink = WholeResponse(stream, self._codec, bare_form)
            door, accept = _DIRECT, header.JSON
        headers = {header.CONTENT_TYPE: header.JSON, header.ACCEPT: accept}
        request = Request("POST", _DIRECT_PATH, headers, invocation.body, door=door)
        params = event.get("params") if isinstance(event, dict) else None
        is_modern = isinstance(params, dict) and names_version(params)
        (self._modern if is_modern else self._legacy).answer(request, sink, watch)


def _is_message(event: "Any") -> bool:
    """Tell a JSON-RPC message, or an array, from an HTTP event."""
    return isinstance(event, list) or (isinstance(event, dict) and "jsonrpc" in event)
