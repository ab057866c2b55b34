"""Draw results, for light pages and for dark ones; as png for light ones only.

The hues are Okabe and Ito's, which readers with any kind of colour vision tell apart, and no
figure needs them: every row and curve is named. The same results give the same octets.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from matplotlib.typing import RcKeyType

from benchmarks.own import OURS
from benchmarks.results import Results, Row
from benchmarks.spread import Spread, spread_of

_WIDTH_IN: Final = 9.6
_ROW_IN: Final = 0.3
_LETTER_IN: Final = 0.076
"""What a letter of a candidate's name takes on average, in bold."""
_DOTS_PER_INCH: Final = 160
_LEAST_LOG_RANGE: Final = 4
_CURVE_POINTS: Final = 200
"""Points of a distribution's curve; more cannot be seen and make the file heavy."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one page."""

    suffix: str
    paper: str
    ink: str
    muted: str
    grid: str
    band: str
    """Behind the rows that are ours."""
    families: Mapping[str, str]


PALETTES: Final = (
    Palette(
        suffix="",
        paper="#ffffff",
        ink="#1f2328",
        muted="#59636e",
        grid="#dfe3e8",
        band="#e6f1fb",
        families={
            "firstbyte": "#0072b2",
            "stock": "#59636e",
            "python": "#d98c00",
            "node": "#009e73",
            "rust": "#cc79a7",
        },
    ),
    Palette(
        suffix="-dark",
        paper="#0d1117",
        ink="#e6edf3",
        muted="#9198a1",
        grid="#2b323b",
        band="#122a40",
        families={
            "firstbyte": "#56b4e9",
            "stock": "#9198a1",
            "python": "#e69f00",
            "node": "#1fbf92",
            "rust": "#e39ac3",
        },
    ),
)

FAMILIES: Final = {
    "firstbyte": "firstbyte",
    "stock": "empty function",
    "python": "Python",
    "node": "Node",
    "rust": "Rust",
}


def draw_all(results: Results, folder: Path) -> list[str]:
    """Write what the results have figures for; returns the plots' names."""
    drawn = []
    for name, draw in PLOTS.items():
        for palette in PALETTES:
            with mpl.rc_context(_settings(name, palette)):
                figure = draw(results, palette)
                if figure is None:
                    break
                path = folder / f"{name}{palette.suffix}"
                # With a date the files would differ from run to run.
                figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
                if palette is PALETTES[0]:
                    figure.savefig(path.with_suffix(".png"), metadata={"Software": None})
        else:
            drawn.append(name)
    return drawn


def cold_start(results: Results, palette: Palette) -> Figure | None:
    """Draw, a row per candidate, the ratio until a first answer and a first call's."""
    rows = [row for row in results.present if results.first_answer(row.key)]
    if not rows:
        return None
    figure, axes = _row_chart(
        rows,
        palette,
        "Process start to the first answer",
        "multiples of stock awslambdaric with a handler that returns a constant; logarithmic",
    )
    axes.set_xscale("log")
    axes.axvline(1, color=palette.muted, linewidth=1, zorder=1)
    columns = ((0, "answer"), (1, "call"))
    for column, name in columns:
        _value(axes, -0.95, name, palette, column=column)
    for height, row in enumerate(rows):
        ratios = (results.first_answer(row.key), results.ratio("call", row.key))
        lanes = (-0.16, 0.16) if ratios[1] else (0.0, 0.0)
        for lane, ratio, (column, _) in zip(lanes, ratios, columns, strict=True):
            if ratio:
                hue = palette.families[row.family]
                _mark(axes, height + lane, ratio, hue, is_hollow=column > 0)
                _value(axes, height, f"{_brief(ratio.median)}×", palette, row, column)
    _log_axis(axes.xaxis, "×")
    _legend(
        figure,
        palette,
        rows,
        [
            _dot(palette.muted, "first answer (median; line: the middle half)"),
            _dot(palette.muted, "first tools/call", is_hollow=True),
        ],
    )
    return figure


