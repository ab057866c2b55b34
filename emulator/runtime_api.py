"""Answer a runtime's calls: the next invocation, its response or error, a failed init.

    Started --next--> Ready --(invocation)--> Running --response--> InvocationResponse --+
                        ^                             --error--> InvocationErrorResponse --+
                        |                                                                |
                        +--next-- RuntimeResponseSentState <-----(body read to its end)--+

Any other call is refused with 403. A response that breaks off leaves the runtime where it is:
like the platform's, every later call of its is refused.

Sources: AWS Lambda developer guide, "Using the Lambda runtime API"; the states and refusals of
aws-lambda-runtime-interface-emulator, internal/lambda/core/states.go and rapi/handler.
"""

import base64
import json
import re
from asyncio import Event, get_running_loop, sleep
from collections.abc import Callable
from enum import Enum
from typing import Final

from firstbyte.emulator.bandwidth import TokenBucket
from firstbyte.emulator.connection import BodyTooLarge, Connection, Request, TruncatedBody
from firstbyte.emulator.failure import Failure, platform_failure
from firstbyte.emulator.invocation import Invocation
from firstbyte.emulator.mailbox import Mailbox

MAX_BUFFERED_BYTES: Final = 6 * 1024 * 1024 + 100
MAX_STREAMED_BYTES: Final = 200 * 1024 * 1024

