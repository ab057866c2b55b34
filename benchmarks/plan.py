"""Say how much is measured: everything, or what two minutes allow."""

import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.candidate import Candidate, Unavailable
from benchmarks.cold import by_tools_jobs, cold_jobs
from benchmarks.command import require
from benchmarks.files import file_jobs
from benchmarks.instructions import instruction_jobs
from benchmarks.meter import Meter
from benchmarks.own import MANY_TOOLS, OURS, STOCK
from benchmarks.schedule import Job
from benchmarks.share import UNLIMITED, Share, cpu_share
from benchmarks.streams import stream_jobs
from benchmarks.warm import warm_jobs

WHOLE: Final = "1"
"""The CPU share of all that does not compare shares: one processor, as 1,769 MB get."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes of all measurements."""

    rounds: int
    """Cold starts of each candidate with each question that count."""
    questions: Sequence[str]
    small_shares: Sequence[str]
    small_share_rounds: int
    warm: tuple[int, int]
    """Environments of each candidate, and calls of each."""
    streams: tuple[int, int]
    """The same for streams."""
    file_rounds: int
    """Starts of each candidate with its files thrown out of the cache."""
    further_tools: Sequence[int]
    """How many tools that import boto3 lie beside the three."""
    keys: Sequence[str] = ()
    """Only these candidates; all if empty."""
    limit_s: float | None = None
    """Measuring ends by then, with the rounds it got to."""
    left_out: Sequence[str] = ()
    """What a reader of the results has to know is not there."""


FULL: Final = Plan(
    rounds=11,
    questions=("initialize", "discover", "list", "call", "call_boto3"),
    small_shares=("0.58", "0.29"),
    small_share_rounds=5,
    warm=(3, 1_000),
    streams=(3, 5),
    file_rounds=5,
    further_tools=(0, 50, 100, 200),
)
QUICK: Final = Plan(
    rounds=4,
    questions=("initialize", "discover", "list", "call"),
    small_shares=(),
    small_share_rounds=0,
    warm=(1, 1_000),
    streams=(1, 3),
    file_rounds=3,
    further_tools=(),
    keys=(STOCK, OURS, MANY_TOOLS, "adapter-mcp-json", "adapter-fastmcp-json", "rust-rmcp"),
    limit_s=95,
    left_out=(
        "all rivals but the main ones",
        "the tool that uses boto3",
        "CPU shares below a whole processor",
        "cold start by number of tools",
    ),
)


def make_jobs(
    plan: Plan,
    meter: Meter,
    candidates: Sequence[Candidate],
    forms: Mapping[str, Mapping[int, Candidate]],
    python: Path,
    order: random.Random,
    stack: ExitStack,
) -> tuple[list[Job], list[str]]:
    """List all that is to be done, and what of it is not possible here.

    The groups of the CPU shares are gone when `stack` closes.
    """
    groups, impossible = _enter_shares((WHOLE, *plan.small_shares), stack)
    whole = groups.get(WHOLE)
    whole_name = WHOLE if whole else UNLIMITED
    starts = [
        (candidate, question)
        for candidate in candidates
        for question in plan.questions
        if question in candidate.questions
    ]
    cold = list(cold_jobs(meter, starts, (whole_name, whole), plan.rounds, order))
    small = [
        job
        for name in plan.small_shares
        if name in groups
        for job in cold_jobs(
            meter,
            _first_answers(candidates),
            (name, groups[name]),
            plan.small_share_rounds,
            order,
        )
    ]
    by_tools = by_tools_jobs(meter, forms, whole, plan.small_share_rounds, order)
    others = [
        *warm_jobs(meter, candidates, whole, plan.warm, order),
        *stream_jobs(meter, candidates, whole, plan.streams, order),
        *_counted(
            ("strace", "-qq", "-e", "trace=none", "true"),
            "files opened and bytes read from a cold cache",
            file_jobs(meter, candidates, python, plan.file_rounds),
            impossible,
        ),
        *_counted(
            ("valgrind", "--version"),
            "instructions",
            instruction_jobs(meter, candidates),
            impossible,
        ),
    ]
    # Where time is short, fewer rounds are the least loss: but for the first, and for the one
    # before it that fills caches.
    soon = 2 * len(starts)
    return [*cold[:soon], *others, *cold[soon:], *small, *by_tools], impossible


def _first_answers(candidates: Sequence[Candidate]) -> list[tuple[Candidate, str]]:
    """Pair each with what a client asks it first; ours with all that is promised for it."""
    starts = []
    for candidate in candidates:
        asked = [candidate.first_question]
        if candidate.key == OURS:
            asked = ["initialize", "discover", "list"]
        starts += [(candidate, question) for question in asked]
    return starts


def _counted(
    check: Sequence[str], what: str, jobs: Iterable[Job], impossible: list[str]
) -> Iterable[Job]:
    """Give `jobs` if the program that counts for them runs here; else tell why it does not."""
    try:
        require(*check)
    except Unavailable as error:
        impossible.append(f"{what}: {error}")
        return ()
    return jobs


def _enter_shares(names: Sequence[str], stack: ExitStack) -> tuple[dict[str, Share], list[str]]:
    """Make the groups of all shares, or of none: then everything has the whole machine."""
    groups = {}
    for name in names:
        try:
            groups[name] = stack.enter_context(cpu_share(name))
        except Unavailable as error:
            return {}, [f"CPU shares; all ran on the whole machine, unlimited: {error}"]
    return groups, []
