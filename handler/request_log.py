"""Turn what one invocation came to into a line of the log, which is its metrics, too.

One line of JSON for each invocation, for people and CloudWatch Logs Insights. Its member `_aws`
makes CloudWatch take metrics from it (embedded metric format): nothing is imported for them,
and nothing sent. They are in the namespace `firstbyte`, by FunctionName, by FunctionName and
Era, and by FunctionName and Tool where a tool was called:

    ColdStart          1 for an environment's first invocation, else 0
    Duration           until the answer was out, in milliseconds
    TimeToFirstByte    the same until its first octet left
    Errors             1 if the server failed or its tool did; 0 for what clients do wrong
    RemainingTime      what was left until the call would have been ended, in milliseconds
    StoreCalls         how often the store was asked
    BytesIn, BytesOut  of the event, and of the answer's body

This module is imported once the first answer is out.

Sources: Amazon CloudWatch user guide, "Specification: Embedded metric format"; AWS Lambda
developer guide, "Using Lambda advanced logging controls".
"""

from time import gmtime, strftime

from firstbyte.transport.meta import CLIENT_INFO, META

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from firstbyte.handler.invocation import Invocation
    from firstbyte.handler.response_stream import ResponseStream
    from firstbyte.handler.watch import Watch

NAMESPACE = "firstbyte"

UNITS = {
    "ColdStart": "Count",
    "Duration": "Milliseconds",
    "TimeToFirstByte": "Milliseconds",
    "Errors": "Count",
    "RemainingTime": "Milliseconds",
    "StoreCalls": "Count",
    "BytesIn": "Bytes",
    "BytesOut": "Bytes",
}
"""Metrics and their units."""

_SEVERITY = {"TRACE": -2, "DEBUG": -1, "INFO": 0, "WARN": 1, "ERROR": 2, "FATAL": 3}
"""What AWS_LAMBDA_LOG_LEVEL may be; INFO is what it is where it is none of these."""

_LEVELS = {
    "failed": "ERROR",
    "timed out": "ERROR",
    "tool failed": "WARN",
    "refused": "WARN",
    "error": "WARN",
}
"""By outcome, the worst first; what is not here went well."""

_NAMED = {"tools/call": "tool", "prompts/get": "prompt"}
"""Methods whose `name` is told. A resource's URI is not: it may hold what is private."""

_SECOND = "%Y-%m-%dT%H:%M:%S"
_LONGEST = 200
"""Characters of what a client says of itself."""


def is_told(line: "Mapping[str, Any]", least: str) -> bool:
    """Whether a line is to be written where `least` is the least severe level that is."""
    return _SEVERITY.get(line["level"], 0) >= _SEVERITY.get(least, 0)


def describe_request(
    invocation: "Invocation", watch: "Watch", stream: "ResponseStream", now_ms: int
) -> "dict[str, Any]":
    """Make the line of an invocation that has its answer, as a JSON value.

    What is not known is left out. `now_ms` is epoch time.
    """
    account = watch.account
    outcome = _outcome(account, watch.has_fired, stream.failure)
    line: dict[str, Any] = {
        "timestamp": f"{strftime(_SECOND, gmtime(now_ms // 1000))}.{now_ms % 1000:03}Z",
        "level": _LEVELS.get(outcome, "INFO"),
        "message": "",
        "requestId": invocation.request_id,
        "xrayTraceId": _root_of(invocation.trace_id),
        "session": account.get("session"),
        **describe_calls(account),
        "era": account.get("era"),
        "protocolVersion": account.get("version"),
        "status": stream.status,
        "outcome": outcome,
        "reason": account.get("reason"),
        "errorType": stream.failure,
        "cold": watch.number == 1,
    }
    dimensions = {
        "FunctionName": _function_of(invocation.function_arn),
        "Era": line["era"],
        "Tool": line.get("tool"),
    }
    # A name nobody here bears would be a metric of its own, at the client's will.
    if outcome == "error":
        del dimensions["Tool"]
    metrics = {
        "ColdStart": int(watch.number == 1),
        "Duration": _ms(stream.last_s, stream.began_s),
        "TimeToFirstByte": _ms(stream.first_s, stream.began_s),
        "Errors": int(outcome in ("failed", "timed out", "tool failed")),
        "RemainingTime": watch.remaining_ms(),
        "StoreCalls": account.get("store_calls", 0),
        "BytesIn": len(invocation.body),
        "BytesOut": stream.sent,
    }
    told = line.get("tool") or line.get("prompt")
    subject = " ".join(filter(None, (line.get("method", "invocation"), told)))
    line["message"] = f"{subject}: {outcome} in {metrics['Duration']} ms"
    known = {name: value for name, value in (line | metrics).items() if value is not None}
    return known | _embed(dimensions, [name for name in metrics if name in known], now_ms)


