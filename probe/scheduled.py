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
from firstbyte.probe.plan import DEFAULT_REPEAT, Call, Plan
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
        KeyError: neither the event nor the environment names a URL.
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
    calls = (Call(event["tool"], event.get("arguments", {})),) if event.get("tool") else ()
    return Plan(
        url=event.get("url") or os.environ["FIRSTBYTE_PROBE_URL"],
        calls=calls,
        expected=tuple(event.get("expect", ())),
        bearer=event.get("bearer") or os.environ.get("FIRSTBYTE_PROBE_BEARER", ""),
        is_signed=event.get("sigv4", False) is True,
        origin=event.get("origin", ""),
        headers={name.lower(): value for name, value in event.get("headers", {}).items()},
        repeat=int(event.get("repeat", DEFAULT_REPEAT)),
        timeout_s=float(event.get("timeout", _TIMEOUT_S)),
        ignored=frozenset(event.get("ignore", ())),
    )
