"""tools/schema.py: a type's schema says of every JSON value what validation says of it."""

import datetime
import enum
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import jsonschema
import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from firstbyte.tools.conversion import convert_arguments, define_arguments, simplify_as
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.schema import describe_arguments, describe_result
from firstbyte.tools.signature import REQUIRED, Parameter


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Leaf:
    """A leaf.

    It hangs.
    """

    size: int
    colour: Colour = Colour.RED


@dataclass
class Tree:
    leaves: list[Leaf]
    left: "Tree | None" = None


class Place(TypedDict):
    name: str
    depth: int


class Pair(NamedTuple):
    first: int
    second: str


class Inner(pydantic.BaseModel):
    day: datetime.date


class Outer(pydantic.BaseModel):
    inner: Inner
    again: list["Outer"] = []


def other_model_called(name):
    class Inner(pydantic.BaseModel):
        text: str

    return pydantic.create_model(name, inner=(Inner, ...))


def describe(**kinds):
    return describe_arguments(
        tuple(Parameter(name, kind, REQUIRED) for name, kind in kinds.items()), "tool 't'"
    )


def references(schema):
    if isinstance(schema, dict):
        yield from [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
        for member in schema.values():
            yield from references(member)
    elif isinstance(schema, list):
        for member in schema:
            yield from references(member)


def test_a_tool_without_parameters_takes_an_empty_object():
    assert describe() == {"type": "object", "properties": {}, "additionalProperties": False}


def test_parameters_are_properties_with_words_bounds_and_defaults():
    schema = describe_arguments(
        (
            Parameter("name", Annotated[str, Meta(description="Whose")], REQUIRED),
            Parameter("limit", Annotated[int, Meta(ge=1, le=9)], 3),
            Parameter("tags", list[str], ["a"]),
            Parameter("day", datetime.date | None, None),
            Parameter("colour", Colour, Colour.BLUE),
            Parameter("secret", Any, object()),
            Parameter("endless", float, float("inf")),
        ),
        "tool 't'",
    )
    assert schema == {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "Whose"},
            "limit": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
            "tags": {"type": "array", "items": {"type": "string"}, "default": ["a"]},
            "day": {
                "anyOf": [{"type": "string", "format": "date"}, {"type": "null"}],
                "default": None,
            },
            "colour": {"$ref": "#/$defs/Colour", "default": "blue"},
            "secret": {},
            "endless": {"type": "number"},
        },
        "required": ["name"],
        "additionalProperties": False,
        "$defs": {"Colour": {"title": "Colour", "enum": ["blue", "red"]}},
    }


def test_a_result_stands_at_the_root_and_its_parts_beside_it():
    assert describe_result(Leaf, "tool 't'") == {
        "title": "Leaf",
        "description": "A leaf.\n\nIt hangs.",
        "type": "object",
        "properties": {
            "size": {"type": "integer"},
            "colour": {"$ref": "#/$defs/Colour", "default": "red"},
        },
        "required": ["size"],
        "$defs": {"Colour": {"title": "Colour", "enum": ["blue", "red"]}},
    }


def test_a_type_that_contains_itself_is_defined_once_more():
    schema = describe_result(Tree, "tool 't'")
    assert schema["type"] == "object"
    assert set(schema["$defs"]) == {"Tree", "Leaf", "Colour"}


@pytest.mark.parametrize(
    "kind",
    [Tree, Outer, list[Outer], dict[str, Outer], Outer | None, tuple[Outer, Tree], Pair, Place],
)
def test_every_reference_is_resolved_within_the_schema(kind):
    for schema in (describe(it=kind), describe_result(kind, "tool 't'")):
        jsonschema.Draft202012Validator.check_schema(schema)
        for reference in references(schema):
            assert reference.removeprefix("#/$defs/") in schema["$defs"]


def test_models_of_one_name_do_not_mix():
    first, second = other_model_called("Order"), other_model_called("Order")
    schema = describe(first=first, second=second, third=Outer)
    assert set(schema["$defs"]) == {"Order.Inner", "Order_.Inner", "Outer.Inner", "Outer.Outer"}


@pytest.mark.parametrize("kind", [complex, list[complex], Outer | int, Leaf | Tree])
def test_a_type_without_a_schema_is_refused_with_tool_and_parameter(kind):
    with pytest.raises(WrongDeclaration, match=r"tool 't': parameter 'second': [^\n]+$"):
        describe(first=int, second=kind)
    with pytest.raises(WrongDeclaration, match=r"tool 't': its result: [^\n]+$"):
        describe_result(kind, "tool 't'")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(-5, 5)
    | st.sampled_from(["", "a", "aa", "aaaa", "red", "blue", "ä", "\U0001f600"]),
    lambda members: (
        st.lists(members, max_size=3)
        | st.dictionaries(
            st.sampled_from(["size", "colour", "leaves", "left", "name", "depth", "x"]),
            members,
            max_size=3,
        )
    ),
    max_leaves=8,
)

KINDS = [
    int,
    float,
    bool,
    str,
    None,
    Any,
    Annotated[int, Meta(ge=-2, lt=3)],
    Annotated[float, Meta(gt=-1, multiple_of=0.5)],
    Annotated[str, Meta(min_length=1, max_length=3)],
    Annotated[str, Meta(pattern="^a+$")],
    Annotated[list[int], Meta(min_length=1)],
    Literal["a", "red"],
    Literal[1, "a", None],
    Colour,
    int | str | None,
    list[int | None],
    dict[str, float],
    dict[str, Any],
    tuple[int, str],
    Leaf,
    Tree,
    Place,
    list[Leaf] | str,
    Annotated[int, Meta(ge=1)] | None,
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(value=JSON)
def test_an_argument_is_accepted_just_when_the_schema_says_so(kind, value):
    parameters = (Parameter("it", kind, REQUIRED),)
    schema = describe_arguments(parameters, "tool 't'")
    is_valid = jsonschema.Draft202012Validator(schema).is_valid({"it": value})
    try:
        converted = convert_arguments(
            {"it": value}, define_arguments(parameters, takes_others=False)
        )
    except msgspec.ValidationError:
        assert not is_valid
    else:
        assert is_valid
        result = simplify_as(converted["it"], kind)
        jsonschema.validate(
            msgspec.json.decode(msgspec.json.encode(result)), describe_result(kind, "tool 't'")
        )
