"""benchmarks/budgets.py: each ceiling is held against what the run says, and nothing else."""

import copy

import pytest

from benchmarks.budgets import BUDGETS, judge_budgets
from benchmarks.results import parse_results

RUN = {
    "when": "now",
    "cold": {
        "1": {
            "initialize": {"stock": [1.0], "firstbyte": [0.25], "adapter-mcp-json": [20.0]},
            "discover": {"firstbyte": [0.375]},
            "list": {"firstbyte": [0.3], "firstbyte-200-tools": [0.33]},
            "call": {"firstbyte": [1.1], "firstbyte-200-tools": [1.1]},
        },
        "0.29": {
            "initialize": {"stock": [4.0], "firstbyte": [1.0]},
            "discover": {"firstbyte": [1.2]},
            "list": {"firstbyte": [1.1]},
        },
    },
    "warm": {"firstbyte": {"call": [1.0]}, "adapter-mcp-json": {"call": [5.0]}},
    "event_delay": {"firstbyte": [0.0001, 0.0002, 0.0009]},
    "memory": {"stock": {"after_1000": 100}, "firstbyte": {"after_1000": 120}},
    "files": {
        "interpreter": {"cold_bytes_read": 600},
        "stock": {"opened": 80, "cold_bytes_read": 1000},
        "firstbyte": {"opened": 32, "cold_bytes_read": 700},
    },
    "instructions": {"stock": 1000, "firstbyte": 300},
}


def test_each_budget_is_reached_as_its_words_say():
    found = [
        (one.ceiling, one.reached, one.is_kept) for one in judge_budgets(parse_results(RUN))
    ]
    assert found == [
        ("0.45", "0.38 [0.38, 0.38]", True),
        ("1.20", "1.10 [1.10, 1.10]", True),
        ("1.05", "1.10", False),
        ("1/35", "1/80", True),
        ("0.35", "0.30 [0.30, 0.30]", True),
        ("0.50", "0.40", True),
        ("0.40", "0.25", True),
        ("0.40", "0.30", True),
        ("1.30", "1.20", True),
        ("1/8", "1/5", False),
        ("1.00 ms", "0.20 ms", True),
    ]


@pytest.mark.parametrize("key", ["stock", "firstbyte"])
def test_who_read_less_than_the_bare_interpreter_was_not_measured(key):
    files = {**RUN["files"], key: {"opened": 1, "cold_bytes_read": 600}}
    verdicts = judge_budgets(parse_results({**RUN, "files": files}))
    (cold,) = [one for one in verdicts if "cold file cache" in one.name]
    assert (cold.reached, cold.is_kept) == (None, None)


def test_a_run_that_measured_nothing_kept_and_broke_nothing():
    verdicts = judge_budgets(parse_results({"when": "now"}))
    assert [one.is_kept for one in verdicts] == [None] * len(BUDGETS)


@pytest.mark.parametrize("question", ["initialize", "discover", "list"])
def test_a_promise_for_three_questions_needs_all_three(question):
    run = copy.deepcopy(RUN)
    del run["cold"]["1"][question]["firstbyte"]
    assert judge_budgets(parse_results(run))[0].is_kept is None
