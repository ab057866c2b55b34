"""Answer the methods by which server and client get acquainted, and say what is offered.

Sources: MCP 2025-11-25, "Lifecycle", "Ping"; MCP 2026-07-28, "Discovery".
"""

from firstbyte.transport.fault import INVALID_PARAMS, Fault
from firstbyte.transport.header import SESSION_ID
from firstbyte.transport.result import prepare
from firstbyte.transport.revision import (
    LEGACY,
    MODERN,
    NEWEST_LEGACY,
    REVISIONS,
    find_revision,
    server_capabilities_for,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.memory import Memory
    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Service


def capabilities_of(service: "Service", era: str, memory: "Memory") -> "dict[str, Any]":
    """List what `service` can do, in the form of the newest revision.

    What has to reach another environment is promised only where there is a store for it. Any
    function of the authors may log; a legacy client chooses its level for a session.
    """
    announced = service.announces if memory.has_store else frozenset()
    capabilities: dict[str, Any] = {}
    if service.has_tools:
        capabilities["tools"] = {"listChanged": True} if "tools" in announced else {}
    if service.has_prompts:
        capabilities["prompts"] = {"listChanged": True} if "prompts" in announced else {}
    if service.has_resources:
        capabilities["resources"] = {}
        if "updates" in announced:
            capabilities["resources"]["subscribe"] = True
        if "resources" in announced:
            capabilities["resources"]["listChanged"] = True
    if service.has_completions:
        capabilities["completions"] = {}
    if capabilities and (era == MODERN or memory.has_store):
        capabilities["logging"] = {}
    return capabilities


def initialize(exchange: "Exchange") -> "bytes | Fault":
    """Agree on a legacy revision: the one asked for, or else the newest.

    Where there are keys a session begins, which is all in the id the client gets.
    """
    asked = exchange.params.get("protocolVersion")
    if not isinstance(asked, str):
        return Fault(INVALID_PARAMS, "protocolVersion is not a string")
    revision = find_revision(asked, LEGACY) or NEWEST_LEGACY
    service, memory = exchange.service, exchange.memory

    def describe() -> "dict[str, Any]":
        from firstbyte.transport.older import implementation_for

        capabilities = capabilities_of(service, LEGACY, memory)
        result = {
            "protocolVersion": revision.version,
            "capabilities": server_capabilities_for(revision, capabilities),
            "serverInfo": implementation_for(revision, service.identity),
        }
        return _with_instructions(service, result)

    if memory.keys is not None:
        from firstbyte.transport import session
        from firstbyte.transport.token import audience_of

        declared = exchange.params.get("capabilities")
        audience = audience_of(service)
        token = session.begin(memory, audience, revision, declared, exchange.principal)
        exchange.answer.set_header(SESSION_ID, token)
    return prepare(exchange, revision, describe)


def discover(exchange: "Exchange") -> bytes:
    """Tell everything a modern client may want to know beforehand.

    Legacy versions are listed too: a client that speaks none of the modern ones falls back to
    the handshake only if it sees that there is one.
    """
    service = exchange.service

    def describe() -> "dict[str, Any]":
        capabilities = capabilities_of(service, MODERN, exchange.memory)
        result = {"supportedVersions": list(REVISIONS), "capabilities": capabilities}
        return _with_instructions(service, result)

    return prepare(exchange, exchange.revision, describe)


def ping(_exchange: "Exchange") -> "dict[str, Any]":
    """Answer, which is all that was asked."""
    return {}


def _with_instructions(service: "Service", result: "dict[str, Any]") -> "dict[str, Any]":
    if service.instructions:
        result["instructions"] = service.instructions
    return result
