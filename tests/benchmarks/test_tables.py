"""benchmarks/tables.py: the figures of a run as a reader finds them."""

import pytest

from benchmarks import tables
from benchmarks.results import parse_results
from tests.benchmarks.synthetic import results

RUN = parse_results(
    {
        "when": "now",
        "candidates": [
            {"key": "stock", "title": "stock", "family": "stock", "installed_bytes": 2_500_000},
            {
                "key": "firstbyte",
                "title": "firstbyte",
                "family": "firstbyte",
                "versions": {"a": "1", "b": "2"},
            },
            {"key": "gone", "title": "gone", "reason": "it is gone"},
        ],
        "cold": {
            "1": {
                "initialize": {"stock": [0.04, 0.04], "firstbyte": [0.01, 0.03]},
                "list": {"firstbyte": [0.02]},
            },
            "0.29": {"initialize": {"stock": [0.1], "firstbyte": [0.05]}},
        },
        "cold_by_tools": {"firstbyte": {"200": [0.0125], "3": [0.012]}},
        "warm": {"firstbyte": {"call": [0.001, 0.002, 0.003]}},
        "first_byte": {"firstbyte": [0.0015]},
        "event_delay": {"firstbyte": [0.0001, 0.0002, 0.0009]},
        "throughput": {"firstbyte": 4321.4},
        "meter": {"firstbyte": 0.00002},
        "memory": {"stock": {"after_1": 2**20, "after_1000": 3 * 2**19}},
        "files": {"interpreter": {"opened": 7, "cold_bytes_read": 1_234_567}},
        "faults": [{"key": "stock", "whose": "meter", "text": "a slip", "question": "list"}],
    }
)


def rows(table):
    """A table as lists, its head first."""
    return [list(table.columns), *map(list, table.rows)]


def test_cold_starts_are_ratios_with_their_quartiles():
    assert rows(tables.cold_start(RUN)) == [
        ["candidate", "initialize", "tools/list"],
        ["firstbyte", "0.50 (0.38–0.62)", "0.50 (0.50–0.50)"],
        ["stock", "1.00 (1.00–1.00)", "–"],
    ]


def test_milliseconds_stand_beside_the_ratios():
    assert rows(tables.cold_milliseconds(RUN))[1] == [
        "firstbyte",
        "20.0 (15.0–25.0)",
        "20.0 (20.0–20.0)",
    ]


def test_shares_go_from_the_smallest_to_the_whole():
    assert rows(tables.cpu_shares(RUN)) == [
        ["candidate", "share 0.29", "share 1"],
        ["firstbyte", "0.50 × (50.0 ms)", "0.50 × (20.0 ms)"],
        ["stock", "1.00 × (100 ms)", "1.00 × (40.0 ms)"],
    ]


def test_numbers_of_tools_are_in_the_order_of_numbers():
    assert rows(tables.tool_counts(RUN)) == [
        ["candidate", "3 tools", "200 tools"],
        ["firstbyte", "12.0 (12.0–12.0)", "12.5 (12.5–12.5)"],
    ]


def test_sizes_are_of_1024_in_memory_and_of_1000_on_disk():
    assert rows(tables.sizes(RUN)) == [
        ["candidate", "after 1 call, MiB", "after 1,000 calls, MiB", "installed, MB"],
        ["stock", "1.0", "1.5", "2.5"],
    ]


def test_warm_calls_and_streams_are_in_milliseconds():
    assert rows(tables.warm(RUN))[1] == ["firstbyte", "2.00", "2.98", "0.02", "4,321"]
    assert rows(tables.streams(RUN))[1] == ["firstbyte", "1.50", "1.50", "0.20", "0.89", "0.90"]


def test_the_bare_interpreter_has_a_row_among_the_files():
    assert rows(tables.files(RUN)) == [
        ["candidate", "files opened", "read from a cold cache, MB"],
        ["bare interpreter", "7", "1.23"],
    ]


def test_who_ran_who_did_not_and_what_went_wrong_is_told():
    assert rows(tables.candidates(RUN))[1:] == [
        ["firstbyte", "a 1, b 2", ""],
        ["stock", "", ""],
    ]
    assert rows(tables.absent(RUN))[1:] == [["gone", "it is gone"]]
    assert rows(tables.faults(RUN))[1:] == [["stock", "list", "meter", "a slip"]]


def test_ours_are_marked():
    assert [is_ours for _, is_ours in tables.summary(RUN).marked()] == [True, False]


def test_a_summary_may_be_of_some():
    assert rows(tables.summary(RUN, ["stock"])) == [
        ["candidate", "first answer", "memory, MiB"],
        ["stock", "1.00 ×", "1.5"],
    ]


@pytest.mark.parametrize("make", tables.ALL, ids=lambda make: make.__name__)
def test_every_table_is_rectangular(make):
    table = make(parse_results(results()))
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert len(table.marked()) == len(table.rows)


@pytest.mark.parametrize(
    "make", {*tables.ALL} - {tables.budgets, tables.candidates, tables.absent, tables.sizes}
)
def test_who_was_not_measured_has_no_row(make):
    run = parse_results({"when": "now", "candidates": results()["candidates"]})
    assert make(run).rows == []


def test_a_share_alone_has_no_table():
    run = results()
    run["cold"] = {"1": run["cold"]["1"]}
    assert tables.cpu_shares(parse_results(run)).rows == []
