"""Measure when a stream's first octet comes, and how long each event is on its way.

Every event carries the moment at which its tool sent it (CLOCK_MONOTONIC, which all processes
of a machine share); its delay ends when its last octet was read from the answer's POST.
"""

import random
from collections.abc import Iterator, Sequence

from benchmarks.candidate import Candidate
from benchmarks.meter import Meter
from benchmarks.schedule import Job
from benchmarks.share import Share
from benchmarks.verdict import read_delays_ns


def stream_jobs(
    meter: Meter,
    candidates: Sequence[Candidate],
    group: Share | None,
    size: tuple[int, int],
    order: random.Random,
) -> Iterator[Job]:
    """Yield environments of each candidate that streams; `size` is rounds and streams of each.

    The first stream of an environment does not count: what it shows is the cold start.
    """
    rounds, streams = size

    def job(candidate: Candidate, number: int) -> Job:
        first_byte, delay = ("first_byte", candidate.key), ("event_delay", candidate.key)

        def measure() -> None:
            with meter.start(candidate, group) as environment:
                asked = [
                    meter.ask(environment, candidate, "events") for _ in range(streams + 1)
                ]
            for one in asked[1:]:
                came_ns, _ = one.answer.parts[0]
                meter.recording.add(first_byte, [(came_ns - one.asked_ns) / 1e9])
                delays_ns = read_delays_ns(one.answer)
                meter.recording.add(delay, [delay_ns / 1e9 for delay_ns in delays_ns])

        return Job(
            kind=("events", candidate.key),
            label=f"streams, round {number} of {rounds}",
            rough_s=0.5 + 0.3 * streams,
            run=lambda: meter.attempt(
                candidate, "events", number, [first_byte, delay], measure
            ),
        )

    streaming = [candidate for candidate in candidates if "events" in candidate.questions]
    for number in range(1, rounds + 1):
        for candidate in order.sample(streaming, len(streaming)):
            yield job(candidate, number)
