"""Tell a report to a person: rich on a terminal, plain elsewhere."""

from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from firstbyte.probe.finding import ERROR
from firstbyte.probe.picture import LEGEND, draw
from firstbyte.probe.report import Report
from firstbyte.probe.tour import CALL

_COLOURS: Final = {ERROR: "bold red", "warning": "yellow"}
_PICTURE: Final = 44
_INDENT: Final = (0, 0, 0, 4)


def print_report(report: Report, console: Console) -> None:
    """Write the server, the pictures of its streams, and the findings with their remedies."""
    _print_server(report, console)
    _print_streams(report, console)
    for finding in report.findings:
        line = Text(f"{finding.severity} {finding.code}  ", _COLOURS[finding.severity])
        console.print(line + Text(finding.kind.sentence, "default"))
        console.print(Padding(Text(finding.detail, "dim"), _INDENT, expand=False))
        console.print(Padding(Text(f"→ {finding.kind.remedy}"), _INDENT, expand=False))
    if not report.findings:
        console.print(Text("nothing is wrong", "bold green"))


def _print_server(report: Report, console: Console) -> None:
    summary = report.summary
    console.print(Text(report.tour.plan.url, "bold"))
    if summary.revisions:
        counts = ", ".join(f"{count} {name}" for name, count in summary.counts.items() if count)
        who = f"{summary.name} {summary.version}".strip() or "unnamed"
        told = [who, ", ".join(summary.revisions), counts or "nothing listed"]
        console.print(Text("  ".join(told)))
    if summary.first_answer_s:
        console.print(
            Text(
                f"first answer {_ms(summary.first_answer_s)}, "
                f"slowest of all openings {_ms(summary.slowest_answer_s)}"
            )
        )


def _print_streams(report: Report, console: Console) -> None:
    calls = [it for it in report.tour.of(CALL) if it.status]
    if not calls:
        return
    table = Table.grid(padding=(0, 2))
    for call in calls:
        about = call.exchange.request.about.removeprefix("tools/call ")
        count = f"{len(call.messages)} events" if call.is_stream else "JSON"
        table.add_row(
            Text(f"{about} ({call.era})"),
            Text(draw(call, _PICTURE), "cyan"),
            Text(_ms(call.exchange.ended_s)),
            Text(count),
        )
    console.print(table)
    console.print(Text(LEGEND, "dim"))


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
