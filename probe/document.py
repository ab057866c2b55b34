"""Tell a report as JSON, for programs: codes are stable, sentences are not.

{"url": …, "healthy": …, "exit_status": …, "server": …, "findings": […], "unseen": […],
 "exchanges": […]}

All times are milliseconds, and null where nothing was measured.
"""

from typing import Any

from firstbyte.probe.finding import Finding
from firstbyte.probe.reading import Reading
from firstbyte.probe.report import Report


def make_document(report: Report) -> dict[str, Any]:
    """Return the report as what JSON knows."""
    summary = report.summary
    return {
        "url": report.tour.plan.url,
        "healthy": report.exit_status == 0,
        "exit_status": report.exit_status,
        "server": {
            "name": summary.name,
            "version": summary.version,
            "revisions": list(summary.revisions),
            "counts": summary.counts,
        },
        "first_answer_ms": _ms(summary.first_answer_s),
        "slowest_answer_ms": _ms(summary.slowest_answer_s),
        "first_event_ms": _ms(summary.first_event_s),
        "findings": [_finding(it) for it in report.findings],
        "unseen": sorted(report.unseen),
        "exchanges": [_exchange(it) for it in report.tour.readings],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "sentence": finding.kind.sentence,
        "detail": finding.detail,
        "remedy": finding.kind.remedy,
    }


def _exchange(reading: Reading) -> dict[str, Any]:
    exchange = reading.exchange
    return {
        "step": reading.step,
        "era": reading.era,
        "about": exchange.request.about,
        "status": reading.status,
        "media_type": exchange.media_type,
        "octets": len(exchange.body),
        "connected_ms": _ms(exchange.connected_s),
        "head_ms": _ms(exchange.head_s),
        "messages_ms": [_ms(it.at_s) for it in reading.messages],
        "end_ms": _ms(exchange.ended_s),
    }


def _ms(seconds: float) -> float | None:
    # A zero would be a very good figure.
    return round(seconds * 1000, 1) if seconds else None