def cpu_share(results: Results, palette: Palette) -> Figure | None:
    """Draw, a row per candidate, how long a first answer takes at each share."""
    if len(results.shares) < 2:
        return None
    shares = results.shares
    rows = [
        row for row in results.present if all(results.first_answer(row.key, s) for s in shares)
    ]
    figure, axes = _row_chart(
        rows,
        palette,
        "The first answer under a CPU share",
        "milliseconds from process start; logarithmic",
    )
    axes.set_xscale("log")
    _value(axes, -0.95, f"share {shares[-1]}", palette)
    opacities = [0.42 + 0.58 * number / (len(shares) - 1) for number in range(len(shares))]
    for height, row in enumerate(rows):
        hue = palette.families[row.family]
        samples = [
            results.started(results.first_question(row.key), row.key, share) for share in shares
        ]
        spreads = [spread_of(sample).scaled(1000) for sample in samples]
        medians = [spread.median for spread in spreads]
        axes.plot(medians, [height] * len(medians), color=hue, linewidth=1.5, alpha=0.4)
        for spread, opacity in zip(spreads, opacities, strict=True):
            _mark(axes, height, spread, _mixed(hue, palette.paper, opacity))
        _value(axes, height, f"{_brief(medians[-1])} ms", palette, row)
    _log_axis(axes.xaxis)
    names = {"1": "1, as with 1,769 MB", "0.58": "0.58, 1,024 MB", "0.29": "0.29, 512 MB"}
    _legend(
        figure,
        palette,
        rows,
        [
            _dot(
                _mixed(palette.ink, palette.paper, opacity), f"share {names.get(share, share)}"
            )
            for share, opacity in zip(shares, opacities, strict=True)
        ],
    )
    return figure


def memory(results: Results, palette: Palette) -> Figure | None:
    """Draw, a row per candidate, peak memory after the first call and after a thousand."""
    known = {
        row.key: (found.after_1, found.after_1000)
        for row in results.present
        if (found := results.memory.get(row.key))
    }
    rows = sorted(
        (row for row in results.present if any(known.get(row.key, ()))),
        key=lambda row: max(octets or 0 for octets in known[row.key]),
    )
    if not rows:
        return None
    figure, axes = _row_chart(
        rows, palette, "Peak memory of an environment", "MiB, all its processes together"
    )
    for height, row in enumerate(rows):
        after_1, after_1000 = (octets and octets / 2**20 for octets in known[row.key])
        hue = palette.families[row.family]
        longest = max(after_1 or 0, after_1000 or 0)
        axes.barh(height, longest, height=0.5, color=_mixed(hue, palette.paper, 0.45))
        if after_1:
            axes.barh(height, after_1, height=0.5, color=hue)
        _value(axes, height, f"{longest:.0f} MiB", palette, row)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(
        figure,
        palette,
        rows,
        [
            _dot(palette.muted, "after the first call", marker="s"),
            _dot(_mixed(palette.muted, palette.paper, 0.45), "after 1,000 calls", marker="s"),
        ],
    )
    return figure


def tool_count(results: Results, palette: Palette) -> Figure | None:
    """Draw, a curve per candidate, a new process's tools/list by the number of tools."""
    titles = {row.key: row for row in results.present}
    curves = {key: by for key, by in results.cold_by_tools.items() if key in titles}
    if not curves:
        return None
    figure, axes = _plain_chart(
        palette,
        "Process start to the end of tools/list, by the number of tools",
        "milliseconds, logarithmic; median and the middle half",
    )
    ends = []
    for key, by_count in curves.items():
        row = titles[key]
        hue = palette.families[row.family]
        counts = sorted(by_count, key=int)
        spreads = [spread_of(by_count[count]).scaled(1000) for count in counts]
        numbers = [int(count) for count in counts]
        medians = [spread.median for spread in spreads]
        axes.plot(numbers, medians, color=hue, marker="o", markersize=5, linewidth=_weight(row))
        axes.fill_between(
            numbers,
            [spread.low for spread in spreads],
            [spread.high for spread in spreads],
            color=hue,
            alpha=0.18,
            linewidth=0,
        )
        ends.append((numbers[-1], medians[-1], row))
    axes.set_xlabel("tools")
    axes.set_xticks(sorted({int(count) for by in curves.values() for count in by}))
    axes.set_yscale("log")
    _log_axis(axes.yaxis)
    _name_ends(axes, ends, palette)
    return figure


