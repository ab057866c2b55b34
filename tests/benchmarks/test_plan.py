"""benchmarks/plan.py: what is planned is done by jobs, the rounds last."""

import random
import shutil
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import share
from benchmarks.meter import Meter
from benchmarks.plan import FULL, QUICK, WHOLE, make_jobs
from benchmarks.recording import Recording
from benchmarks.share import UNLIMITED
from tests.benchmarks.measured import a_candidate

CANDIDATES = [
    a_candidate(
        key="firstbyte", questions=dict.fromkeys(("initialize", "call", "events"), b"")
    ),
    a_candidate(key="rival", questions={"discover": b"", "call": b""}),
]


def planned(plan):
    with ExitStack() as stack:
        return make_jobs(
            plan,
            Meter(Recording(), {}),
            CANDIDATES,
            {"firstbyte": dict.fromkeys(plan.further_tools, CANDIDATES[0])},
            Path(sys.executable),
            random.Random(1),
            stack,
        )


def kinds(plan):
    jobs, _ = planned(plan)
    return [job.kind for job in jobs]


@pytest.fixture
def nothing(tmp_path, monkeypatch):
    """A machine without strace, valgrind and groups."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(share, "_V1", tmp_path / "none")
    monkeypatch.setattr(share, "_V2", tmp_path / "none")


@pytest.mark.usefixtures("nothing")
def test_what_this_machine_cannot_measure_is_a_line_and_no_job():
    jobs, impossible = planned(FULL)
    assert {job.kind[0] for job in jobs} == {"cold", "cold_by_tools", "warm", "events"}
    assert {job.kind[1] for job in jobs if job.kind[0] == "cold"} == {"unlimited"}
    shares, files, instructions = impossible
    assert shares.startswith("CPU shares; all ran on the whole machine, unlimited: ")
    assert files.endswith("strace is not installed here; try: apt-get install strace")
    assert instructions.endswith("not installed here; try: apt-get install valgrind")


def test_a_quick_run_measures_at_one_share_and_ends_in_time():
    names = {kind[1] for kind in kinds(QUICK) if kind[0] == "cold"}
    assert names in ({WHOLE}, {UNLIMITED})
    assert QUICK.limit_s < 120
    assert QUICK.left_out


def test_what_time_may_not_suffice_for_comes_last_but_for_one_round():
    names = [kind[0] for kind in kinds(QUICK)]
    starts = names.count("cold") // (QUICK.rounds + 1)
    assert names[: 2 * starts] == ["cold"] * 2 * starts
    assert "cold" not in names[2 * starts : names.index("cold", 2 * starts)]
    assert set(names[names.index("cold", 2 * starts) :]) == {"cold"}


def test_a_candidate_is_asked_only_what_it_answers():
    asked = {kind[2:] for kind in kinds(replace(FULL, small_shares=())) if kind[0] == "cold"}
    assert asked == {
        ("firstbyte", "initialize"),
        ("firstbyte", "call"),
        ("rival", "discover"),
        ("rival", "call"),
    }


def test_a_quick_run_asks_all_that_the_first_budget_is_about():
    assert {"initialize", "discover", "list"} <= {*QUICK.questions}


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_every_kind_of_measurement_is_in_a_full_run():
    names = {kind[0] for kind in kinds(FULL)}
    assert names == {"cold", "cold_by_tools", "warm", "events", "files"}
