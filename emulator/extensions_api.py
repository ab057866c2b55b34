"""Answer the calls of extensions: register, wait for events, report an error.

Sources: AWS Lambda developer guide, "Using the Lambda Extensions API"; the refusals of
aws-lambda-runtime-interface-emulator, internal/lambda/rapi/handler/agent*.go.
"""

import asyncio
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

from firstbyte.emulator.connection import BodyTooLarge, Connection, Request
from firstbyte.emulator.failure import Failure, platform_failure
from firstbyte.emulator.function import VERSION, Function
from firstbyte.emulator.invocation import Invocation
from firstbyte.emulator.mailbox import Mailbox

PREFIX: Final = "/2020-01-01/extension/"

_MAX_BODY_BYTES: Final = 64 * 1024


class Extension:
    """One registered extension and what it asked to be told."""

    def __init__(self, name: str, events: frozenset[str]) -> None:
        self.name = name
        self.events = events
        self.mailbox: Mailbox[dict[str, object]] = Mailbox()


class ExtensionsApi:
    """The Extensions API of one environment.

    The programs started beside the runtime are known by their base names; `fail` is told of an
    error that an extension reports.
    """

    def __init__(self, function: Function, fail: Callable[[Failure], None]) -> None:
        self._function = function
        self._fail = fail
        self._launched = frozenset(Path(program).name for program in function.extensions)
        self._extensions: dict[str, Extension] = {}
        self._all_registered = asyncio.Event()
        self._note_registrations()

    @property
    def is_empty(self) -> bool:
        """True while no extension has registered."""
        return not self._extensions

    async def registered(self) -> None:
        """Wait until every launched program has registered."""
        await self._all_registered.wait()

    async def settled(self) -> None:
        """Wait until every registered extension waits for an event."""
        for extension in list(self._extensions.values()):
            await extension.mailbox.is_awaited.wait()

    def announce(self, invocation: Invocation) -> None:
        """Tell those who asked for INVOKE."""
        self._post(
            "INVOKE",
            {
                "eventType": "INVOKE",
                "deadlineMs": invocation.deadline_ms,
                "requestId": invocation.request_id,
                "invokedFunctionArn": self._function.arn,
                "tracing": {"type": "X-Amzn-Trace-Id", "value": invocation.trace_id},
            },
        )

    def shut_down(self, reason: str, deadline_ms: int) -> frozenset[str]:
        """Tell those who asked for SHUTDOWN and return their names."""
        event = {"eventType": "SHUTDOWN", "deadlineMs": deadline_ms, "shutdownReason": reason}
        return self._post("SHUTDOWN", event)

    async def answer(self, request: Request, connection: Connection) -> None:
        """Answer one request, or leave it unanswered if its client has gone.

        Raises:
            TruncatedBody: the client broke off inside its request.
        """
        call = (request.method, request.path.removeprefix(PREFIX))
        if call == ("POST", "register"):
            return await self._register(request, connection)
        identifier = request.headers.get("lambda-extension-identifier", "")
        extension = self._extensions.get(identifier)
        if not identifier:
            message = "Missing Lambda-Extension-Identifier header"
            return await _refuse(connection, "Extension.MissingExtensionIdentifier", message)
        if extension is None:
            message = f"Unknown extension {identifier}"
            return await _refuse(connection, "Extension.UnknownExtensionIdentifier", message)
        if call == ("GET", "event/next"):
            return await self._next(extension, connection)
        if call in (("POST", "init/error"), ("POST", "exit/error")):
            return await self._error(extension, request, connection)
        return await connection.respond(404, b"")

    async def _register(self, request: Request, connection: Connection) -> None:
        name = request.headers.get("lambda-extension-name", "")
        if not name:
            return await _refuse(
                connection, "Extension.InvalidExtensionName", "Empty extension name"
            )
        if any(extension.name == name for extension in self._extensions.values()):
            message = "Extension with this name already registered"
            return await _refuse(connection, "Extension.InvalidExtensionState", message)
        try:
            events = frozenset(json.loads(await connection.body(_MAX_BODY_BYTES))["events"])
        except (BodyTooLarge, ValueError, TypeError, KeyError, RecursionError) as error:
            return await _refuse(connection, "InvalidRequestFormat", repr(error))
        # The runtime's own process may register too, but it is gone before SHUTDOWN is told.
        allowed = {"INVOKE", "SHUTDOWN"} if name in self._launched else {"INVOKE"}
        if not events <= allowed:
            message = f"{sorted(events - allowed, key=str)}: ErrorInvalidEventType"
            return await _refuse(connection, "Extension.InvalidEventType", message)
        identifier = str(uuid.uuid4())
        self._extensions[identifier] = Extension(name, events)
        self._note_registrations()
        registration = {
            "functionName": self._function.name,
            "functionVersion": VERSION,
            "handler": self._function.handler,
        }
        return await connection.respond(
            200,
            json.dumps(registration).encode(),
            {"lambda-extension-identifier": identifier},
        )

    async def _next(self, extension: Extension, connection: Connection) -> None:
        event = await extension.mailbox.collect(connection)
        if event is not None:
            headers = {"lambda-extension-event-identifier": str(uuid.uuid4())}
            await connection.respond(200, json.dumps(event).encode(), headers)

    async def _error(
        self, extension: Extension, request: Request, connection: Connection
    ) -> None:
        told = request.headers.get("lambda-extension-function-error-type", "")
        if not told:
            message = "Lambda-Extension-Function-Error-Type not found"
            return await _refuse(connection, "Extension.MissingHeader", message)
        kind = "Extension.InitError" if "init" in request.path else "Extension.ExitError"
        await connection.respond_json(202, {"status": "OK"})
        return self._fail(platform_failure(kind, f"{extension.name}: {told}"))

    def _post(self, kind: str, event: dict[str, object]) -> frozenset[str]:
        told = [
            extension for extension in self._extensions.values() if kind in extension.events
        ]
        for extension in told:
            extension.mailbox.post(event)
        return frozenset(extension.name for extension in told)

    def _note_registrations(self) -> None:
        if self._launched <= {extension.name for extension in self._extensions.values()}:
            self._all_registered.set()


async def _refuse(connection: Connection, kind: str, message: str) -> None:
    await connection.respond_json(403, {"errorMessage": message, "errorType": kind})
