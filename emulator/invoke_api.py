"""The invoke API, as an SDK's Lambda client speaks it: buffered, streamed, in the background.

    POST /2015-03-31/functions/{name}/invocations                      result out
    POST /2021-11-15/functions/{name}/response-streaming-invocations   event stream out

Signatures are not checked. An invocation in the background is not tried again when it fails.

Source: AWS Lambda API reference, Invoke and InvokeWithResponseStream.
"""

import base64
import json
from collections.abc import AsyncIterator
from typing import Final

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from firstbyte.emulator.body import RequestTooLarge, read_body
from firstbyte.emulator.eventstream import CONTENT_TYPE, encode_event
from firstbyte.emulator.function import VERSION, Function
from firstbyte.emulator.invocation import Invocation, make_request_id, make_trace_id
from firstbyte.emulator.pool import Pool, TooManyRequests
from firstbyte.emulator.refusal import INVALID_CONTEXT, NOT_FOUND, THROTTLED, TOO_LARGE, Refusal
from firstbyte.emulator.request_log import INVOCATION

_EXECUTED_VERSION: Final = {"x-amz-executed-version": VERSION}


class InvokeApi:
    """The routes of the API for one function."""

    def __init__(self, function: Function, pool: Pool) -> None:
        self._function = function
        self._pool = pool

    def routes(self) -> list[Route]:
        """Name the paths and who serves them."""
        return [
            Route("/2015-03-31/functions/{name}/invocations", self._invoke, methods=["POST"]),
            Route(
                "/2021-11-15/functions/{name}/response-streaming-invocations",
                self._stream,
                methods=["POST"],
            ),
        ]

    async def _invoke(self, request: Request) -> Response:
        kind = request.headers.get("x-amz-invocation-type", "RequestResponse")
        if kind == "DryRun":
            return Response(status_code=204)
        invocation = await self._submit(request, is_background=kind == "Event")
        if isinstance(invocation, Refusal):
            return _refused(invocation)
        if kind == "Event":
            return Response(status_code=202, background=BackgroundTask(invocation.collect))
        result = await invocation.collect()
        headers = dict(_EXECUTED_VERSION)
        if failure := invocation.failure:
            headers["x-amz-function-error"] = "Unhandled"
            result = failure.body
        if request.headers.get("x-amz-log-type") == "Tail":
            await invocation.settled.wait()
            headers["x-amz-log-result"] = base64.b64encode(invocation.log_tail).decode()
        return Response(result, headers=headers, media_type="application/json")

    async def _stream(self, request: Request) -> Response:
        invocation = await self._submit(request, is_background=False)
        if isinstance(invocation, Refusal):
            return _refused(invocation)
        return StreamingResponse(
            _events(invocation),
            headers=_EXECUTED_VERSION,
            media_type=CONTENT_TYPE,
            # What a client that went away has left of the response.
            background=BackgroundTask(invocation.collect),
        )

    async def _submit(self, request: Request, *, is_background: bool) -> Invocation | Refusal:
        # A name, a name with a qualifier, or an ARN, which has both between colons.
        if self._function.name not in request.path_params["name"].split(":"):
            return NOT_FOUND
        try:
            invocation = Invocation(
                await read_body(request) or b"{}",
                request_id=make_request_id(),
                trace_id=request.headers.get("x-amzn-trace-id") or make_trace_id(),
                client_context=_parse_context(request.headers.get("x-amz-client-context", "")),
            )
            await self._pool.submit(invocation, may_queue=is_background)
        except RequestTooLarge:
            return TOO_LARGE
        except TooManyRequests:
            return THROTTLED
        except (ValueError, RecursionError):
            return INVALID_CONTEXT
        request.scope[INVOCATION] = invocation
        return invocation


async def _events(invocation: Invocation) -> AsyncIterator[bytes]:
    async for octets in invocation.octets():
        yield encode_event("PayloadChunk", "application/octet-stream", octets)
    outcome = {}
    if failure := invocation.failure:
        outcome = {
            "ErrorCode": failure.kind,
            "ErrorDetails": failure.body.decode(errors="replace"),
        }
    yield encode_event("InvokeComplete", "application/json", json.dumps(outcome).encode())


def _parse_context(header: str) -> str:
    # As JSON of one line and in ASCII, since it travels on in a header.
    return json.dumps(json.loads(base64.b64decode(header))) if header else ""


def _refused(refusal: Refusal) -> Response:
    return Response(refusal.body, refusal.status, refusal.headers())
