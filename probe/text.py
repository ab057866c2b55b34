"""Tell a report to a person: rich on a terminal, plain elsewhere."""

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from firstbyte.probe.checks.calls import tool_of
from firstbyte.probe.finding import ERROR, WARNING, show
from firstbyte.probe.picture import LEGEND, draw
from firstbyte.probe.report import Report
from firstbyte.probe.tour import CALL

_COLOURS: Final = {ERROR: "bold red", WARNING: "yellow"}
_PICTURE: Final = 44
_INDENT: Final = "    "


def print_report(report: Report, console: Console) -> None:
    """Write the server, the pictures of its streams, and the findings with their remedies."""
    _print_server(report, console)
    _print_streams(report, console)
    for finding in report.findings:
        head = Text(f"{finding.severity} {finding.code}  ", _COLOURS[finding.severity])
        _print(head + Text(finding.kind.sentence, "default"), console)
        _print(Text(finding.detail, "dim"), console, _INDENT)
        _print(Text(f"→ {finding.kind.remedy}"), console, _INDENT)
    if not report.findings:
        _print(Text("nothing is wrong", "bold green"), console)


def _print_server(report: Report, console: Console) -> None:
    summary = report.summary
    _print(Text(report.tour.plan.url, "bold"), console)
    if summary.revisions:
        counts = ", ".join(f"{name} {count}" for name, count in summary.counts.items() if count)
        who = f"{summary.name} {summary.version}".strip() or "unnamed"
        told = [who, ", ".join(summary.revisions), counts or "nothing listed"]
        _print(Text("  ".join(told)), console)
    if summary.first_answer_s:
        first, slowest = _ms(summary.first_answer_s), _ms(summary.slowest_answer_s)
        _print(Text(f"first answer {first}, slowest of all openings {slowest}"), console)


def _print_streams(report: Report, console: Console) -> None:
    calls = [it for it in report.tour.of(CALL) if it.status]
    if not calls:
        if report.tour.served:
            _print(Text("no tool was called: name one with --tool", "yellow"), console)
        return
    table = Table.grid(padding=(0, 2))
    for call in calls:
        about = show(tool_of(call))
        count = f"{len(call.messages)} events" if call.is_stream else "JSON"
        table.add_row(
            Text(f"{about} ({call.era})"),
            Text(draw(call, _PICTURE), "cyan"),
            Text(_ms(call.exchange.ended_s)),
            Text(count),
        )
    console.print(table)
    _print(Text(LEGEND, "dim"), console)


def _print(text: Text, console: Console, indent: str = "") -> None:
    # Rich's own wrapping and padding leave blanks at the ends of lines.
    for line in text.wrap(console, max(20, console.width - len(indent))):
        line.rstrip()
        console.print(Text(indent) + line, soft_wrap=True)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
