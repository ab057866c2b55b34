"""Tell a report as one line in CloudWatch's embedded metric format.

Source: Amazon CloudWatch user guide, "Specification: Embedded metric format".
"""

from typing import Any, Final

from firstbyte.probe.finding import ERROR
from firstbyte.probe.report import Report

NAMESPACE: Final = "firstbyte"
_DIMENSION: Final = 1024
"""CloudWatch takes no longer value of a dimension."""


def make_metrics(report: Report, time_ms: int) -> dict[str, Any]:
    """Return the line's object. `ProbeHealthy` is 1 or 0: an alarm asks for its minimum."""
    summary = report.summary
    figures: dict[str, tuple[float, str]] = {
        "Healthy": (int(report.exit_status == 0), "None"),
        "Errors": (sum(it.severity == ERROR for it in report.findings), "Count"),
        "Warnings": (sum(it.severity != ERROR for it in report.findings), "Count"),
    }
    # Nothing that was not measured: a zero would be a very good figure.
    if summary.first_answer_s:
        figures["FirstAnswer"] = (round(summary.first_answer_s * 1000, 1), "Milliseconds")
        figures["SlowestAnswer"] = (round(summary.slowest_answer_s * 1000, 1), "Milliseconds")
    if summary.first_event_s:
        figures["FirstEvent"] = (round(summary.first_event_s * 1000, 1), "Milliseconds")
    named = {f"Probe{name}": figure for name, figure in figures.items()}
    definitions = [{"Name": name, "Unit": unit} for name, (_, unit) in named.items()]
    return {
        "_aws": {
            "Timestamp": time_ms,
            "CloudWatchMetrics": [
                {"Namespace": NAMESPACE, "Dimensions": [["Url"]], "Metrics": definitions}
            ],
        },
        "Url": report.tour.plan.url[:_DIMENSION],
        "Codes": [it.code for it in report.findings],
        "Details": [it.detail for it in report.findings],
        **{name: value for name, (value, _) in named.items()},
    }
