"""Turn results into tables of text, for Markdown and for a terminal alike."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.budgets import judge_budgets
from benchmarks.candidate import QUESTIONS
from benchmarks.files import INTERPRETER
from benchmarks.results import Files, Results, Row
from benchmarks.spread import Spread, quantile, spread_of

ABSENT = "–"
"""In a cell: it does not offer this, or this run did not measure it."""

ASKED = {
    "initialize": "initialize",
    "discover": "server/discover",
    "list": "tools/list",
    "call": "tools/call add",
    "call_boto3": "tools/call read_item (boto3)",
    "events": "tools/call count (100 events)",
}
"""A question's name to what is asked, as a reader knows it."""


Columns = Mapping[str, Callable[[Row], str]]
"""A column's name to what makes a row's cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of text; the first column names the row, the others hold figures."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_ours: Sequence[bool] = ()
    """For each row, whether it is one of firstbyte's; empty where no row is a candidate."""
    is_figures: bool = False
    """Whether all columns but the first hold figures."""

    def marked(self) -> list[tuple[Sequence[str], bool]]:
        """Pair each row with whether it is ours."""
        return list(zip(self.rows, self.is_ours or [False] * len(self.rows), strict=True))


def summary(results: Results, keys: Sequence[str] = ()) -> Table:
    """Show the most important figure of each kind; of the candidates in `keys`, or of all."""
    return _table(
        results,
        {
            "first answer": lambda row: _times(results.first_answer(row.key)),
            "first call": lambda row: _times(results.ratio("call", row.key)),
            "warm call, ms": lambda row: _ms(results.warm_quantile(row.key, 0.5)),
            "memory, MiB": lambda row: _memory(results, row.key, "after_1000"),
            "event delay, ms": lambda row: _quantile_ms(results.event_delay.get(row.key), 0.5),
        },
        keys,
    )


def cold_start(results: Results) -> Table:
    """Show ratios to the empty function until the last byte, per question."""
    return _table(results, _per_question(results.ratio))


def cold_first_byte(results: Results) -> Table:
    """Show the same until the first byte."""
    return _table(results, _per_question(results.first_byte_ratio))


def cold_milliseconds(results: Results) -> Table:
    """Show what the ratios are made of."""

    def time(question: str) -> Callable[[Row], str]:
        def cell(row: Row) -> str:
            sample = results.started(question, row.key)
            return _span(spread_of(sample).scaled(1000)) if sample else ABSENT

        return cell

    return _table(results, {ASKED[question]: time(question) for question in QUESTIONS})


def cpu_shares(results: Results) -> Table:
    """Show first answers at each CPU share: the ratio to the empty function there."""

    def at(share: str) -> Callable[[Row], str]:
        def cell(row: Row) -> str:
            ratio = results.first_answer(row.key, share)
            sample = results.started(results.first_question(row.key), row.key, share)
            return f"{_times(ratio)} ({_ms(quantile(sample, 0.5))} ms)" if sample else ABSENT

        return cell

    # One alone is in the table of cold starts.
    shares = reversed(results.shares) if len(results.shares) > 1 else ()
    return _table(results, {f"share {share}": at(share) for share in shares})


def tool_counts(results: Results) -> Table:
    """Show tools/list of a new process by the number of tools, in milliseconds."""
    counts = sorted({count for by in results.cold_by_tools.values() for count in by}, key=int)

    def with_tools(count: str) -> Callable[[Row], str]:
        def cell(row: Row) -> str:
            sample = results.cold_by_tools.get(row.key, {}).get(count)
            return _span(spread_of(sample).scaled(1000)) if sample else ABSENT

        return cell

    return _table(results, {f"{count} tools": with_tools(count) for count in counts})


def files(results: Results) -> Table:
    """Show what a process opens, reads and computes until its first answer."""
    bare = Row(key=INTERPRETER, title="bare interpreter")
    nothing = Files()

    def millions(row: Row) -> str:
        count = results.instructions.get(row.key)
        return ABSENT if count is None else f"{count / 1e6:.1f}"

    def opened(row: Row) -> str:
        return _count(results.files.get(row.key, nothing).opened)

    def read(row: Row) -> str:
        return _megabytes(results.files.get(row.key, nothing).cold_bytes_read, digits=2)

    columns = {
        "files opened": opened,
        "read from a cold cache, MB": read,
        "instructions, millions": millions,
    }
    return _table_of([*results.present, bare], columns)


def sizes(results: Results) -> Table:
    """Show what an environment takes of memory and a deployment carries."""
    return _table(
        results,
        {
            "after 1 call, MiB": lambda row: _memory(results, row.key, "after_1"),
            "after 1,000 calls, MiB": lambda row: _memory(results, row.key, "after_1000"),
            "installed, MB": lambda row: _megabytes(row.installed_bytes, digits=1),
        },
    )


def warm(results: Results) -> Table:
    """Show calls of an environment that is there, one after the other."""
    return _table(
        results,
        {
            "p50, ms": lambda row: _ms(results.warm_quantile(row.key, 0.5)),
            "p99, ms": lambda row: _ms(results.warm_quantile(row.key, 0.99)),
            "the meter's own, ms": lambda row: _ms(results.meter.get(row.key)),
            "calls per second": lambda row: _count(results.throughput.get(row.key)),
        },
    )


