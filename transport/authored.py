"""Run a function of the server's authors, and turn its end into the call's.

    returned       its value
    interrupted    CallEnded with what the client gets instead
    raised         CallFailed with a sentence; the reasons are in the log
    out of time    what the deadline raised

Source: MCP 2026-07-28, "Tools", error handling.
"""

from firstbyte.transport.errors import CallEnded, CallFailed
from firstbyte.transport.reporter import Reporter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Caller

    Value = TypeVar("Value")

_ROLES = {"tools/call": "tool", "prompts/get": "prompt", "resources/read": "resource"}


def run(exchange: "Exchange", body: "Callable[[Caller], Value]") -> "Value":
    """Return what `body` makes of the caller it is given.

    `body` may import the function first, and then calls `Invocation.enter_tool`. Whoever calls
    has checked the params that name the function and hold its arguments.

    Raises:
        CallEnded: the client is asked something, lacks a capability, took the call back, or
            sent a state that is not ours.
        CallFailed: `body` raised.
        BaseException: the deadline's.
    """
    reporter = Reporter(exchange)
    reporter.hear_answers()
    # While it waited for its turn in a batch; a request's first call is mostly too young.
    if reporter.is_cancelled:
        raise CallEnded(None)
    try:
        value = body(reporter)
    # Whatever it is, sys.exit() and asyncio's CancelledError too, it is the function's unless
    # the deadline raised it, and whoever called has to learn that the call failed.
    except BaseException as error:
        if exchange.invocation.has_fired:
            raise
        # An interruption that was turned into another error on its way out is one still.
        if reporter.interruption is not None:
            raise CallEnded(reporter.interruption.response) from error
        exchange.invocation.report(error)
        where = f"the server's log has request id {exchange.invocation.request_id}"
        role = _ROLES.get(exchange.method, "function")
        raise CallFailed(f"the {role} failed; {where}") from error
    if reporter.interruption is not None:
        raise CallEnded(reporter.interruption.response)
    return value
