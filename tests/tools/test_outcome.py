"""tools/outcome.py: what a tool returns becomes content, and structure where a type says so."""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Optional, TypedDict

import orjson
import pydantic
import pytest

from firstbyte.tools.content import ABSENT, Image, Result, Text
from firstbyte.tools.outcome import ResultType, fail, render
from firstbyte.tools.signature import UNDECLARED
from tests.tools.fakes import text_of


@dataclass
class Item:
    count: int
    day: datetime.date | None = None


class Place(TypedDict):
    name: str


class Model(pydantic.BaseModel):
    number: int


def block(text):
    return {"type": "text", "text": text}


PICTURE = Image(b"x", "image/png")


@pytest.mark.parametrize(
    "kind",
    [
        int,
        bool,
        float,
        bytes,
        datetime.date,
        str | int,
        Annotated[int, "words"],
        Literal["a"],
        list[str],
        tuple[int, str],
        dict,
        dict[str, Any],
        Item,
        Item | None,
        Place,
        Model,
    ],
)
def test_data_is_structured(kind):
    assert ResultType(kind).is_structured


@pytest.mark.parametrize(
    "kind",
    [
        UNDECLARED,
        str,
        type(None),
        str | None,
        Optional[str],  # noqa: UP045 (authors write both)
        Annotated[str, "words"],
        Text,
        Image | None,
        list[Text],
        list[Text | Image],
        Sequence[Text],
        tuple[str, Image],
        Result,
        Result | str,
    ],
)
def test_content_is_not_structured(kind):
    assert not ResultType(kind).is_structured


@pytest.mark.parametrize(
    ("value", "kind", "structured"),
    [
        (3, int, 3),
        (None, Item | None, None),
        (Item(1), Item, {"count": 1, "day": None}),
        (
            [Item(1, datetime.date(2026, 7, 28))],
            list[Item],
            [{"count": 1, "day": "2026-07-28"}],
        ),
        ({"name": "x"}, Place, {"name": "x"}),
        (Model(number=1), Model, {"number": 1}),
        ([], list[int], []),
        ("a", Literal["a", "b"], "a"),
    ],
)
def test_structured_results_also_stand_in_a_text(value, kind, structured):
    outcome = render(value, ResultType(kind))
    assert (outcome.has_structured, outcome.structured) == (True, structured)
    assert orjson.loads(text_of(outcome)) == structured
    assert not outcome.is_error


@pytest.mark.parametrize(
    ("value", "kind", "content"),
    [
        ("a", str, [block("a")]),
        ("", str, [block("")]),
        (None, type(None), []),
        (None, str | None, []),
        ("a", UNDECLARED, [block("a")]),
        (None, UNDECLARED, []),
        ({"a": 1}, UNDECLARED, [block('{"a":1}')]),
        (Item(1), UNDECLARED, [block('{"count":1,"day":null}')]),
        ([], UNDECLARED, [block("[]")]),
        (["a", "b"], UNDECLARED, [block('["a","b"]')]),
        (Text("a"), Text, [block("a")]),
        (["a", PICTURE], list[str | Image], [block("a"), PICTURE.block()]),
        (["a", "b"], list[str | Image], [block("a"), block("b")]),
        (("a", PICTURE), UNDECLARED, [block("a"), PICTURE.block()]),
        ([PICTURE, {"a": 1}, None], UNDECLARED, [PICTURE.block(), block('{"a":1}')]),
        ([], list[Image], []),
    ],
)
def test_content_is_shown_and_has_no_structure(value, kind, content):
    outcome = render(value, ResultType(kind))
    assert outcome.content == content
    assert not outcome.has_structured
    assert not outcome.is_error


@pytest.mark.parametrize(
    ("result", "content", "structured", "is_error"),
    [
        (Result("a"), [block("a")], ABSENT, False),
        (Result(PICTURE), [PICTURE.block()], ABSENT, False),
        (Result(["a", PICTURE]), [block("a"), PICTURE.block()], ABSENT, False),
        (Result(structured=None), [block("null")], None, False),
        (Result("a", Item(1)), [block("a")], {"count": 1, "day": None}, False),
        (Result("a", is_error=True), [block("a")], ABSENT, True),
        (Result(["a", "b"]), [block("a"), block("b")], ABSENT, False),
        (Result(), [], ABSENT, False),
    ],
)
def test_a_result_is_taken_part_by_part(result, content, structured, is_error):
    outcome = render(result, ResultType(Result))
    assert outcome.content == content
    assert outcome.has_structured == (structured is not ABSENT)
    assert outcome.structured == structured
    assert outcome.is_error == is_error


@pytest.mark.parametrize(
    ("value", "kind", "sentence"),
    [
        (
            Item("a"),
            Item,
            "does not fit its declared type: Expected `int`, got `str` - at `$.count`",
        ),
        (
            3,
            str,
            "does not fit its declared type: Expected `str`, got `int`",
        ),
        (
            {"a": math.nan},
            dict[str, float],
            "cannot be sent as JSON: JSON has no nan - at `$.a`",
        ),
        (
            "\ud800",
            str,
            "cannot be sent as JSON: a text with a lone surrogate - at `$[0].text`",
        ),
        (
            object(),
            UNDECLARED,
            "cannot be sent as JSON: a object has no JSON form",
        ),
        (
            Result("a", structured=2**64),
            Result,
            "cannot be sent as JSON: an integer of more than 64 bits - at `$`",
        ),
    ],
)
def test_a_result_that_cannot_be_is_an_error_that_names_the_place(value, kind, sentence):
    outcome = render(value, ResultType(kind))
    assert (outcome.is_error, outcome.has_structured) == (True, False)
    assert text_of(outcome) == f"the tool's result {sentence}"


@pytest.mark.parametrize("kind", [UNDECLARED, list, Result])
def test_a_circle_is_an_error(kind):
    circle = []
    circle.append(circle)
    value = Result(structured=circle) if kind is Result else circle
    assert "recursion" in text_of(render(value, ResultType(kind)))


def test_a_result_in_parts_does_not_pass_for_declared_data():
    outcome = render(Result("a"), ResultType(Item))
    assert outcome.is_error
    assert "a Result has no JSON form" in text_of(outcome)


@pytest.mark.parametrize("content", ["a", ()])
def test_what_is_for_programs_goes_beside_the_result(content):
    outcome = render(
        Result(content, 3, meta={"example.com/a": Item(1)}), ResultType(UNDECLARED)
    )
    assert outcome.meta == {"example.com/a": {"count": 1, "day": None}}
    assert render(Result(content, meta={}), ResultType(UNDECLARED)).meta == {}
    assert render("a", ResultType(UNDECLARED)).meta is None


def test_what_is_for_programs_must_be_json_too():
    for value in (object(), math.nan):
        assert render(
            Result("a", meta={"example.com/a": value}), ResultType(UNDECLARED)
        ).is_error


def test_an_error_can_always_be_sent():
    outcome = fail("file \udcff.txt is gone")
    assert outcome.is_error
    assert text_of(outcome) == "file \\udcff.txt is gone"
