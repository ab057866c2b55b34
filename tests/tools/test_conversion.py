"""tools/conversion.py: JSON to typed values and back; what fits no type or no JSON is told."""

import dataclasses
import datetime
import enum
import math
from contextlib import suppress
from typing import Any

import msgspec
import orjson
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools.conversion import (
    clean,
    convert_arguments,
    convert_texts,
    define_arguments,
    encode_text,
    is_foreign,
    simplify,
    simplify_as,
)
from firstbyte.tools.errors import Unsendable
from firstbyte.tools.signature import REQUIRED, Parameter

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda members: st.lists(members) | st.dictionaries(st.text(), members),
)


class Colour(enum.Enum):
    RED = "red"


class Part(pydantic.BaseModel):
    day: datetime.date


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True, extra="forbid")

    number: int = pydantic.Field(alias="theNumber", ge=1)
    part: Part | None = None

    @pydantic.computed_field
    @property
    def double(self) -> int:
        return self.number * 2


@dataclasses.dataclass
class Box:
    model: Model
    count: int = 0


def convert(arguments, *parameters, takes_others=False):
    kind = define_arguments(parameters, takes_others=takes_others)
    return convert_arguments(arguments, kind)


def test_only_what_was_given_comes_back_and_typed():
    day = Parameter("day", datetime.date, REQUIRED)
    colour = Parameter("colour", Colour | None, None)
    assert convert({"day": "2026-07-28"}, day, colour) == {"day": datetime.date(2026, 7, 28)}
    assert convert({"day": "2026-07-28", "colour": "red"}, day, colour) == {
        "day": datetime.date(2026, 7, 28),
        "colour": Colour.RED,
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "missing required field `n`"),
        ({"n": "1"}, r"Expected `int`, got `str` - at `\$.n`"),
        ({"n": 1.5}, r"Expected `int`, got `float` - at `\$.n`"),
        ({"n": True}, r"Expected `int`, got `bool` - at `\$.n`"),
        ({"n": 1, "m": 2}, "unknown field `m`"),
    ],
)
def test_what_does_not_fit_is_named(arguments, message):
    with pytest.raises(msgspec.ValidationError, match=message):
        convert(arguments, Parameter("n", int, REQUIRED))


def test_a_whole_number_is_an_integer_however_it_is_written():
    parameters = [
        Parameter("n", list[int], REQUIRED),
        Parameter("x", float, REQUIRED),
        Parameter("m", dict[str, int], REQUIRED),
    ]
    converted = convert({"n": [5.0], "x": 5.0, "m": {"a": 1e3}}, *parameters)
    assert converted == {"n": [5], "x": 5.0, "m": {"a": 1000}}
    assert type(converted["x"]) is float


@pytest.mark.parametrize("number", [2.0**53, -(2.0**53), 1.2345678901234568e29])
def test_a_float_that_may_stand_for_several_integers_is_none(number):
    with pytest.raises(msgspec.ValidationError, match="Expected `int`, got `float`"):
        convert({"n": number}, Parameter("n", int, REQUIRED))
    parameters = [Parameter("n", int, REQUIRED), Parameter("a", Any, REQUIRED)]
    assert type(convert({"n": 5.0, "a": number}, *parameters)["a"]) is float


def test_unknown_names_pass_where_they_are_taken():
    assert convert({"a": 1, "b": 2}, Parameter("a", Any, REQUIRED), takes_others=True) == {
        "a": 1
    }


def test_a_model_is_read_by_its_own_rules_wherever_it_stands():
    given = {"theNumber": 3, "part": {"day": "2026-07-28"}}
    model = Model(theNumber=3, part=Part(day=datetime.date(2026, 7, 28)))
    for kind, value, expected in [
        (Model, given, model),
        (list[Model], [given], [model]),
        (Model | None, None, None),
        (Box, {"model": given}, Box(model)),
    ]:
        assert convert({"it": value}, Parameter("it", kind, REQUIRED)) == {"it": expected}


def test_a_models_findings_are_one_line_with_their_places():
    with pytest.raises(msgspec.ValidationError) as caught:
        convert(
            {"it": {"theNumber": 0, "part": {"day": "x"}}}, Parameter("it", Model, REQUIRED)
        )
    assert str(caught.value) == (
        "theNumber: Input should be greater than or equal to 1; "
        "part.day: Input should be a valid date or datetime, input is too short - at `$.it`"
    )


def test_anything_is_an_object():
    assert convert({"it": [1]}, Parameter("it", object, REQUIRED)) == {"it": [1]}


