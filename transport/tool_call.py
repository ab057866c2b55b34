"""Call a tool, and turn what comes of it into a result.

Source: MCP 2026-07-28, "Tools".
"""

from firstbyte.transport import authored
from firstbyte.transport.errors import CallFailed
from firstbyte.transport.fault import HEADER_MISMATCH, INVALID_PARAMS, Fault, unknown
from firstbyte.transport.mirrored import find_mismatch
from firstbyte.transport.older import call_result_for
from firstbyte.transport.revision import MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Caller, Outcome


def call_tool(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Run one tool; whatever it raises is told as a failed result, its reasons in the log."""
    name, arguments = exchange.params.get("name"), exchange.params.get("arguments", {})
    if not isinstance(name, str):
        return Fault(INVALID_PARAMS, "name is not a string")
    if not isinstance(arguments, dict):
        return Fault(INVALID_PARAMS, "arguments is not an object")

    def call(caller: "Caller") -> "Outcome | Fault":
        tool = exchange.service.find_tool(name)
        if tool is None:
            return unknown("tool", name)
        # Only the modern era has these headers.
        if tool.headers and exchange.revision.era == MODERN:
            mismatch = find_mismatch(tool.headers, exchange.headers, arguments)
            if mismatch is not None and exchange.answer.door.has_headers:
                text = f"header {mismatch} does not equal the argument it repeats"
                return Fault(HEADER_MISMATCH, text)
        exchange.invocation.enter_tool()
        return tool.call(arguments, caller)

    revision = exchange.revision
    try:
        outcome = authored.run(exchange, call)
    except CallFailed as failure:
        # The model has to learn of it.
        told = [{"type": "text", "text": str(failure)}]
        return call_result_for(revision, told, None, False, True)
    if isinstance(outcome, Fault):
        return outcome
    result = call_result_for(
        revision, outcome.content, outcome.structured, outcome.has_structured, outcome.is_error
    )
    if outcome.meta:
        result["_meta"] = outcome.meta
    return result
