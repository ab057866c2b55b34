"""benchmarks/rivals/__init__.py: each is made when it is wanted, or tells why it cannot be."""

import sys
from pathlib import Path

from benchmarks.candidate import QUESTIONS, Absent
from benchmarks.own import MANY_TOOLS, OURS, STOCK
from benchmarks.plan import QUICK
from benchmarks.rivals import RIVALS, find_rivals

KEYS = [rival.key for rival in RIVALS]


def test_no_two_rows_are_alike():
    assert len({*KEYS, OURS, STOCK, MANY_TOOLS}) == len(KEYS) + 3
    assert len({rival.title for rival in RIVALS}) == len(RIVALS)


def test_every_question_is_one_that_is_measured():
    assert all(rival.questions and set(rival.questions) <= set(QUESTIONS) for rival in RIVALS)


def test_a_quick_run_knows_its_rivals():
    assert set(QUICK.keys) <= {*KEYS, OURS, STOCK, MANY_TOOLS}


def test_what_is_not_wanted_is_not_made():
    told = []
    assert find_rivals(Path(sys.executable), told.append, keys=["stock"]) == []
    assert told == []


def test_what_cannot_be_made_tells_why(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    told = []
    rows = find_rivals(Path(sys.executable), told.append, keys=["rust-constant"])
    title = "Rust lambda_runtime, constant streamed answer"
    assert rows == [Absent("rust-constant", title, "rustc is not installed here")]
    assert told == [f"Making ready: {title}"]
