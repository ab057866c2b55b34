"""Turn the raw results of a run into a folder to read, a terminal's table, the README's table.

    python -m benchmarks.report     # all of it anew from the stored results

Every figure comes from `results.json`; `report.md` is the page that they are put into.
"""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table as TerminalTable
from rich.text import Text

from benchmarks import tables
from benchmarks.budgets import judge_budgets
from benchmarks.markdown import fill, list_text, table_text
from benchmarks.own import MANY_TOOLS, OURS, STOCK
from benchmarks.plots import PLOTS, draw_all
from benchmarks.results import ADAPTER, Results, parse_results
from benchmarks.spread import quantile
from benchmarks.tables import Table

ROOT: Final = Path(__file__).resolve().parents[1]
REPORT: Final = ROOT / "benchmarks" / "report"
README: Final = ROOT / "README.md"
START: Final = "<!-- bench -->"
END: Final = "<!-- /bench -->"

README_KEYS: Final = (
    OURS,
    MANY_TOOLS,
    STOCK,
    "modmex",
    "typescript-v2",
    "adapter-typescript-v1",
    ADAPTER,
    "adapter-fastmcp-json",
    "rust-rmcp",
)
"""The rows of the README's table: ours, the nearest of each kind, and the usual way."""

_PAGE: Final = Path(__file__).with_name("report.md")


_README_WORDS: Final = """\
`make bench` starts servers as Lambda does. *First answer*, to `initialize`, and *first call*
are multiples of what AWS's own runtime client needs to run an empty function; the other columns
are of an environment that is warm. [The report](benchmarks/report/README.md) has all rivals,
how every figure is made, what none of them shows, and {missed}."""


_METER_WORDS: Final = """\
*The meter's own* is the processor time that it took between handing the event out and having
the answer's last byte; most of it is the system's, to send and to read. It is alike for all,
and a little more for each piece that an answer comes in. The candidate may be at work
meanwhile, so it is the most that could be taken off."""


def write_report(results: Mapping[str, Any], folder: Path) -> None:
    """Write the raw results, the plots and a page that explains them into `folder`.

    The project's own report also changes the table in the project's README.
    """
    folder.mkdir(parents=True, exist_ok=True)
    raw = without_places(raw_text(results))
    # First of all: a run takes long, and the rest can be made again.
    (folder / "results.json").write_text(raw + "\n", encoding="utf-8")
    parsed = parse_results(json.loads(raw))
    drawn = draw_all(parsed, folder)
    (folder / "README.md").write_text(page_text(parsed, drawn), encoding="utf-8")
    if folder.resolve() == REPORT:
        readme = README.read_text(encoding="utf-8")
        README.write_text(with_table(readme, readme_table(parsed)), encoding="utf-8")


def print_table(results: Mapping[str, Any], console: Console) -> None:
    """Print the figures that matter most, the budgets, and what did not count."""
    parsed = parse_results(results)
    for title, table in (
        (
            "Multiples of the empty function until the first answer, and what else counts",
            tables.summary(parsed),
        ),
        ("Budgets", tables.budgets(parsed)),
        ("Left out", tables.absent(parsed)),
        ("Faults", tables.faults(parsed)),
    ):
        if table.rows:
            console.print(_laid_out(table, title))
    for text in parsed.options.get("left_out", ()):
        console.print(f"Not in this run: {text}", markup=False)


def readme_table(results: Results) -> str:
    """Write what the project's README shows: a few rows, and where the others are."""
    table = table_text(tables.summary(results, README_KEYS))
    verdicts = judge_budgets(results)
    missed = sum(verdict.is_kept is False for verdict in verdicts)
    told = f"which {missed} of our {len(verdicts)} budgets were missed"
    return f"{_README_WORDS.format(missed=told)}\n\n{table}"


def with_table(readme: str, table: str) -> str:
    """Put `table` between the markers of a README.

    Raises:
        ValueError: there are no such markers.
    """
    head, start, rest = readme.partition(START)
    _, end, tail = rest.partition(END)
    if not start or not end:
        raise ValueError(f"the README has no {START} … {END}")
    return f"{head}{START}\n{table}\n{END}{tail}"


def page_text(results: Results, drawn: Sequence[str]) -> str:
    """Write the report's page; `drawn` are the names of the plots there are."""
    blocks = {f"plot {name}": _picture(name) if name in drawn else "" for name in PLOTS}
    for make in tables.ALL:
        blocks[make.__name__] = table_text(make(results))
    blocks["faults"] = blocks["faults"] or "None: every answer counted."
    blocks["run"] = _run(results)
    blocks["meter"] = _METER_WORDS if results.meter else ""
    blocks["machine"] = list_text(results.machine)
    blocks["interpreter"] = "\n\n".join(map(list_text, results.pythons.values()))
    return fill(_PAGE.read_text(encoding="utf-8"), blocks)


def raw_text(results: Mapping[str, Any]) -> str:
    """Write raw results as JSON, each list of figures on a line of its own."""
    text = json.dumps(results, indent=1)
    # A line break is never inside a JSON text, so only lists of numbers are joined.
    return re.sub(r"\[\n[-+.,eE\d\s]+\]", lambda found: "".join(found[0].split()), text)


def without_places(text: str) -> str:
    """Name no folder of the machine that ran: they say nothing, and a report is published."""
    for place, name in ((ROOT, "."), (Path.home(), "~")):
        # Whole folders: another one's name may begin with this one's.
        text = re.sub(rf"{re.escape(str(place))}(?![\w.-])", name, text)
    return text


def main() -> int:
    """Make the stored report anew from its raw results."""
    stored = json.loads((REPORT / "results.json").read_text(encoding="utf-8"))
    write_report(stored, REPORT)
    return 0


def _run(results: Results) -> str:
    """Tell what was run, and what a ratio's 1 is."""
    options = results.options
    quick = " --quick" if options.get("quick") else ""
    stock = results.started("initialize", STOCK)
    base = f"{quantile(stock, 0.5) * 1000:.1f} ms" if stock else "no time that counts"
    made = f"`make bench` (`python -m benchmarks{quick}`)"
    size = f"{options.get('rounds')} rounds, seed {options.get('seed')}"
    if took_s := options.get("took_s"):
        size += f", {took_s / 60:.0f} minutes"
    lines = [
        f"Made by {made} on {results.when}: {size}.",
        f"The empty function, 1.00 × everywhere below, took {base} on this machine.",
        "Every single measurement is in [results.json](results.json).",
        "`python -m benchmarks.report` makes this page of them.",
        *(f"Not in this run: {text}." for text in options.get("left_out", ())),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _picture(name: str) -> str:
    """Show a plot in the colours of the reader's page."""
    return (
        "<picture>\n"
        f'  <source media="(prefers-color-scheme: dark)" srcset="{name}-dark.svg">\n'
        f'  <img alt="the figures of the tables below, drawn" src="{name}.svg">\n'
        "</picture>"
    )


def _laid_out(table: Table, title: str) -> TerminalTable:
    shown = TerminalTable(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    first, *others = table.columns
    shown.add_column(first, overflow="fold")
    for number, column in enumerate(others, start=1):
        if table.is_figures:
            # Headings break well, figures and names do not.
            texts = [*column.split(), *(row[number] for row in table.rows)]
            shown.add_column(column, justify="right", width=max(map(len, texts)))
        else:
            shown.add_column(column, overflow="fold")
    for row, is_ours in table.marked():
        # Text, not markup: a fault may hold anything.
        shown.add_row(*map(Text, row), style="bold cyan" if is_ours else "")
    return shown


if __name__ == "__main__":
    sys.exit(main())
