"""Hold a run against the budgets: what may be reached, what was, and whether that is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.files import INTERPRETER
from benchmarks.own import MANY_TOOLS, OURS, STOCK
from benchmarks.results import ADAPTER, Results
from benchmarks.spread import Spread, quantile

_FIRST_QUESTIONS: Final = ("initialize", "discover", "list")


@dataclass(frozen=True, slots=True)
class Budget:
    """One promise: a ceiling, and how a run tells what was reached."""

    name: str
    ceiling: float
    reached: Callable[[Results], float | Spread | None]
    """None where the run did not measure it; of a spread the median counts."""
    shown: Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A budget after a run; `reached` and `is_kept` are None if it was not measured."""

    name: str
    ceiling: str
    reached: str | None
    is_kept: bool | None


def judge_budgets(results: Results) -> list[Verdict]:
    """Hold a run against every budget."""
    return [_judge(budget, budget.reached(results)) for budget in BUDGETS]


def _judge(budget: Budget, reached: float | Spread | None) -> Verdict:
    ceiling = budget.shown(budget.ceiling)
    if reached is None:
        return Verdict(budget.name, ceiling, None, None)
    if isinstance(reached, Spread):
        low, median, high = map(budget.shown, (reached.low, reached.median, reached.high))
        return Verdict(
            budget.name, ceiling, f"{median} [{low}, {high}]", reached.median <= budget.ceiling
        )
    return Verdict(budget.name, ceiling, budget.shown(reached), reached <= budget.ceiling)


def _first_answers(results: Results, share: str | None = None) -> Spread | None:
    """Take the slowest of the three first answers, if all were measured."""
    found = [results.ratio(question, OURS, share) for question in _FIRST_QUESTIONS]
    known = [spread for spread in found if spread is not None]
    if len(known) < len(found):
        return None
    return max(known, key=lambda spread: spread.median)


def _first_answer_at_small_share(results: Results) -> Spread | None:
    return _first_answers(results, "0.29")


def _first_call(results: Results) -> Spread | None:
    return results.ratio("call", OURS)


def _many_tools(results: Results) -> float | None:
    """Take the worse of a list and a light call, beside the same server without the 200."""
    return _worst(
        [
            _over(
                _median(results.started(question, MANY_TOOLS)),
                _median(results.started(question, OURS)),
            )
            for question in ("list", "call")
        ]
    )


def _beside_adapter(results: Results) -> float | None:
    return _over(
        _median(results.started("initialize", OURS)),
        _median(results.started("initialize", ADAPTER)),
    )


def _opened(results: Results) -> float | None:
    files = results.files
    if OURS not in files or STOCK not in files:
        return None
    return _over(files[OURS].opened, files[STOCK].opened)


def _cold_bytes(results: Results) -> float | None:
    """Count what is read beyond the bare interpreter's, which both need.

    Whoever reads less than that found its files in the cache, and nothing was measured.
    """
    found = [results.files.get(key) for key in (OURS, STOCK, INTERPRETER)]
    ours, stock, bare = [files.cold_bytes_read if files else None for files in found]
    if ours is None or stock is None or bare is None or min(ours, stock) <= bare:
        return None
    return _over(ours - bare, stock - bare)


def _instructions(results: Results) -> float | None:
    return _over(results.instructions.get(OURS), results.instructions.get(STOCK))


def _memory(results: Results) -> float | None:
    memory = results.memory
    if OURS not in memory or STOCK not in memory:
        return None
    return _over(memory[OURS].after_1000, memory[STOCK].after_1000)


def _warm_beside_adapter(results: Results) -> float | None:
    return _over(results.warm_quantile(OURS, 0.5), results.warm_quantile(ADAPTER, 0.5))


def _event_delay(results: Results) -> float | None:
    return _median(results.event_delay.get(OURS, ()))


def _median(sample: Sequence[float]) -> float | None:
    return quantile(sample, 0.5) if sample else None


def _worst(values: Sequence[float | None]) -> float | None:
    """Take the largest, if all were measured: some do not keep a promise for all."""
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(values) else None


def _over(value: float | None, base: float | None) -> float | None:
    return None if value is None or not base else value / base


def _ratio(value: float) -> str:
    return f"{value:.2f}"


def _fraction(value: float) -> str:
    return f"1/{round(1 / value, 1):g}"


def _milliseconds(value: float) -> str:
    return f"{value * 1000:.2f} ms"


BUDGETS: Final = (
    Budget(
        "process start to the first answer to initialize, server/discover and tools/list, "
        "the slowest of them, against stock awslambdaric with a constant handler",
        0.45,
        _first_answers,
        _ratio,
    ),
    Budget(
        "the same to the first tools/call of a tool without heavy imports",
        1.2,
        _first_call,
        _ratio,
    ),
    Budget(
        "tools/list, and a call of a light tool, with 200 tools beside it that import boto3, "
        "against the same server without them",
        1.05,
        _many_tools,
        _ratio,
    ),
    Budget(
        "the first answer against the Lambda Web Adapter with the official SDK",
        1 / 35,
        _beside_adapter,
        _fraction,
    ),
    Budget("the first row at a CPU share of 0.29", 0.35, _first_answer_at_small_share, _ratio),
    Budget("files opened until the first answer, against stock", 0.5, _opened, _ratio),
    Budget(
        "bytes read from a cold file cache beyond the bare interpreter's, against stock",
        0.4,
        _cold_bytes,
        _ratio,
    ),
    Budget(
        "instructions to the first answer (callgrind), against stock",
        0.4,
        _instructions,
        _ratio,
    ),
    Budget("peak memory after 1,000 calls, against stock", 1.3, _memory, _ratio),
    Budget(
        "a warm call, event in to last byte out, against the Lambda Web Adapter with the "
        "official SDK",
        1 / 8,
        _warm_beside_adapter,
        _fraction,
    ),
    Budget(
        "a written event's delay until the client has it, median",
        0.001,
        _event_delay,
        _milliseconds,
    ),
)
"""What the project promises; ratios are of medians in one run on one machine."""
