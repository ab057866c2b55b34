"""What a request wishes in `params._meta`: progress reports, log messages.

Sources: MCP 2026-07-28, "Base protocol", `_meta`; RFC 5424 section 6.2.1 (the severities).
"""

from firstbyte.transport.fault import INVALID_PARAMS, Fault
from firstbyte.transport.revision import MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.revision import Revision
    from firstbyte.transport.session import Record

_LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")

SEVERITY = {level: severity for severity, level in enumerate(_LEVELS)}
"""Log levels, by which messages to a client are filtered; higher is worse."""

SILENCE = len(_LEVELS)
"""A threshold no message reaches."""

META = "_meta"
PROTOCOL_VERSION = "io.modelcontextprotocol/protocolVersion"
CLIENT_INFO = "io.modelcontextprotocol/clientInfo"
CLIENT_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"
SERVER_INFO = "io.modelcontextprotocol/serverInfo"
_LOG_LEVEL = "io.modelcontextprotocol/logLevel"
_PROGRESS_TOKEN = "progressToken"  # noqa: S105  # names a progress report, opens nothing

_DEFAULT_LEVEL = "info"
"""Of a session whose client set none: "the server MAY decide which messages to send"."""


class Wishes:
    """What the client wants to hear before the result."""

    __slots__ = ("log_threshold", "progress_token")

    def __init__(self, progress_token: "str | int | None", log_threshold: int) -> None:
        self.progress_token = progress_token
        self.log_threshold = log_threshold


def parse_wishes(
    params: "dict[str, Any]", revision: "Revision", record: "Record | None"
) -> "Wishes | Fault":
    """Read the wishes of one request; without a token there is no progress to report.

    A legacy client wishes for log messages once and for all, in its session's `record`; where
    nothing is remembered it could not have them stopped, so it gets none.
    """
    meta = params.get(META, {})
    if not isinstance(meta, dict):
        return Fault(INVALID_PARAMS, "_meta is not an object")
    token = meta.get(_PROGRESS_TOKEN)
    if _PROGRESS_TOKEN in meta and type(token) not in (str, int):
        return Fault(INVALID_PARAMS, "progressToken is no string and no integer within 64 bits")
    if revision.era != MODERN:
        if record is None:
            return Wishes(token, SILENCE)
        return Wishes(token, SEVERITY[record.level or _DEFAULT_LEVEL])
    # "The server MUST NOT emit notifications/message" to a request that names no level.
    if _LOG_LEVEL not in meta:
        return Wishes(token, SILENCE)
    level = meta[_LOG_LEVEL]
    if not isinstance(level, str) or level not in SEVERITY:
        return Fault(INVALID_PARAMS, f"{_LOG_LEVEL} is not one of {', '.join(SEVERITY)}")
    return Wishes(token, SEVERITY[level])


def names_version(params: "dict[str, Any]") -> bool:
    """Tell whether a `_meta` names a protocol version: the mark of the modern era."""
    meta = params.get(META)
    return isinstance(meta, dict) and PROTOCOL_VERSION in meta


def capabilities_of(params: "dict[str, Any]") -> "dict[str, Any]":
    """Read what a modern client declares it can do; empty where it says nothing."""
    meta = params.get(META)
    declared = meta.get(CLIENT_CAPABILITIES) if isinstance(meta, dict) else None
    return declared if isinstance(declared, dict) else {}