def streams(results: Results, palette: Palette) -> Figure | None:
    """Draw two distributions: the first byte of a stream, and the delay of each event in it."""
    samples = (results.first_byte, results.event_delay)
    rows = [row for row in results.present if any(sample.get(row.key) for sample in samples)]
    if not rows:
        return None
    legend_in = 0.3 + 0.19 * -(-len(rows) // 2)
    height_in = 4.6 + legend_in
    figure = Figure(figsize=(_WIDTH_IN, height_in))
    _title(
        figure,
        palette,
        "When a client has what was written",
        "share of all that arrived within so many milliseconds, on loopback; logarithmic",
    )
    pair = figure.subplots(1, 2, sharey=True)
    titles = (
        "event handed out to the first byte of its stream",
        "an event written to received",
    )
    figure.subplots_adjust(
        left=0.07,
        right=0.98,
        top=1 - 1.05 / height_in,
        bottom=(legend_in + 0.35) / height_in,
        wspace=0.08,
    )
    for axes, sample, title in zip(pair, samples, titles, strict=True):
        _style(axes, palette)
        axes.set_xscale("log")
        axes.grid(axis="both", color=palette.grid, linewidth=0.8)
        axes.set_title(title, loc="left", fontsize=9.5, color=palette.ink)
        for number, row in enumerate(rows):
            if sample.get(row.key):
                xs, ys = curve_of([seconds * 1000 for seconds in sample[row.key]])
                axes.step(xs, ys, where="post", **_line(row, number, palette))
        _log_axis(axes.xaxis)
    pair[0].yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
    figure.legend(
        handles=[
            Line2D([], [], label=row.title, **_line(row, number, palette))
            for number, row in enumerate(rows)
        ],
        loc=(0.06, 0.08 / height_in),
        ncols=2,
        frameon=False,
        labelcolor=palette.ink,
        fontsize=8.5,
    )
    return figure


PLOTS: Final[Mapping[str, Callable[[Results, Palette], Figure | None]]] = {
    "cold-start": cold_start,
    "tool-count": tool_count,
    "cpu-share": cpu_share,
    "streams": streams,
    "memory": memory,
}
"""A file's name to what draws it; None where a run has no figures for it."""


def curve_of(sample: Sequence[float]) -> tuple[list[float], list[float]]:
    """Give the distribution of a sample: values, and the share of the sample up to each."""
    ordered = sorted(sample)
    points = min(_CURVE_POINTS, len(ordered))
    shares = [number / points for number in range(1, points + 1)]
    values = [ordered[max(0, round(share * len(ordered)) - 1)] for share in shares]
    return [ordered[0], *values], [0.0, *shares]


def _settings(name: str, palette: Palette) -> dict[RcKeyType, Any]:
    return {
        "svg.hashsalt": name,
        "savefig.dpi": _DOTS_PER_INCH,
        "savefig.facecolor": palette.paper,
        "font.family": "DejaVu Sans",
        "font.size": 9.5,
        "text.color": palette.ink,
        "axes.labelcolor": palette.muted,
        "xtick.color": palette.muted,
        "ytick.color": palette.muted,
        "axes.facecolor": palette.paper,
        "axes.edgecolor": palette.grid,
    }


def _row_chart(
    rows: Sequence[Row], palette: Palette, title: str, subtitle: str
) -> tuple[Figure, Axes]:
    """Make an empty chart with a named row for each candidate, the first on top."""
    above, below = 0.95, 0.95
    height = above + below + _ROW_IN * len(rows)
    figure = Figure(figsize=(_WIDTH_IN, height))
    left = (0.3 + _LETTER_IN * max(len(row.title) for row in rows)) / _WIDTH_IN
    axes = figure.add_axes((left, below / height, 0.84 - left, _ROW_IN * len(rows) / height))
    _title(figure, palette, title, subtitle)
    _style(axes, palette)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [row.title for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=palette.grid, linewidth=0.8)
    for number, (label, row) in enumerate(zip(axes.get_yticklabels(), rows, strict=True)):
        label.set_color(palette.ink)
        if row.family == "firstbyte":
            label.set_fontweight("bold")
            axes.axhspan(number - 0.5, number + 0.5, color=palette.band, zorder=0)
    return figure, axes


def _plain_chart(palette: Palette, title: str, subtitle: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH_IN, 4.6))
    axes = figure.add_axes((0.06, 0.12, 0.56, 0.68))
    _title(figure, palette, title, subtitle)
    _style(axes, palette)
    axes.grid(axis="y", color=palette.grid, linewidth=0.8)
    return figure, axes


def _title(figure: Figure, palette: Palette, title: str, subtitle: str) -> None:
    height = figure.get_figheight()
    figure.text(0.02, 1 - 0.34 / height, title, fontsize=14, weight="bold", color=palette.ink)
    figure.text(0.02, 1 - 0.6 / height, subtitle, fontsize=9.5, color=palette.muted)


def _style(axes: Axes, palette: Palette) -> None:
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(palette.grid)
    axes.tick_params(which="both", length=0)


