"""Count the files opened until the first answer, and the bytes the disk gives for it.

Files are counted by strace (an audit hook of Python's misses a third). Then just these files
are thrown out of the file cache and the environment starts once more; what of them is in the
cache then is what it takes to start. The bare interpreter has a row of its own.
"""

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.candidate import Candidate
from benchmarks.file_cache import evict, resident_bytes
from benchmarks.meter import Meter
from benchmarks.schedule import Job

INTERPRETER: Final = "interpreter"
"""The row of an interpreter that runs nothing."""

TRACER: Final = ("strace", "-f", "-qq", "-ttt", "-y", "-e", "trace=openat,open,execve", "-o")
"""What runs a command and writes a log to the file that is named next."""

_OPENED: Final = re.compile(r"^\d+ +(\d+\.\d+) .*(?:openat|open)\b.* = \d+<([^>]*)>$")
_EXECUTED: Final = re.compile(r'^\d+ +(\d+\.\d+) execve\("([^"]*)".*$')


def file_jobs(
    meter: Meter, candidates: Sequence[Candidate], python: Path, rounds: int
) -> Iterator[Job]:
    """Yield what counts for each candidate, and for the bare interpreter."""
    for candidate in (_bare(python), *candidates):
        yield _job(meter, candidate, rounds)


def parse_opened(log: str, until_s: float) -> list[str]:
    """Read strace's log: the files opened, one for each time, until a moment of wall time.

    Opened until the first answer is whatever was opened when its last octet had come.
    """
    return [
        match[2]
        for line in log.splitlines()
        if (match := _OPENED.match(line)) and float(match[1]) <= until_s
    ]


def parse_executed(log: str) -> list[str]:
    """Read strace's log: the programs started."""
    return [match[2] for line in log.splitlines() if (match := _EXECUTED.match(line))]


def _job(meter: Meter, candidate: Candidate, rounds: int) -> Job:
    question = candidate.first_question
    opened_path = ("files", candidate.key, "opened")
    read_path = ("files", candidate.key, "cold_bytes_read")

    def measure() -> None:
        is_bare = candidate.key == INTERPRETER
        opened, executed = (
            _trace_bare(candidate) if is_bare else _trace(meter, candidate, question)
        )
        meter.recording.add(opened_path, [len(opened)])
        files = {*opened, *executed}
        for _ in range(rounds):
            evict(files)
            if is_bare:
                subprocess.run(candidate.command, check=True)
            else:
                with meter.start(candidate, None) as environment:
                    meter.ask(environment, candidate, question)
            meter.recording.add(read_path, [resident_bytes(files)])

    return Job(
        kind=("files", candidate.key),
        label="files opened and read",
        rough_s=2,
        run=lambda: meter.attempt(candidate, question, 1, [opened_path, read_path], measure),
    )


def _trace(meter: Meter, candidate: Candidate, question: str) -> tuple[list[str], list[str]]:
    with tempfile.TemporaryDirectory(prefix="firstbyte-strace-") as folder:
        logs = [Path(folder, "command"), Path(folder, "extension")]
        traced = replace(
            candidate,
            command=[*TRACER, str(logs[0]), *candidate.command],
            extension=candidate.extension and [*TRACER, str(logs[1]), *candidate.extension],
        )
        with meter.start(traced, None) as environment:
            asked = meter.ask(environment, traced, question)
        ended_s = time.time() - (time.monotonic_ns() - asked.ended_ns) / 1e9
        texts = [log.read_text(errors="replace") for log in logs if log.exists()]
    opened = [path for text in texts for path in parse_opened(text, ended_s)]
    return opened, [path for text in texts for path in parse_executed(text)]


def _bare(python: Path) -> Candidate:
    """Make a row of an interpreter that runs nothing."""
    return Candidate(
        key=INTERPRETER,
        title="bare interpreter",
        family="stock",
        versions={},
        command=[str(python), "-I", "-S", "-c", "pass"],
        folder=Path("/"),
        installed=(),
        questions={},
    )


def _trace_bare(bare: Candidate) -> tuple[list[str], list[str]]:
    with tempfile.NamedTemporaryFile("r", prefix="firstbyte-strace-") as log:
        subprocess.run([*TRACER, log.name, *bare.command], check=True)
        text = log.read()
    return parse_opened(text, time.time()), parse_executed(text)
