"""Count the files opened until the first answer, and the bytes the disk gives for it.

Files are counted by strace (an audit hook of Python's misses a third). Then just these files
are thrown out of the file cache and the environment starts once more; what its processes made
the disk read is in `/proc/PID/io`. A file that another process has mapped stays in the cache,
which is why the bare interpreter has a row of its own.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.candidate import Candidate
from benchmarks.meter import Meter
from benchmarks.process_tree import read_disk_bytes
from benchmarks.schedule import Job

INTERPRETER: Final = "interpreter"
"""The row of an interpreter that runs nothing."""

_STRACE: Final = ("strace", "-f", "-qq", "-ttt", "-y", "-e", "trace=openat,open,execve", "-o")
_OPENED: Final = re.compile(r"^\d+ +(\d+\.\d+) .*(?:openat|open)\b.* = \d+<([^>]*)>$")
_EXECUTED: Final = re.compile(r'^\d+ +(\d+\.\d+) execve\("([^"]*)".*$')


def file_jobs(
    meter: Meter, candidates: Sequence[Candidate], python: Path, rounds: int
) -> Iterator[Job]:
    """Yield what counts for each candidate, and for the bare interpreter."""
    for number in range(1, rounds + 1):
        for candidate in (_bare(python), *candidates):
            yield _job(meter, candidate, number)


def parse_opened(log: str, until_s: float) -> list[str]:
    """Read strace's log: the files opened, one for each time, until a moment of wall time."""
    return [
        match[2]
        for line in log.splitlines()
        if (match := _OPENED.match(line)) and float(match[1]) <= until_s
    ]


def parse_executed(log: str) -> list[str]:
    """Read strace's log: the programs started."""
    return [match[2] for line in log.splitlines() if (match := _EXECUTED.match(line))]


def _job(meter: Meter, candidate: Candidate, number: int) -> Job:
    question = candidate.first_question
    opened_path = ("files", candidate.key, "opened")
    read_path = ("files", candidate.key, "cold_bytes_read")

    def measure() -> None:
        if candidate.key == INTERPRETER:
            opened, executed = _trace_bare(candidate)
            _evict({*opened, *executed})
            read = _read_bare(candidate)
        else:
            opened, executed = _trace(meter, candidate, question)
            _evict({*opened, *executed})
            with meter.start(candidate, None) as environment:
                before = read_disk_bytes(environment.tree())
                meter.ask(environment, candidate, question)
                read = read_disk_bytes(environment.tree()) - before
        meter.recording.add(opened_path, [len(opened)])
        meter.recording.add(read_path, [read])

    return Job(
        kind=("files", candidate.key),
        label="files opened and read",
        rough_s=2,
        run=lambda: meter.attempt(
            candidate, question, number, [opened_path, read_path], measure
        ),
    )


def _trace(meter: Meter, candidate: Candidate, question: str) -> tuple[list[str], list[str]]:
    with tempfile.TemporaryDirectory(prefix="firstbyte-strace-") as folder:
        logs = [Path(folder, "command"), Path(folder, "extension")]
        traced = replace(
            candidate,
            command=[*_STRACE, str(logs[0]), *candidate.command],
            extension=candidate.extension and [*_STRACE, str(logs[1]), *candidate.extension],
        )
        with meter.start(traced, None) as environment:
            asked = meter.ask(environment, traced, question)
        ended_s = time.time() - (time.monotonic_ns() - asked.ended_ns) / 1e9
        texts = [log.read_text(errors="replace") for log in logs if log.exists()]
    opened = [path for text in texts for path in parse_opened(text, ended_s)]
    return opened, [path for text in texts for path in parse_executed(text)]


def _bare(python: Path) -> Candidate:
    """Make a row of an interpreter that runs nothing but the wait for its end."""
    return Candidate(
        key=INTERPRETER,
        title="bare interpreter",
        family="stock",
        versions={},
        command=[str(python), "-I", "-S", "-c", "import sys; sys.stdin.read()"],
        folder=Path("/"),
        installed=(),
        questions={},
    )


def _trace_bare(bare: Candidate) -> tuple[list[str], list[str]]:
    with tempfile.NamedTemporaryFile("r", prefix="firstbyte-strace-") as log:
        command = [*_STRACE, log.name, *bare.command]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        text = log.read()
    return parse_opened(text, time.time()), parse_executed(text)


def _read_bare(bare: Candidate) -> int:
    process = subprocess.Popen(bare.command, stdin=subprocess.PIPE)
    try:
        _wait_until_asleep(process.pid)
        return read_disk_bytes([process.pid])
    finally:
        process.communicate()


def _wait_until_asleep(pid: int) -> None:
    """Wait until a process has read nothing more from the disk for a while."""
    read, calm = -1, 0
    while calm < 10:
        time.sleep(0.02)
        now = read_disk_bytes([pid])
        read, calm = now, calm + 1 if now == read else 0


def _evict(paths: set[str]) -> None:
    """Throw files out of the file cache."""
    for path in paths:
        if not Path(path).is_file() or path.startswith(("/proc/", "/sys/", "/dev/")):
            continue
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
