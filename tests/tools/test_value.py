"""tools/value.py: values compare and show by what they hold; what is not said is left out."""

from firstbyte.tools.value import Value, given, parts_of


class Point(Value):
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x


class Place(Point):
    __slots__ = ("name",)

    def __init__(self, x, name):
        super().__init__(x)
        self.name = name


def test_values_are_equal_by_kind_and_content():
    assert Place(1, "a") == Place(1, "a")
    assert Place(1, "a") != Place(2, "a")
    assert Point(1) != Place(1, "a")
    assert len({Point(1), Point(1), Point(2)}) == 2


def test_a_value_shows_all_it_holds():
    assert repr(Place(1, "a")) == "Place(x=1, name='a')"


def test_only_what_is_none_or_empty_is_not_said():
    assert given(a=None, b="", c=[], d=0, e=False, f="x") == {"d": 0, "e": False, "f": "x"}


def test_what_may_be_several_is_seen_as_several():
    assert [list(parts_of(value)) for value in ("ab", None, [], ["a"], ("a", 1))] == [
        ["ab"],
        [None],
        [],
        ["a"],
        ["a", 1],
    ]