_PREFIX: Final = "/2018-06-01/runtime/"
_ANSWER: Final = re.compile(r"/2018-06-01/runtime/invocation/([^/]+)/(response|error)")
_ERROR_TYPE: Final = re.compile(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")
_MODE_HEADER: Final = "lambda-runtime-function-response-mode"
_TYPE_HEADER: Final = "lambda-runtime-function-error-type"
_BODY_TRAILER: Final = "lambda-runtime-function-error-body"


class Phase(Enum):
    """Where a runtime stands, under the names its refusals carry."""

    STARTED = "Started"
    INIT_ERROR = "InitError"
    READY = "Ready"
    RUNNING = "Running"
    RESPONDING = "InvocationResponse"
    ERROR_RESPONDING = "InvocationErrorResponse"
    RESPONSE_SENT = "RuntimeResponseSentState"


class RuntimeApi:
    """The Runtime API of one environment.

    `fail` is told of an error that the runtime reports of its init.
    """

    def __init__(
        self, function_arn: str, fail: Callable[[Failure], None], *, limits_bandwidth: bool
    ) -> None:
        self.phase = Phase.STARTED
        self._function_arn = function_arn
        self._fail = fail
        self._limits_bandwidth = limits_bandwidth
        self._mailbox: Mailbox[Invocation] = Mailbox()
        self._invocation: Invocation | None = None
        self._carrier: Connection | None = None

    @property
    def is_awaited(self) -> Event:
        """Set while the runtime has nothing to do."""
        return self._mailbox.is_awaited

    def deliver(self, invocation: Invocation) -> None:
        """Give the runtime its next invocation."""
        self._invocation = invocation
        self._carrier = None
        self.phase = Phase.RUNNING
        self._mailbox.post(invocation)

    async def is_unheard(self) -> bool:
        """Tell whether the runtime, which has ended, had not read its invocation by then.

        Returns once the connection that carried it is closed.
        """
        if self._carrier is None:
            return self.phase is Phase.RUNNING
        await self._carrier.closed.wait()
        return self.phase is Phase.RUNNING and self._carrier.was_reset

    async def answer(self, request: Request, connection: Connection) -> None:
        """Answer one request, or leave it unanswered if its client has gone.

        Raises:
            TruncatedBody: the client broke off inside its request.
        """
        call = (request.method, request.path)
        if call == ("GET", _PREFIX + "invocation/next"):
            await self._next(connection)
        elif call == ("POST", _PREFIX + "init/error"):
            await self._init_error(request, connection)
        elif request.method == "POST" and (found := _ANSWER.fullmatch(request.path)):
            request_id, verb = found.groups()
            if self._invocation is None or self._invocation.request_id != request_id:
                await _refuse(connection, 400, "InvalidRequestID", "Invalid request ID")
            elif verb == "response":
                await self._response(self._invocation, request, connection)
            else:
                await self._error(self._invocation, request, connection)
        else:
            await connection.respond(404, b"")

    async def _next(self, connection: Connection) -> None:
        if self.phase is Phase.RUNNING and self._invocation:
            # A runtime that lost its place, as one that replaced itself, is told again.
            invocation: Invocation | None = self._invocation
        elif self.phase in (Phase.STARTED, Phase.READY, Phase.RESPONSE_SENT):
            self.phase = Phase.READY
            invocation = await self._mailbox.collect(connection)
        else:
            return await self._refuse_transition(connection, Phase.READY)
        if invocation is not None:
            self._carrier = connection
            await connection.respond(200, invocation.payload, self._headers(invocation))
        return None

    def _headers(self, invocation: Invocation) -> dict[str, str]:
        headers = {
            "lambda-runtime-aws-request-id": invocation.request_id,
            "lambda-runtime-deadline-ms": str(invocation.deadline_ms),
            "lambda-runtime-invoked-function-arn": self._function_arn,
            "lambda-runtime-trace-id": invocation.trace_id,
        }
        if invocation.client_context:
            headers["lambda-runtime-client-context"] = invocation.client_context
        return headers

    async def _response(
        self, invocation: Invocation, request: Request, connection: Connection
    ) -> None:
        if self.phase is not Phase.RUNNING:
            return await self._refuse_transition(connection, Phase.RESPONDING)
        self.phase = Phase.RESPONDING
        mode = request.headers.get(_MODE_HEADER, "")
        content_type = request.headers.get("content-type", "")
        try:
            if mode == "streaming":
                limit_bytes = MAX_STREAMED_BYTES
                invocation.open(content_type, is_streamed=True)
                is_whole = await self._stream(invocation, connection)
            elif mode == "":
                limit_bytes = MAX_BUFFERED_BYTES
                is_whole = await self._buffer(invocation, content_type, connection)
            else:
                message = f"{mode} is no response mode"
                invocation.end(platform_failure("Runtime.InvalidResponseModeHeader", message))
                return await _refuse(
                    connection,
                    400,
                    "InvalidFunctionResponseMode",
                    "Invalid function response mode",
                )
        except TruncatedBody:
            message = "The runtime closed the connection before the end of its response"
            invocation.end(platform_failure("Runtime.TruncatedResponse", message))
            raise
        self.phase = Phase.RESPONSE_SENT
        if is_whole:
            return await connection.respond_json(202, {"status": "OK"})
        return await _refuse(
            connection,
            413,
            "RequestEntityTooLarge",
            f"Exceeded maximum allowed payload size ({limit_bytes} bytes).",
        )

    async def _stream(self, invocation: Invocation, connection: Connection) -> bool:
        clock = get_running_loop().time
        bucket = TokenBucket(clock())
        size = 0
        async for octets in connection.octets():
            size += len(octets)
            if size > MAX_STREAMED_BYTES:
                invocation.end(_too_large(MAX_STREAMED_BYTES))
                return False
            if self._limits_bandwidth and (wait_s := bucket.take(len(octets), clock())):
                await sleep(wait_s)
            await invocation.write(octets)
        if kind := connection.trailers.get(_TYPE_HEADER):
            body = _decode_report(connection.trailers.get(_BODY_TRAILER, ""))
            invocation.end(Failure(kind, body, is_cut=False))
        else:
            invocation.end()
        return True

    async def _buffer(
        self, invocation: Invocation, content_type: str, connection: Connection
    ) -> bool:
        try:
            result = await connection.body(MAX_BUFFERED_BYTES)
        except BodyTooLarge:
            invocation.end(_too_large(MAX_BUFFERED_BYTES))
            return False
        invocation.open(content_type, is_streamed=False)
        await invocation.write(result)
        invocation.end()
        return True

    async def _error(
        self, invocation: Invocation, request: Request, connection: Connection
    ) -> None:
        if self.phase is not Phase.RUNNING:
            return await self._refuse_transition(connection, Phase.ERROR_RESPONDING)
        self.phase = Phase.ERROR_RESPONDING
        invocation.end(await _read_report(request, connection))
        self.phase = Phase.RESPONSE_SENT
        return await connection.respond_json(202, {"status": "OK"})

    async def _init_error(self, request: Request, connection: Connection) -> None:
        if self.phase is not Phase.STARTED:
            return await self._refuse_transition(connection, Phase.INIT_ERROR)
        self.phase = Phase.INIT_ERROR
        failure = await _read_report(request, connection)
        await connection.respond_json(202, {"status": "OK"})
        return self._fail(failure)

    async def _refuse_transition(self, connection: Connection, wanted: Phase) -> None:
        message = (
            f"State transition from {self.phase.value} to {wanted.value} failed for runtime. "
            "Error: State transition is not allowed"
        )
        await _refuse(connection, 403, "InvalidStateTransition", message)


async def _refuse(connection: Connection, status: int, kind: str, message: str) -> None:
    await connection.respond_json(status, {"errorMessage": message, "errorType": kind})


async def _read_report(request: Request, connection: Connection) -> Failure:
    try:
        body = await connection.body(MAX_BUFFERED_BYTES)
    except BodyTooLarge:
        return _too_large(MAX_BUFFERED_BYTES)
    kind = request.headers.get(_TYPE_HEADER, "")
    if not _ERROR_TYPE.search(kind):
        kind = "Function.Unknown" if kind.startswith("Function.") else "Runtime.Unknown"
    return Failure(kind, body)


def _decode_report(text: str) -> bytes:
    """Read the trailer's base64; what is none is kept as it came."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return json.dumps(text).encode()


def _too_large(limit_bytes: int) -> Failure:
    message = (
        f"Response payload size exceeded maximum allowed payload size ({limit_bytes} bytes)."
    )
    return platform_failure("Function.ResponseSizeTooLarge", message)
