"""tests/mutations.py: a behaviour that is broken turns a test of its requirement red."""

import random
import subprocess
import sys
from collections import Counter

import pytest

from tests.mutations import MUTATIONS, UNBREAKABLE
from tests.requirements import ROOT, read_requirements

SEED = 20260728
PICKED = 30
BOUND_S = 240
MOST_UNBREAKABLE = 5

TESTS = {each.id: each.tests for each in read_requirements() if each.tests}


@pytest.mark.parametrize("row", MUTATIONS)
def test_a_mutation_is_a_program_still_and_its_test_one_of_its_row(row):
    mutation = MUTATIONS[row]
    source = (ROOT / mutation.path).read_text(encoding="utf-8")
    assert mutation.break_(source) != source
    compile(mutation.break_(source), mutation.path, "exec")
    assert mutation.test in TESTS[row]


def test_every_row_with_tests_can_be_broken_but_for_a_few():
    assert MUTATIONS.keys() | UNBREAKABLE.keys() == TESTS.keys()
    assert not MUTATIONS.keys() & UNBREAKABLE.keys()
    assert len(UNBREAKABLE) <= MOST_UNBREAKABLE


def test_no_two_rows_are_broken_alike():
    counts = Counter(mutation[:3] for mutation in MUTATIONS.values())
    assert [mutation for mutation, count in counts.items() if count > 1] == []


def run(*arguments):
    """What the runner prints, line by line."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.mutating", *arguments],
        capture_output=True,
        check=False,
        cwd=ROOT,
        text=True,
        timeout=BOUND_S,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines(), finished.stderr


def test_thirty_requirements_picked_by_a_seed_are_shown_to_bite():
    rows = random.Random(SEED).sample(sorted(MUTATIONS), PICKED)
    sys.stdout.write(f"seed {SEED}: {', '.join(rows)}\n")
    # 0 is pytest's status for tests that passed: with nothing broken, all of them do. 1 is the
    # one for tests that ran and failed.
    for options, status in ((["--intact"], 0), ([], 1)):
        told, log = run(*options, *rows)
        assert told == [f"{row} {status}" for row in rows], log