@pytest.mark.parametrize(
    ("value", "simple"),
    [
        (datetime.date(2026, 7, 28), "2026-07-28"),
        (Colour.RED, "red"),
        (b"\xff", "/w=="),
        ({1: {2}}, {"1": [2]}),
        (
            Box(Model(theNumber=1)),
            {"model": {"theNumber": 1, "part": None, "double": 2}, "count": 0},
        ),
    ],
)
def test_values_become_what_json_has(value, simple):
    assert simplify(value) == simple


@given(JSON)
def test_json_stays_as_it_is_and_its_text_is_read_back_by_another(value):
    assert simplify(value) == value
    assert orjson.loads(encode_text(value)) == value


@pytest.mark.parametrize("value", [object(), [object()], {("a", "b"): 1}, range(3)])
def test_what_has_no_json_form_is_told(value):
    with pytest.raises(Unsendable, match=r"JSON|supported"):
        simplify(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Model(theNumber=1), Model),
        ([Model(theNumber=1)], list[Model]),
        (Box(Model(theNumber=1)), Box),
        ({"theNumber": 1}, Model),
        ((1, "a"), tuple[int, str]),
        ({1: 2}, dict[int, int]),
        (3, float),
        (None, Box | None),
        ("a", str),
    ],
)
def test_a_value_of_its_declared_type_passes(value, kind):
    assert simplify_as(value, kind) == simplify(value)


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        ({"count": "a"}, dict[str, int], r"Expected `int`, got `str` - at `\$\[...\]`"),
        (Box(Model(theNumber=1), "a"), Box, r"Expected `int`, got `str` - at `\$.count`"),
        (None, Box, "Expected `object`, got `null`"),
        ([Part(day=datetime.date(2026, 7, 28))], list[Model], "Expected `Model`, got `Part`"),
        ({"theNumber": 0}, Model, "theNumber: Input should be greater"),
    ],
)
def test_a_value_of_another_type_is_named(value, kind, message):
    with pytest.raises(msgspec.ValidationError, match=message):
        simplify_as(value, kind)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [None, math.nan]}, "no nan - at `$.a[1]`"),
        (math.inf, "no inf - at `$`"),
        ((-math.inf,), "no -inf - at `$[0]`"),
        ({"a": 2**64}, "more than 64 bits - at `$.a`"),
        ([-(2**63) - 1], "more than 64 bits - at `$[0]`"),
        (["\ud800"], "lone surrogate - at `$[0]`"),
        ({"a": {"\udfff": 1}}, "lone surrogate - at `$.a`"),
    ],
)
def test_what_json_cannot_carry_is_named(value, message):
    with pytest.raises(Unsendable) as caught:
        encode_text(value)
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize("depth", [50_000, 100_000])
def test_what_an_answer_could_not_hold_is_told(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    with pytest.raises(Unsendable, match=r"Recursion limit|too deeply"):
        encode_text(value)


def test_a_deep_value_leaves_room_for_the_answer_around_it():
    value = 1
    for _ in range(246):
        value = [value]
    assert orjson.loads(encode_text(value)) == value
    assert orjson.dumps({"result": {"structuredContent": value}})


def test_the_words_null_and_nan_in_a_text_are_no_fault():
    assert (
        encode_text({"a": "null", "b": None, "c": "NaN"}) == '{"a":"null","b":null,"c":"NaN"}'
    )


def test_pydantic_is_known_by_its_methods():
    assert is_foreign(Model)
    assert not is_foreign(Box)


def test_a_sentence_keeps_all_that_json_can_carry():
    assert clean("größer \udcff 🎬") == "größer \\udcff 🎬"


@given(st.text(), st.integers(-(2**63), 2**63), st.booleans())
def test_what_is_written_as_text_is_read_as_what_it_was(text, number, is_dry):
    kind = define_arguments(
        (
            Parameter("text", str, REQUIRED),
            Parameter("number", int, REQUIRED),
            Parameter("dry", bool, REQUIRED),
            Parameter("other", int, 3),
        ),
        takes_others=False,
    )
    texts = {"text": text, "number": str(number), "dry": str(is_dry).lower()}
    expected = {"text": text, "number": number, "dry": is_dry}
    assert convert_texts(texts, kind) == expected


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text()))
def test_any_text_is_an_argument_or_does_not_fit(texts):
    kind = define_arguments(
        (Parameter("a", int | None, None), Parameter("b", float, 1.0)), takes_others=False
    )
    with suppress(msgspec.ValidationError):
        assert convert_texts(texts, kind).keys() == texts.keys()
