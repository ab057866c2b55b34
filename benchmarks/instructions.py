"""Count the instructions until the first answer: what repeats where times do not.

callgrind runs the empty function and ours, on one simulated processor; rivals in compiled
languages, or with two processes, would be judged by what it cannot simulate.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.candidate import Candidate
from benchmarks.meter import Meter
from benchmarks.schedule import Job

_FAMILIES: Final = ("stock", "firstbyte")
_TOTAL: Final = re.compile(r"^totals: (\d+)$", re.MULTILINE)


def instruction_jobs(meter: Meter, candidates: Sequence[Candidate]) -> Iterator[Job]:
    """Yield one count of each candidate that can be counted."""
    for candidate in candidates:
        if candidate.family in _FAMILIES and "initialize" in candidate.questions:
            yield _job(meter, candidate)


def parse_total(profile: str) -> int:
    """Read the instructions of all that callgrind's profile holds.

    Raises:
        ValueError: it was not written to its end.
    """
    match = _TOTAL.search(profile)
    if match is None:
        raise ValueError("callgrind wrote no total")
    return int(match[1])


def _job(meter: Meter, candidate: Candidate) -> Job:
    path = ("instructions", candidate.key)

    def measure() -> None:
        with tempfile.TemporaryDirectory(prefix="firstbyte-callgrind-") as folder:
            profile = Path(folder, "profile")
            callgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}"]
            counted = replace(
                candidate,
                command=[*callgrind, *candidate.command],
                environment={**candidate.environment, "PYTHONHASHSEED": "0"},
            )
            with meter.start(counted, None) as environment:
                meter.ask(environment, counted, "initialize")
                environment.stop()
            total = parse_total(profile.read_text())
        meter.recording.add(path, [total])

    return Job(
        kind=path,
        label="instructions",
        rough_s=6,
        run=lambda: meter.attempt(candidate, "initialize", 1, [path], measure),
    )