def describe_calls(account: "Mapping[str, Any]") -> "dict[str, Any]":
    """Tell what was called, and by whom; of an array, how many calls are in it."""
    calls: Sequence[Mapping[str, Any]] = account.get("calls", ())
    asked = account.get("asked", len(calls))
    if asked > 1:
        return {"method": "batch", "calls": asked}
    if not calls:
        return {}
    (call,) = calls
    method, params = call["method"], call["params"]
    described = {"method": _short(method), "code": call.get("code")}
    if method in _NAMED:
        described[_NAMED[method]] = _short(params.get("name"))
    asked = params.get(META)
    meta = asked if isinstance(asked, dict) else {}
    described["traceparent"] = _short(meta.get("traceparent"))
    client = params.get("clientInfo") if method == "initialize" else meta.get(CLIENT_INFO)
    if isinstance(client, dict):
        described["client"] = _short(client.get("name"))
        described["clientVersion"] = _short(client.get("version"))
    return described


def _outcome(account: "Mapping[str, Any]", has_fired: bool, failure: str | None) -> str:
    if has_fired:
        return "timed out"
    if failure:
        return "failed"
    if "reason" in account:
        return "refused"
    outcomes: list[str] = [call["outcome"] for call in account.get("calls", ())]
    outcomes = [*filter(outcomes.__contains__, _LEVELS), *outcomes, "ok"]
    return outcomes[0]


def _embed(
    dimensions: "Mapping[str, str | None]", metrics: "Sequence[str]", now_ms: int
) -> "dict[str, Any]":
    """Make the members that turn a line into metrics."""
    told = {name: _dimension(value) for name, value in dimensions.items() if value}
    function, *others = told
    sets = [[function], *([function, name] for name in others)]
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": sets,
        "Metrics": [{"Name": name, "Unit": UNITS[name]} for name in metrics],
    }
    return told | {"_aws": {"Timestamp": now_ms, "CloudWatchMetrics": [directive]}}


def _dimension(text: str) -> str:
    """Write a dimension's value as CloudWatch takes it: visible ASCII, 1 to 1,024 of it."""
    return text.encode("ascii", "backslashreplace").decode().strip()[:1024] or "-"


def _short(text: object) -> str | None:
    """Take what a client sent as far as it is text, and of a sensible length."""
    if not isinstance(text, str):
        return None
    return text[:_LONGEST].encode("utf-8", "backslashreplace").decode()


def _root_of(trace_id: str) -> str | None:
    """Find the trace's own id in an X-Ray header: Root=1-…;Parent=…;Sampled=1."""
    for part in trace_id.split(";"):
        name, _, value = part.partition("=")
        if name.strip() == "Root":
            return value
    return None


def _function_of(arn: str) -> str:
    """Name the function of an ARN: arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]."""
    return (arn.split(":") + [""] * 7)[6] or "function"


def _ms(later_s: float | None, began_s: float) -> float | None:
    return None if later_s is None else round((later_s - began_s) * 1000, 3)
