"""benchmarks/files.py: strace's log is read as the files opened until a moment."""

import shutil
import sys
from pathlib import Path

import pytest

from benchmarks.candidate import Candidate
from benchmarks.files import INTERPRETER, file_jobs, parse_executed, parse_opened
from benchmarks.meter import Meter
from benchmarks.recording import Recording
from tests.benchmarks.measured import CONSTANT, a_candidate

LOG = """\
7 100.100000 execve("/bin/python", ["python", "-c", "openat = 3</x>"], 0x7f /* 9 vars */) = 0
7 100.200000 openat(AT_FDCWD</>, "/lib/a.so", O_RDONLY|O_CLOEXEC) = 3</lib/a.so>
7 100.300000 openat(AT_FDCWD</>, "/nothing", O_RDONLY) = -1 ENOENT (No such file or directory)
8 100.400000 openat(AT_FDCWD</>, "/lib/b.py", O_RDONLY <unfinished ...>
7 100.500000 open("/lib/a.so", O_RDONLY) = 4</lib/a.so>
8 100.600000 <... openat resumed>)       = 5</lib/b.py>
7 100.700000 --- SIGCHLD {si_signo=SIGCHLD} ---
7 100.900000 openat(AT_FDCWD</>, "/late", O_RDONLY) = 6</late>
"""


def test_files_opened_until_a_moment_are_listed_one_for_each_time():
    assert parse_opened(LOG, 100.8) == ["/lib/a.so", "/lib/a.so", "/lib/b.py"]
    assert parse_opened(LOG, 101.0)[-1] == "/late"


def test_programs_started_are_listed():
    assert parse_executed(LOG) == ["/bin/python"]


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_an_environment_opens_more_files_than_the_bare_interpreter():
    recording = Recording()
    candidate: Candidate = a_candidate("answers", constant=CONSTANT)
    for job in file_jobs(Meter(recording, {}), [candidate], Path(sys.executable), 1):
        job.run()
    members = recording.members()
    assert members["faults"] == []
    files = members["files"]
    assert files["tried"]["opened"] > files[INTERPRETER]["opened"] > 0
    assert files["tried"]["cold_bytes_read"] > files[INTERPRETER]["cold_bytes_read"] > 0
