"""tools/form_type.py: a type is asked for by a form, and comes back as its value."""

import datetime
import enum
import uuid
from dataclasses import dataclass, field
from typing import Annotated, Literal, NotRequired, Required, TypedDict

import msgspec
import pydantic
import pytest
from msgspec import Meta

from firstbyte.tools.form import Form
from tests.tools import postponed_form


class Size(enum.Enum):
    """How large."""

    SMALL = "small"
    LARGE = "large"
    HUGE = "huge"


class Person(TypedDict):
    name: Annotated[str, "What to call them"]
    age: NotRequired[Annotated[int, Meta(ge=0, le=150)]]


class Loose(TypedDict, total=False):
    nick: str
    real: Required[str]


@dataclass
class Order:
    item: Annotated[str, Meta(min_length=1, title="Item")]
    size: Size
    level: Literal["low", "medium", "high"] = "low"
    amount: float = 1.5
    gift: bool | None = None
    day: datetime.date | None = None
    tags: list[Literal["x", "y"]] = field(default_factory=list)
    sizes: Annotated[set[Size], Meta(max_length=2)] = field(default_factory=set)
    note: str | None = field(default=None, kw_only=True)
    computed: int = field(default=7, init=False)


class Contact(msgspec.Struct):
    mail: Annotated[str, Meta(extra_json_schema={"format": "email"})]
    phone: str | None
    since: datetime.datetime = datetime.datetime(2026, 7, 28, tzinfo=datetime.UTC)


class Model(pydantic.BaseModel):
    count: int = pydantic.Field(ge=1, description="How many")
    size: Size = Size.SMALL
    exact: Literal["yes"] | None = None


def test_a_typed_dict_names_what_is_required_and_what_its_notes_say():
    form = Form(Person)
    assert form.schema == {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "What to call them"},
            "age": {"type": "integer", "minimum": 0, "maximum": 150},
        },
        "required": ["name"],
    }
    assert form.read({"name": "Ann"}) == {"name": "Ann"}
    assert form.read({"name": "Ann", "age": 3.0}) == {"name": "Ann", "age": 3}


def test_a_typed_dict_may_require_little():
    form = Form(Loose)
    assert form.schema["required"] == ["real"]
    assert form.read({"real": "x"}) == {"real": "x"}


def test_a_dataclass_shows_choices_in_the_order_written_and_its_defaults():
    assert Form(Order).schema == {
        "type": "object",
        "properties": {
            "item": {"type": "string", "minLength": 1, "title": "Item"},
            "size": {
                "type": "string",
                "description": "How large.",
                "enum": ["small", "large", "huge"],
            },
            "level": {"type": "string", "enum": ["low", "medium", "high"], "default": "low"},
            "amount": {"type": "number", "default": 1.5},
            "gift": {"type": "boolean"},
            "day": {"type": "string", "format": "date"},
            "tags": {
                "type": "array",
                "items": {"type": "string", "enum": ["x", "y"]},
                "default": [],
            },
            "sizes": {
                "type": "array",
                "items": {
                    "type": "string",
                    "enum": ["small", "large", "huge"],
                },
                "maxItems": 2,
                "default": [],
            },
            "note": {"type": "string"},
        },
        "required": ["item", "size"],
    }


def test_what_is_filled_in_becomes_a_value_of_the_type():
    filled_in = {"item": "tea", "size": "huge", "day": "2026-07-28", "sizes": ["small"]}
    assert Form(Order).read(filled_in) == Order(
        "tea", Size.HUGE, day=datetime.date(2026, 7, 28), sizes={Size.SMALL}
    )


def test_what_may_be_none_need_not_be_filled_in():
    form = Form(Contact)
    assert form.schema["required"] == ["mail"]
    assert form.schema["properties"]["mail"] == {"type": "string", "format": "email"}
    assert form.schema["properties"]["since"] == {
        "type": "string",
        "format": "date-time",
        "default": "2026-07-28T00:00:00Z",
    }
    assert form.read({"mail": "a@b.example"}) == Contact("a@b.example", None)
    assert form.read({"mail": "a@b.example", "phone": None}) == Contact("a@b.example", None)


def test_a_pydantic_model_is_asked_for_and_made_by_its_own_methods():
    form = Form(Model)
    assert form.schema == {
        "type": "object",
        "properties": {
            "count": {
                "type": "integer",
                "minimum": 1,
                "description": "How many",
                "title": "Count",
            },
            "size": {
                "type": "string",
                "description": "How large.",
                "enum": ["small", "large", "huge"],
                "default": "small",
            },
            "exact": {"type": "string", "enum": ["yes"], "title": "Exact"},
        },
        "required": ["count"],
    }
    assert form.read({"count": 2, "size": "large"}) == Model(count=2, size=Size.LARGE)


def test_what_a_form_lets_pass_the_type_may_refuse():
    @dataclass
    class Span:
        first: int
        last: int

        def __post_init__(self):
            if self.last < self.first:
                raise ValueError("ends before it begins")

    with pytest.raises(ValueError, match="ends before it begins"):
        Form(Span).read({"first": 2, "last": 1})


def test_postponed_annotations_are_understood():
    form = Form(postponed_form.Postponed)
    assert form.schema["required"] == ["name"]
    assert form.read({"name": "x"}) == {"name": "x"}


class Nested(TypedDict):
    inner: Person


class Either(TypedDict):
    value: int | str


class Numbers(TypedDict):
    value: Literal[1, 2]


class Above(TypedDict):
    value: Annotated[int, Meta(gt=1)]


class Many(TypedDict):
    value: list[str]


class Named(TypedDict):
    value: uuid.UUID


class Opaque(TypedDict):
    value: complex


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (Nested, "form field 'inner'.*'object'"),
        (Either, "field 'value' may be of one type"),
        (Numbers, "form field 'value'.*got `int`"),
        (Above, "form field 'value'.*`exclusiveMinimum`"),
        (Many, "form field 'value'"),
        (Named, "form field 'value'.*'uuid'"),
        (Opaque, "'value'"),
        (postponed_form.Unresolved, "Nowhere"),
        (str, "type 'str': it is no TypedDict"),
        (3, "type 3: it is no type"),
        (Order("x", Size.HUGE), "it is no type"),
    ],
    ids=repr,
)
def test_a_type_that_is_not_flat_is_refused(kind, fault):
    with pytest.raises(ValueError, match=fault):
        Form(kind)
