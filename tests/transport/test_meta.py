"""transport/meta.py: a client hears what it wished for, in the terms of its era."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.fault import Fault
from firstbyte.transport.meta import SEVERITY, SILENCE, Wishes, parse_wishes
from firstbyte.transport.revision import REVISIONS
from firstbyte.transport.session import Record
from tests.transport.fakes import LEVEL_KEY, MODERN

NEW, OLD = REVISIONS[MODERN], REVISIONS["2025-11-25"]


def wishes_of(meta, revision=NEW, record=None):
    wishes = parse_wishes({"_meta": meta}, revision, record)
    return (wishes.progress_token, wishes.log_threshold)


@pytest.mark.parametrize(
    ("revision", "record", "threshold"),
    [
        (NEW, None, SILENCE),
        (OLD, None, SILENCE),
        (OLD, Record(), SEVERITY["info"]),
        (OLD, Record(level="debug"), SEVERITY["debug"]),
        (OLD, Record(level="emergency"), SEVERITY["emergency"]),
    ],
)
def test_a_client_that_says_nothing_now_hears_what_it_wished_for_its_session(
    revision, record, threshold
):
    wishes = parse_wishes({}, revision, record)
    assert (wishes.progress_token, wishes.log_threshold) == (None, threshold)


@pytest.mark.parametrize("token", ["", "t", 0, -5, 2**64 - 1])
def test_a_progress_token_is_a_string_or_an_integer(token):
    assert wishes_of({"progressToken": token})[0] == token


@pytest.mark.parametrize("level", SEVERITY)
def test_a_modern_client_names_its_level(level):
    assert wishes_of({LEVEL_KEY: level}) == (None, SEVERITY[level])


def test_the_levels_rise_from_debug_to_emergency():
    assert sorted(SEVERITY, key=SEVERITY.get)[0::7] == ["debug", "emergency"]
    assert max(SEVERITY.values()) < SILENCE


def test_a_level_means_nothing_to_a_legacy_request():
    assert wishes_of({LEVEL_KEY: "nonsense"}, OLD, Record()) == (None, SEVERITY["info"])


@pytest.mark.parametrize(
    "meta",
    [
        None,
        [],
        "x",
        1,
        {"progressToken": None},
        {"progressToken": 1.0},
        {"progressToken": True},
        {"progressToken": []},
        {"progressToken": {}},
        {LEVEL_KEY: "INFO"},
        {LEVEL_KEY: "trace"},
        {LEVEL_KEY: None},
        {LEVEL_KEY: ["info"]},
        {LEVEL_KEY: {}},
    ],
)
def test_other_wishes_are_invalid_params(meta):
    fault = parse_wishes({"_meta": meta}, NEW, None)
    assert (type(fault), fault.code) == (Fault, -32602)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=3,
)


@given(
    VALUES | st.fixed_dictionaries({}, optional={"progressToken": VALUES, LEVEL_KEY: VALUES}),
    st.sampled_from(list(REVISIONS.values())),
)
def test_any_meta_is_a_wish_or_a_fault(meta, revision):
    assert type(parse_wishes({"_meta": meta}, revision, None)) in (Wishes, Fault)
