"""tools/suggestion.py: suggestions keep their order, whatever they are collected in."""

from firstbyte.tools.suggestion import Suggestions


def test_values_are_taken_once_and_in_order():
    assert Suggestions(iter("ba"), 7, has_more=True) == Suggestions(
        ["b", "a"], 7, has_more=True
    )
    assert Suggestions(["b", "a"]).values == ("b", "a")
