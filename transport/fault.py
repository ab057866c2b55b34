"""A JSON-RPC error: its code, the HTTP status that goes with it, its sentence.

Sources: JSON-RPC 2.0 section 5.1; MCP 2026-07-28, "Base protocol" and "Transports".
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

HTTP_STATUS = {
    PARSE_ERROR: 400,
    INVALID_REQUEST: 400,
    METHOD_NOT_FOUND: 404,
    INVALID_PARAMS: 400,
    HEADER_MISMATCH: 400,
    UNSUPPORTED_VERSION: 400,
}
"""Status of a request that admission refuses. Once admitted, its errors travel with 200: a
client still wondering which era it talks to would take 400 and -32602 for a legacy server's."""


class Fault:
    """Why there is no result. `message` is read by strangers: the fact and the bound."""

    __slots__ = ("code", "data", "message")

    def __init__(self, code: int, message: str, data: "dict[str, Any] | None" = None) -> None:
        self.code = code
        self.message = message
        self.data = data
