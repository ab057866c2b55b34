"""transport/digest.py: equal values have one name, different values have several."""

import json

from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.digest import digest

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def spelling(value):
    """A text only this value has, by another road: `json` sorts the members."""
    return json.dumps(value, sort_keys=True)


def reordered(value):
    if isinstance(value, dict):
        return {name: reordered(value[name]) for name in reversed(list(value))}
    return [reordered(each) for each in value] if isinstance(value, list) else value


@given(VALUES)
def test_the_order_of_members_does_not_matter(value):
    assert digest(reordered(value)) == digest(value)


@given(VALUES, VALUES)
def test_two_values_share_a_name_only_if_they_are_the_same(one, other):
    assert (digest(one) == digest(other)) == (spelling(one) == spelling(other))


def test_neighbours_that_look_alike_have_names_of_their_own():
    alike = [
        *(None, False, True, 0, 1, 1.0, -0.0, "", "1", "true", "null", "None"),
        *([], {}, [[]], [{}], [1, 2], [12], ["1", "2"], ["12"], ["a", ["b"]], [["a"], "b"]),
        *({"a": "b"}, ["a", "b"], {"a": {}}, {"a": None}, {"ab": ""}, {"a": "b", "c": "d"}),
        *({"a": {"b": "c"}}, {"a": {"b": {}}, "c": 1}, {"a": {"b": {}, "c": 1}}),
    ]
    assert len({digest(each) for each in alike}) == len(alike)


def test_a_name_is_short_and_stays_the_same_over_time():
    assert digest({"a": [1, "é", None]}) == digest({"a": (1, "é", None)})
    assert digest({"a": [1, "é", None]}) == "8df0fe9661ab4b800480a0484acbf88c"


def test_depth_and_lone_surrogates_are_no_matter():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert len(digest(deep)) == len(digest("\ud800")) == 32
