"""Probe as a Lambda function on a schedule: the event says what, the log gets the metrics.

    {"url": "https://…/mcp", "tool": "status", "arguments": {}, "sigv4": true}

Other keys are `expect` (a list of tools), `origin`, `bearer`, `headers` (an object), `repeat`,
`timeout`, `ignore` (a list of codes), as on the command line. Without `url`,
FIRSTBYTE_PROBE_URL says where to go; without `bearer`, FIRSTBYTE_PROBE_BEARER is the token. It
asks as long as the function has time, and tells what it knows by then.
"""

import json
import os
import time
from collections.abc import Mapping
from typing import Any, Protocol

from firstbyte.probe.document import make_document
from firstbyte.probe.metrics import make_metrics
from firstbyte.probe.plan import DEFAULT_REPEAT, Call, Plan, PlanInvalid, token_to_show
from firstbyte.probe.report import probe
from firstbyte.probe.wire import open_wire

_TIMEOUT_S = 20.0
"""Less than the command line's: the function's own time is bounded, too."""

_TELLING_S = 2.0
"""To judge and to tell."""


class Context(Protocol):
    """What Lambda gives a handler beside its event."""

    def get_remaining_time_in_millis(self) -> int:
        """How long the function may still run."""


def handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Probe once; write the metrics as one line of the log and return the whole report.

    Raises:
        PlanInvalid: the event, or what the environment says in its place, is no plan.
        Unsignable: a signature is asked for and cannot be made.
    """
    plan = _plan(event)
    left_s = context.get_remaining_time_in_millis() / 1000 - _TELLING_S
    with open_wire(plan, time.monotonic() + left_s) as wire:
        report = probe(plan, wire)
    line = json.dumps(make_metrics(report, int(time.time() * 1000)))
    print(line, flush=True)  # noqa: T201 (CloudWatch reads metrics from the log)
    return make_document(report)


def _plan(event: Mapping[str, Any]) -> Plan:
    headers = event.get("headers", {})
    if not isinstance(headers, dict):
        raise PlanInvalid("headers are an object")
    named = {name.lower(): value for name, value in headers.items()}
    bearer = event.get("bearer") or os.environ.get("FIRSTBYTE_PROBE_BEARER", "").strip()
    is_signed = event.get("sigv4", False)
    return Plan(
        url=event.get("url") or os.environ.get("FIRSTBYTE_PROBE_URL", ""),
        calls=(Call(event["tool"], event.get("arguments", {})),) if event.get("tool") else (),
        expected=tuple(_texts(event, "expect")),
        bearer=token_to_show(bearer, named, is_signed=is_signed),
        is_signed=is_signed,
        origin=event.get("origin", ""),
        headers=named,
        repeat=event.get("repeat", DEFAULT_REPEAT),
        timeout_s=event.get("timeout", _TIMEOUT_S),
        ignored=frozenset(_texts(event, "ignore")),
    )


def _texts(event: Mapping[str, Any], key: str) -> list[str]:
    value = event.get(key, [])
    if isinstance(value, list) and all(isinstance(it, str) for it in value):
        return value
    raise PlanInvalid(f"{key} is a list of texts")
