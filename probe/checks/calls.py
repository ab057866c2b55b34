"""Whether the tools that were called did their work."""

import re
from collections.abc import Iterator
from typing import Any, Final

from firstbyte.probe.checks.environments import is_session_lost
from firstbyte.probe.finding import WARNING, Finding, make_finding, show
from firstbyte.probe.question import HEADER_MISMATCH, NEEDS_CLIENT
from firstbyte.probe.reading import Reading
from firstbyte.probe.tour import CALL, Tour

_DENIED: Final = re.compile(
    r"access ?denied|not authori[sz]ed to|unauthorizedoperation|explicit deny"
    r"|role (?:lacks|needs) |may not touch it|insufficient permissions"
    r"|an error occurred \(403\)",
    re.IGNORECASE,
)


def check(tour: Tour) -> Iterator[Finding]:
    """Judge the calls: one finding for all tools that are denied, one for those that fail."""
    calls = [it for it in tour.of(CALL) if it.fault is None and not is_session_lost(it)]
    refused = [it for it in calls if (it.error or {}).get("code") == HEADER_MISMATCH]
    for reading in refused:
        yield make_finding("headers-stripped", f"{tool_of(reading)}: {reading.says()}")
    stripped = {tool_of(it) for it in refused}
    calls = [it for it in calls if tool_of(it) not in stripped]
    if shapeless := sorted({tool_of(it) for it in calls if _is_shapeless(it.result)}):
        told = f"{show(', '.join(shapeless))}: the result has no content"
        yield make_finding("answer-invalid", told)
    # A tool that was called in both eras is told of once.
    complaints: dict[str, str] = {}
    for it in calls:
        said, before = _complaint(it), complaints.get(tool_of(it), "")
        if said and said not in before:
            complaints[tool_of(it)] = f"{before}; {said}" if before else said
    denied = {tool: it for tool, it in complaints.items() if _DENIED.search(it)}
    failed = {tool: it for tool, it in complaints.items() if tool not in denied}
    working = sorted({tool_of(it) for it in calls} - complaints.keys())
    if denied:
        worked = f"; {', '.join(working)} worked" if working else ""
        yield make_finding("tool-denied", _told(denied) + worked)
    if failed:
        # What nobody asked for may fail for want of arguments or of a client that answers.
        named = {call.tool for call in tour.calls if call.is_named}
        yield make_finding(
            "tool-failed", _told(failed), "" if named & failed.keys() else WARNING
        )


def _told(complaints: dict[str, str]) -> str:
    return "; ".join(f"{show(tool)}: {show(said)}" for tool, said in complaints.items())


def tool_of(reading: Reading) -> str:
    """Return the name of the tool that was called."""
    return reading.exchange.request.about.removeprefix("tools/call ")


def _is_shapeless(result: dict[str, Any] | None) -> bool:
    """Whether a result that is no question lacks what every client reads."""
    if result is None or result.get("resultType") not in (None, "complete"):
        return False
    return not isinstance(result.get("content"), list)


def _complaint(reading: Reading) -> str:
    """Return what a call says went wrong; empty if nothing did."""
    error = reading.error
    if error is not None:
        # This client cannot answer what the tool asks.
        return "" if error.get("code") == NEEDS_CLIENT else reading.says()
    result = reading.result
    if result is None:
        return "neither result nor error"
    return (_text(result) or "no reason given") if result.get("isError") is True else ""


def _text(result: dict[str, Any]) -> str:
    content = result.get("content")
    blocks = content if isinstance(content, list) else []
    return " ".join(str(it.get("text", "")) for it in blocks if isinstance(it, dict))
