"""Measure calls of one environment back to back, and the memory it takes for them.

Memory is the peak of resident memory (VmHWM) added up over all processes of the environment:
what a Lambda function has to be given. What two processes share is counted twice; between an
adapter and its server that is the C library.
"""

import random
import time
from collections.abc import Iterator, Sequence

from benchmarks.candidate import Candidate
from benchmarks.meter import Meter
from benchmarks.process_tree import read_peak_bytes
from benchmarks.schedule import Job
from benchmarks.share import Share
from benchmarks.verdict import judge

UNCOUNTED: float = 0.1
"""The part of an environment's calls that comes first and counts for throughput and memory,
not for latency: just-in-time compilers, caches, whatever is loaded after the first answer."""


def warm_jobs(
    meter: Meter,
    candidates: Sequence[Candidate],
    group: Share | None,
    size: tuple[int, int],
    order: random.Random,
) -> Iterator[Job]:
    """Yield environments of each candidate, in rounds; `size` is rounds and calls of each."""
    rounds, calls = size

    def job(candidate: Candidate, number: int) -> Job:
        question = "call" if "call" in candidate.questions else "initialize"
        warm = ("warm", candidate.key, question)
        throughput = ("throughput", candidate.key)
        own = ("meter", candidate.key)
        after_1 = ("memory", candidate.key, "after_1")
        after_all = ("memory", candidate.key, f"after_{calls}")
        event = candidate.questions[question]

        def measure() -> None:
            with meter.start(candidate, group) as environment:
                meter.ask(environment, candidate, question)
                first_peak = read_peak_bytes(environment.tree())
                began_s = time.monotonic()
                asked = [environment.ask(event) for _ in range(calls - 1)]
                took_s = time.monotonic() - began_s
                last_peak = read_peak_bytes(environment.tree())
            for one in asked:
                judge(candidate, question, one.answer)
            counted = asked[int(UNCOUNTED * calls) :]
            meter.recording.add(warm, [one.seconds for one in counted])
            meter.recording.add(own, [one.own_ns / 1e9 for one in counted])
            meter.recording.add(throughput, [len(asked) / took_s])
            meter.recording.add(after_1, [first_peak])
            meter.recording.add(after_all, [last_peak])

        return Job(
            kind=("warm", candidate.key),
            label=f"warm calls, round {number} of {rounds}",
            rough_s=1 + calls / 1000,
            run=lambda: meter.attempt(
                candidate,
                question,
                number,
                [warm, own, throughput, after_1, after_all],
                measure,
            ),
        )

    for number in range(1, rounds + 1):
        for candidate in order.sample(candidates, len(candidates)):
            yield job(candidate, number)
