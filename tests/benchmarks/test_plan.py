"""benchmarks/plan.py: what is planned is done by jobs, the rounds last."""

import random
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from benchmarks.meter import Meter
from benchmarks.plan import FULL, QUICK, make_jobs
from benchmarks.recording import Recording
from tests.benchmarks.measured import a_candidate

CANDIDATES = [
    a_candidate(
        key="firstbyte", questions=dict.fromkeys(("initialize", "call", "events"), b"")
    ),
    a_candidate(key="rival", questions={"discover": b"", "call": b""}),
]


def kinds(plan):
    with ExitStack() as stack:
        jobs, _ = make_jobs(
            plan,
            Meter(Recording(), {}),
            CANDIDATES,
            {"firstbyte": dict.fromkeys(plan.further_tools, CANDIDATES[0])},
            Path(sys.executable),
            random.Random(1),
            stack,
        )
    return [job.kind for job in jobs]


def test_a_quick_run_measures_at_one_share_and_ends_in_time():
    planned = kinds(QUICK)
    assert {kind[1] for kind in planned if kind[0] == "cold"} == {"1"}
    assert QUICK.limit_s < 120
    assert QUICK.left_out


def test_what_time_may_not_suffice_for_comes_last():
    names = [kind[0] for kind in kinds(QUICK)]
    assert "cold" not in names[: names.index("cold")]
    assert set(names[names.index("cold") :]) == {"cold"}


def test_a_candidate_is_asked_only_what_it_answers():
    asked = {kind[2:] for kind in kinds(replace(FULL, small_shares=())) if kind[0] == "cold"}
    assert asked == {
        ("firstbyte", "initialize"),
        ("firstbyte", "call"),
        ("rival", "discover"),
        ("rival", "call"),
    }


def test_every_kind_of_measurement_is_in_a_full_run():
    names = {kind[0] for kind in kinds(FULL)}
    assert names == {"cold", "cold_by_tools", "warm", "events", "files"}
