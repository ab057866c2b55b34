"""Call a tool, and turn what comes of it into a result.

Source: MCP 2026-07-28, "Tools".
"""

from firstbyte.transport.fault import INVALID_PARAMS, Fault
from firstbyte.transport.older import call_result_for
from firstbyte.transport.reporter import Reporter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Outcome

_MAX_NAME_LENGTH = 128
"""In characters; what the specification allows a tool's name, so what is worth repeating."""


def call_tool(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Run one tool; whatever it raises is told as a failed result, its reasons in the log."""
    name, arguments = exchange.params.get("name"), exchange.params.get("arguments", {})
    if not isinstance(name, str):
        return Fault(INVALID_PARAMS, "name is not a string")
    if not isinstance(arguments, dict):
        return Fault(INVALID_PARAMS, "arguments is not an object")
    exchange.codec.load()
    invocation = exchange.invocation
    try:
        outcome = _call(exchange, name, arguments)
    # Whatever it is, sys.exit() and asyncio's CancelledError too, it is the tool's unless the
    # deadline raised it, and the model has to learn that the call failed.
    except BaseException as error:
        if invocation.has_fired:
            raise
        invocation.report(error)
        text = f"the tool failed; the server's log has request id {invocation.request_id}"
        failure = [{"type": "text", "text": text}]
        return call_result_for(exchange.revision, failure, None, False, True)
    if outcome is None:
        return Fault(INVALID_PARAMS, f"unknown tool: {name[:_MAX_NAME_LENGTH]}")
    return call_result_for(
        exchange.revision,
        outcome.content,
        outcome.structured,
        outcome.has_structured,
        outcome.is_error,
    )


def _call(exchange: "Exchange", name: str, arguments: "dict[str, Any]") -> "Outcome | None":
    tool = exchange.service.find_tool(name)
    if tool is None:
        return None
    invocation = exchange.invocation
    reporter = Reporter(exchange.answer, exchange.wishes, exchange.revision, invocation)
    invocation.enter_tool()
    return tool.call(arguments, reporter)