def _mark(
    axes: Axes, height: float, spread: Spread, hue: str, *, is_hollow: bool = False
) -> None:
    """Draw a dot at the median on a line over the middle half."""
    axes.plot(
        [spread.low, spread.high],
        [height] * 2,
        color=hue,
        linewidth=2,
        solid_capstyle="butt",
        zorder=2,
    )
    face = axes.get_facecolor() if is_hollow else hue
    axes.plot(
        spread.median, height, "o", markersize=5, color=hue, markerfacecolor=face, zorder=3
    )


def _value(
    axes: Axes,
    height: float,
    text: str,
    palette: Palette,
    row: Row | None = None,
    column: int = 0,
) -> None:
    """Write the figure itself, right of the rows; without a row the column's name."""
    axes.annotate(
        text,
        (1, height),
        xycoords=("axes fraction", "data"),
        xytext=(10 + 52 * column, 0),
        textcoords="offset points",
        va="center_baseline",
        fontsize=9.5 if row else 8.5,
        weight="bold" if row and row.family == "firstbyte" else "normal",
        color=palette.ink if row else palette.muted,
        annotation_clip=False,
    )


def _log_axis(axis: Axis, unit: str = "") -> None:
    low, high = axis.get_view_interval()
    if high / low < _LEAST_LOG_RANGE:
        # Noise would fill the chart.
        aside = math.sqrt(_LEAST_LOG_RANGE / (high / low))
        low, high = low / aside, high * aside
        axis.set_view_interval(low, high, ignore=True)
    # More marks would run into each other.
    steps = (1, 2, 5) if high / low < 10_000 else (1,)
    axis.set_major_locator(LogLocator(subs=steps, numticks=20))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{_plain(value)}{unit}"))
    axis.set_minor_formatter(NullFormatter())


def _plain(value: float) -> str:
    return f"{value:,g}"


def _legend(
    figure: Figure, palette: Palette, rows: Sequence[Row], marks: Sequence[Line2D]
) -> None:
    """Say what the marks mean, then the families among the rows."""
    families = {row.family for row in rows}
    hues = [
        _dot(palette.families[family], name, marker="s")
        for family, name in FAMILIES.items()
        if family in families
    ]
    for handles, above_in in ((marks, 0.3), (hues, 0.06)):
        figure.legend(
            handles=handles,
            loc=(0.015, above_in / figure.get_figheight()),
            ncols=len(handles),
            frameon=False,
            labelcolor=palette.muted,
            fontsize=8.5,
            handletextpad=0.2,
            columnspacing=1.4,
        )


def _dot(hue: str, label: str, *, marker: str = "o", is_hollow: bool = False) -> Line2D:
    face = "none" if is_hollow else hue
    return Line2D(
        [], [], linestyle="", marker=marker, color=hue, markerfacecolor=face, label=label
    )


def _line(row: Row, number: int, palette: Palette) -> dict[str, Any]:
    """Give a curve's look; dashes tell curves of one hue apart."""
    dashes = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
    return {
        "color": palette.families[row.family],
        "linewidth": _weight(row),
        "linestyle": "-" if row.key == OURS else dashes[number % len(dashes)],
        "zorder": 3 if row.family == "firstbyte" else 2,
    }


def _weight(row: Row) -> float:
    return 2.6 if row.family == "firstbyte" else 1.5


def _name_ends(axes: Axes, ends: Sequence[tuple[float, float, Row]], palette: Palette) -> None:
    """Name curves at their right ends, apart from each other."""
    low, high = axes.get_ylim()
    least = (high / low) ** 0.06
    height = 0.0
    for _, value, row in sorted(ends, key=lambda end: end[1]):
        height = max(value, height * least)
        axes.annotate(
            f"{row.title}: {_brief(value)} ms",
            (1.02, height),
            xycoords=axes.get_yaxis_transform(),
            va="center",
            color=palette.ink,
            weight="bold" if row.family == "firstbyte" else "normal",
            annotation_clip=False,
        )


def _mixed(hue: str, paper: str, opacity: float) -> str:
    """Thin `hue` on `paper` to a plain colour, through which nothing beneath shines."""
    pairs = zip(to_rgb(hue), to_rgb(paper), strict=True)
    red, green, blue = (a * opacity + b * (1 - opacity) for a, b in pairs)
    return to_hex((red, green, blue))


def _brief(value: float) -> str:
    return f"{value:,.{2 if value < 10 else 1 if value < 100 else 0}f}"
