"""Measure process start to the last octet of the first answer, round by round.

Each round starts every candidate once for each of its questions, in a new order, so that the
machine's noise hits all alike. Round 0 does not count: it compiles and fills the file cache.
"""

import random
from collections.abc import Iterable, Iterator, Mapping

from benchmarks.candidate import Candidate
from benchmarks.meter import Meter
from benchmarks.schedule import Job
from benchmarks.share import Share, size_of

Starts = Iterable[tuple[Candidate, str]]
"""Candidates, each with a question."""


def cold_jobs(
    meter: Meter,
    starts: Starts,
    share: tuple[str, Share | None],
    rounds: int,
    order: random.Random,
) -> Iterator[Job]:
    """Yield the starts of all rounds at one CPU share."""
    name, group = share

    def job(candidate: Candidate, question: str, number: int) -> Job:
        def measure() -> None:
            with meter.start(candidate, group) as environment:
                asked = meter.ask(environment, candidate, question)
            if number:
                first_byte_s = (asked.began_ns - asked.asked_ns) / 1e9
                meter.recording.add(paths[0], [asked.seconds])
                meter.recording.add(paths[1], [first_byte_s])

        paths = [
            (member, name, question, candidate.key) for member in ("cold", "cold_first_byte")
        ]
        return Job(
            kind=("cold", name, candidate.key, question),
            label=f"cold start, CPU share {name}, round {number} of {rounds}",
            rough_s=0.5 / min(1, size_of(name)),
            run=lambda: meter.attempt(candidate, question, number, paths, measure),
        )

    pairs = list(starts)
    for number in range(rounds + 1):
        for candidate, question in order.sample(pairs, len(pairs)):
            yield job(candidate, question, number)


def by_tools_jobs(
    meter: Meter,
    forms: Mapping[str, Mapping[int, Candidate]],
    group: Share | None,
    rounds: int,
    order: random.Random,
) -> Iterator[Job]:
    """Yield the starts of servers with different numbers of tools; each lists them."""

    def job(key: str, count: int, candidate: Candidate, number: int) -> Job:
        def measure() -> None:
            with meter.start(candidate, group) as environment:
                asked = meter.ask(environment, candidate, "list")
            if number:
                meter.recording.add(path, [asked.seconds])

        path = ("cold_by_tools", key, str(count))
        return Job(
            kind=path,
            label=f"cold start by number of tools, round {number} of {rounds}",
            rough_s=0.5,
            run=lambda: meter.attempt(candidate, "list", number, [path], measure),
        )

    all_forms = [
        (key, count, candidate)
        for key, by_count in forms.items()
        for count, candidate in by_count.items()
    ]
    for number in range(rounds + 1):
        for form in order.sample(all_forms, len(all_forms)):
            yield job(*form, number)
