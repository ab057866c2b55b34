"""tests/mutations.py: a behaviour that is broken turns a test of its requirement red."""

import random
import subprocess
import sys

import pytest

from tests.mutations import MUTATIONS
from tests.requirements import ROOT, read_requirements

SEED = 20260728
PICKED = 30
BOUND_S = 240

TESTS = {each.id: each.tests for each in read_requirements()}


@pytest.mark.parametrize("row", MUTATIONS)
def test_a_mutation_breaks_what_is_there_under_a_test_of_its_row(row):
    mutation = MUTATIONS[row]
    source = (ROOT / mutation.path).read_text(encoding="utf-8")
    assert mutation.break_(source) != source
    assert mutation.test in TESTS[row]


def test_thirty_requirements_picked_by_a_seed_are_shown_to_bite():
    rows = random.Random(SEED).sample(sorted(MUTATIONS), PICKED)
    finished = subprocess.run(
        [sys.executable, "-m", "tests.mutating", *rows],
        capture_output=True,
        check=False,
        cwd=ROOT,
        text=True,
        timeout=BOUND_S,
    )
    assert finished.returncode == 0, finished.stderr
    # 1 is pytest's status for tests that ran and failed.
    assert finished.stdout.splitlines() == [f"{row} 1" for row in rows], finished.stderr
