"""Answer the methods that only describe the server: greetings, lists, and small refusals.

Sources: MCP 2025-11-25, "Lifecycle", "Ping", "Logging"; MCP 2026-07-28, "Discovery", "Tools".
"""

from firstbyte.transport.fault import INVALID_PARAMS, Fault
from firstbyte.transport.meta import SEVERITY
from firstbyte.transport.revision import (
    LEGACY,
    NEWEST_LEGACY,
    REVISIONS,
    find_revision,
    implementation_for,
    tool_for,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Service


def capabilities_of(service: "Service") -> "dict[str, Any]":
    """List what `service` can do: a method whose capability is not here does not exist.

    Only tools log, so a server without them announces no logging.
    """
    return {"tools": {}, "logging": {}} if service.has_tools else {}


def initialize(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Agree on a legacy revision: the one asked for, or else the newest."""
    asked = exchange.params.get("protocolVersion")
    if not isinstance(asked, str):
        return Fault(INVALID_PARAMS, "protocolVersion is not a string")
    revision = find_revision(asked, LEGACY) or NEWEST_LEGACY
    service = exchange.service
    result = {
        "protocolVersion": revision.version,
        "capabilities": capabilities_of(service),
        "serverInfo": implementation_for(revision, service.identity),
    }
    return _with_instructions(service, result)


def discover(exchange: "Exchange") -> "dict[str, Any]":
    """Tell everything a modern client may want to know beforehand.

    Legacy versions are listed too: a client that speaks none of the modern ones falls back to
    the handshake only if it sees that there is one.
    """
    service = exchange.service
    result = {"supportedVersions": list(REVISIONS), "capabilities": capabilities_of(service)}
    return _with_instructions(service, result)


def list_tools(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Describe all tools, on one page."""
    if exchange.params.get("cursor") is not None:
        return Fault(INVALID_PARAMS, "this cursor is not ours: the list has one page")
    tools = exchange.service.list_tools()
    return {"tools": [tool_for(exchange.revision, tool) for tool in tools]}


def ping(_exchange: "Exchange") -> "dict[str, Any]":
    """Answer, which is all that was asked."""
    return {}


def set_level(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Accept a log level, which nothing remembers: the next call may reach another environment.

    An error would be truer, but clients give up the whole connection on one (the Inspector
    does), over messages that are a courtesy. docs/protocol.md lists it as a deviation.
    """
    level = exchange.params.get("level")
    if not isinstance(level, str) or level not in SEVERITY:
        return Fault(INVALID_PARAMS, f"level is not one of {', '.join(SEVERITY)}")
    return {}


def _with_instructions(service: "Service", result: "dict[str, Any]") -> "dict[str, Any]":
    if service.instructions:
        result["instructions"] = service.instructions
    return result
