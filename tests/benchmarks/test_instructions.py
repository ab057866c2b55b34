"""benchmarks/instructions.py: callgrind's profile is read as one number."""

import pytest

from benchmarks.instructions import instruction_jobs, parse_total
from benchmarks.meter import Meter
from benchmarks.recording import Recording
from tests.benchmarks.measured import a_candidate


def test_the_total_is_read():
    assert parse_total("events: Ir\nfn=(1)\n7 12\n\ntotals: 129379915\n") == 129_379_915


def test_a_profile_that_was_cut_is_refused():
    with pytest.raises(ValueError, match="no total"):
        parse_total("events: Ir\nfn=(1)\n7 12\n")


def test_only_the_empty_function_and_ours_are_counted():
    candidates = [a_candidate(key=name, family=name) for name in ("stock", "firstbyte", "rust")]
    jobs = instruction_jobs(Meter(Recording(), {}), candidates)
    assert [job.kind[-1] for job in jobs] == ["stock", "firstbyte"]
