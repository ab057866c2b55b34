"""Why a request has no result: a JSON-RPC error, and the HTTP refusal that carries it.

Sources: JSON-RPC 2.0 section 5.1; MCP 2026-07-28, "Base protocol" and "Transports".
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
RESOURCE_NOT_FOUND = -32002
"""Until 2025-11-25; forbidden from 2026-07-28 on."""
HEADER_MISMATCH = -32020
MISSING_CAPABILITY = -32021
UNSUPPORTED_VERSION = -32022

HTTP_STATUS = {
    PARSE_ERROR: 400,
    INVALID_REQUEST: 400,
    METHOD_NOT_FOUND: 404,
    INVALID_PARAMS: 400,
    HEADER_MISMATCH: 400,
    MISSING_CAPABILITY: 400,
    UNSUPPORTED_VERSION: 400,
}
"""Status of a request that admission refuses. Once admitted, its errors travel with 200: a
client still wondering which era it talks to would take 400 and -32602 for a legacy server's."""

BAD_REQUEST = frozenset((HEADER_MISMATCH, MISSING_CAPABILITY, UNSUPPORTED_VERSION))
"""What is 400 to a modern client also when it turns up later, as long as nothing was sent."""


_MAX_NAME_LENGTH = 128
"""In characters; what the specification allows a tool's name, so what is worth repeating."""


class Fault:
    """Why there is no result. `message` is read by strangers: the fact and the bound."""

    __slots__ = ("code", "data", "message")

    def __init__(self, code: int, message: str, data: "dict[str, Any] | None" = None) -> None:
        self.code = code
        self.message = message
        self.data = data


def unknown(kind: str, name: str) -> Fault:
    """Say that a client named something this server does not have."""
    return Fault(INVALID_PARAMS, f"unknown {kind}: {name[:_MAX_NAME_LENGTH]}")


class Rejection:
    """Status, error and further headers; `call_id` is None where it could not be read."""

    __slots__ = ("call_id", "fault", "headers", "status")

    def __init__(
        self,
        status: int,
        fault: Fault,
        call_id: "str | int | None" = None,
        headers: "Mapping[str, str] | None" = None,
    ) -> None:
        self.status = status
        self.fault = fault
        self.call_id = call_id
        self.headers = headers or {}


def store_failed(call_id: "str | int | None" = None) -> Rejection:
    """Refuse since the store failed: under an id as an error of the call's, else with 503."""
    fault = Fault(INTERNAL_ERROR, "the server's store does not answer")
    return Rejection(503 if call_id is None else 200, fault, call_id)


def reject(
    code: int,
    message: str,
    call_id: "str | int | None" = None,
    data: "dict[str, Any] | None" = None,
) -> Rejection:
    """Refuse with the status that belongs to `code`."""
    return Rejection(HTTP_STATUS[code], Fault(code, message, data), call_id)
