"""benchmarks/results.py: what a run's raw results say about a candidate."""

import msgspec
import pytest

from benchmarks.results import parse_results
from benchmarks.spread import Spread
from tests.benchmarks.synthetic import results

TWO_SHARES = {
    "when": "now",
    "candidates": [
        {"key": "stock", "title": "stock"},
        {"key": "slow", "title": "slow"},
        {"key": "modern", "title": "modern"},
        {"key": "gone", "title": "gone", "reason": "it is gone"},
    ],
    "cold": {
        "0.29": {"initialize": {"stock": [4.0], "slow": [6.0]}},
        "1": {
            "initialize": {"stock": [1.0, 2.0, 3.0], "slow": [8.0, 4.0]},
            "discover": {"modern": [1.0]},
        },
    },
    "cold_first_byte": {"1": {"initialize": {"slow": [1.0]}}},
    "warm": {"slow": {"call": [3.0, 1.0, 2.0]}, "stock": {"initialize": [5.0]}},
}


def test_ratios_are_to_the_empty_functions_median_at_the_same_share():
    run = parse_results(TWO_SHARES)
    assert run.ratio("initialize", "slow") == Spread(2.5, 3.0, 3.5)
    assert run.ratio("initialize", "slow", "0.29") == Spread(1.5, 1.5, 1.5)
    assert run.first_byte_ratio("initialize", "slow") == Spread(0.5, 0.5, 0.5)


def test_the_whole_processor_comes_first():
    assert parse_results(TWO_SHARES).shares == ["1", "0.29"]


def test_a_modern_server_is_asked_to_discover_first():
    run = parse_results(TWO_SHARES)
    assert run.first_question("modern") == "discover"
    assert run.first_answer("modern") == Spread(0.5, 0.5, 0.5)
    assert run.first_question("slow") == "initialize"


def test_who_failed_at_initialize_has_no_first_answer_though_it_has_others():
    fault = {"key": "modern", "question": "initialize", "whose": "candidate", "text": "silent"}
    run = parse_results({**TWO_SHARES, "faults": [fault]})
    assert run.first_question("modern") == "initialize"
    assert run.first_answer("modern") is None
    assert run.ratio("discover", "modern") == Spread(0.5, 0.5, 0.5)
    assert [row.key for row in run.present] == ["stock", "slow", "modern"]


def test_a_run_without_shares_is_of_the_whole_machine():
    run = parse_results({**TWO_SHARES, "cold": {"unlimited": TWO_SHARES["cold"]["1"]}})
    assert run.shares == ["unlimited"]
    assert run.ratio("initialize", "slow") == Spread(2.5, 3.0, 3.5)


def test_candidates_come_in_the_order_of_their_first_answers():
    run = parse_results(TWO_SHARES)
    assert [row.key for row in run.present] == ["modern", "stock", "slow"]
    assert [row.key for row in run.absent] == ["gone"]


def test_warm_calls_of_a_constant_handler_are_its_answers():
    run = parse_results(TWO_SHARES)
    assert run.warm_quantile("slow", 0.5) == 2.0
    assert run.warm_quantile("stock", 0.5) == 5.0
    assert run.warm_quantile("modern", 0.5) is None


def test_what_was_not_measured_has_no_ratio():
    run = parse_results({"when": "now"})
    assert run.first_answer("slow") is None
    assert run.shares == []
    assert parse_results(TWO_SHARES).ratio("call", "slow") is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"when": None}, id="no time"),
        pytest.param(
            {"cold": {"1": {"initialize": {"stock": ["1"]}}}}, id="a figure in quotes"
        ),
        pytest.param({"memory": {"stock": 5}}, id="a number for a record"),
    ],
)
def test_a_member_of_another_type_is_refused(change):
    with pytest.raises(msgspec.ValidationError):
        parse_results({**results(), **change})
