"""tools/suggestion.py: suggestions keep their order, whatever they are collected in."""

import pytest

from firstbyte.tools.suggestion import Suggestions


def test_values_are_taken_once_and_in_order():
    assert Suggestions(iter("ba"), 7, has_more=True) == Suggestions(
        ["b", "a"], 7, has_more=True
    )
    assert Suggestions(["b", "a"]).values == ("b", "a")


@pytest.mark.parametrize("values", ["abc", [1], ["a", None], None, 3])
def test_anything_but_several_texts_is_refused(values):
    with pytest.raises(TypeError):
        Suggestions(values)