def streams(results: Results) -> Table:
    """Show when a client has what was written."""
    first, delay = results.first_byte, results.event_delay
    return _table(
        results,
        {
            "first byte p50, ms": lambda row: _quantile_ms(first.get(row.key), 0.5),
            "p99, ms": lambda row: _quantile_ms(first.get(row.key), 0.99),
            "event delay p50, ms": lambda row: _quantile_ms(delay.get(row.key), 0.5),
            "delay p99, ms": lambda row: _quantile_ms(delay.get(row.key), 0.99),
            "delay at most, ms": lambda row: _quantile_ms(delay.get(row.key), 1),
        },
    )


def budgets(results: Results) -> Table:
    """Show what was promised, what was reached, whether that is kept."""
    words = {True: "yes", False: "no", None: "not measured"}
    return Table(
        ("what", "budget", "reached", "kept"),
        [
            (
                verdict.name,
                f"≤ {verdict.ceiling}",
                verdict.reached or ABSENT,
                words[verdict.is_kept],
            )
            for verdict in judge_budgets(results)
        ],
    )


def candidates(results: Results) -> Table:
    """Show what ran, in which version, and what has to be known to judge it."""
    rows = [(row.title, _versions(row), row.note) for row in results.present]
    ours = [row.family == "firstbyte" for row in results.present]
    return Table(("candidate", "versions", "note"), rows, ours)


def absent(results: Results) -> Table:
    """Show what did not run, and why."""
    return Table(
        ("candidate", "why it was left out"),
        [(row.title, row.reason or "") for row in results.absent],
    )


def faults(results: Results) -> Table:
    """Show answers and starts that did not count."""
    titles = {row.key: row.title for row in results.candidates}
    rows = [
        (titles.get(fault.key, fault.key), fault.question, fault.whose, fault.text)
        for fault in results.faults
    ]
    return Table(("candidate", "asked", "whose fault", "what happened"), rows)


ALL: Final = (
    summary,
    cold_start,
    cold_first_byte,
    cold_milliseconds,
    cpu_shares,
    tool_counts,
    files,
    sizes,
    warm,
    streams,
    budgets,
    candidates,
    absent,
    faults,
)
"""Every table of a report; a page names them as they are named here."""


def _table(results: Results, columns: Columns, keys: Sequence[str] = ()) -> Table:
    return _table_of([row for row in results.present if not keys or row.key in keys], columns)


def _table_of(rows: Sequence[Row], columns: Columns) -> Table:
    """Keep the rows with any figure, and the columns with any."""
    cells = [(row, [cell(row) for cell in columns.values()]) for row in rows]
    shown = [
        any(texts[number] != ABSENT for _, texts in cells) for number in range(len(columns))
    ]
    kept = [(row, _where(shown, texts)) for row, texts in cells if {*texts, ABSENT} != {ABSENT}]
    return Table(
        ("candidate", *_where(shown, columns)),
        [(row.title, *texts) for row, texts in kept],
        [row.family == "firstbyte" for row, _ in kept],
        is_figures=True,
    )


def _where(shown: Sequence[bool], texts: Iterable[str]) -> list[str]:
    return [text for text, is_shown in zip(texts, shown, strict=True) if is_shown]


def _per_question(
    ratio: Callable[[str, str], Spread | None],
) -> dict[str, Callable[[Row], str]]:
    def cell(question: str) -> Callable[[Row], str]:
        def text(row: Row) -> str:
            spread = ratio(question, row.key)
            return _span(spread) if spread else ABSENT

        return text

    return {ASKED[question]: cell(question) for question in QUESTIONS}


def _versions(row: Row) -> str:
    return ", ".join(f"{name} {version}" for name, version in row.versions.items())


def _times(spread: Spread | None) -> str:
    return f"{_figure(spread.median)} ×" if spread else ABSENT


def _span(spread: Spread) -> str:
    return f"{_figure(spread.median)} ({_figure(spread.low)}–{_figure(spread.high)})"


def _quantile_ms(sample: Sequence[float] | None, share: float) -> str:
    return _ms(quantile(sample, share)) if sample else ABSENT


def _ms(seconds: float | None) -> str:
    return ABSENT if seconds is None else _figure(seconds * 1000)


def _figure(value: float) -> str:
    """Write a number with the digits that noise leaves: two decimals below 10."""
    return f"{value:,.{2 if value < 10 else 1 if value < 100 else 0}f}"


def _memory(results: Results, key: str, when: str) -> str:
    found = results.memory.get(key)
    octets = getattr(found, when) if found else None
    return ABSENT if octets is None else f"{octets / 2**20:.1f}"


def _megabytes(octets: int | None, *, digits: int) -> str:
    return ABSENT if octets is None else f"{octets / 1e6:.{digits}f}"


def _count(number: float | None) -> str:
    return ABSENT if number is None else f"{number:,.0f}"
