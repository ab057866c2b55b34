"""tools/form.py: a form is one that clients can show, and its answers are held to it."""

import json
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from firstbyte.tools.form import Form
from tests.protocol_schema import check_request

CHOICES = [{"const": "a", "title": "A"}, {"const": "b", "title": "B"}]


def a_schema(required=(), **fields):
    schema = {"type": "object", "properties": fields}
    return {**schema, "required": list(required)} if required else schema


def a_form(required=(), **fields):
    return Form(a_schema(required, **fields))


GOOD_FIELDS = [
    {"type": "string"},
    {"type": "string", "title": "T", "description": "D", "default": "x"},
    {"type": "string", "minLength": 1, "maxLength": 3, "default": "xyz"},
    {"type": "string", "format": "email", "default": "a@b.example"},
    {"type": "string", "format": "uri"},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "date-time"},
    {"type": "string", "enum": ["a", "b"], "default": "b"},
    {"type": "string", "enum": ["a", "b"], "enumNames": ["A", "B"]},
    {"type": "string", "oneOf": CHOICES, "default": "a"},
    {"type": "number", "minimum": 0.5, "maximum": 2, "default": 1},
    {"type": "integer", "minimum": 1, "default": 3},
    {"type": "boolean", "default": False},
    {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "default": ["a"]},
    {"type": "array", "items": {"anyOf": CHOICES}, "minItems": 1, "maxItems": 2},
]


@pytest.mark.parametrize("field", GOOD_FIELDS, ids=json.dumps)
def test_every_field_of_the_specification_can_be_asked_for(field):
    schema = {**a_schema(["f"], f=field), "$schema": "https://json-schema.org/draft/2020-12"}
    assert Form(schema).schema == schema
    params = {"message": "m", "mode": "form", "requestedSchema": schema}
    question = {"jsonrpc": "2.0", "id": 1, "method": "elicitation/create", "params": params}
    check_request("2025-11-25", question)


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ({"type": "object", "properties": {}}, "'object'"),
        ({"type": "null"}, "'null'"),
        ({"type": ["string", "null"]}, "got `list`"),
        ({}, "missing required field `type`"),
        ("string", "got `str`"),
        ({"$ref": "#/$defs/x"}, "`type`"),
        ({"type": "string", "pattern": "x"}, "`pattern`"),
        ({"type": "string", "format": "password"}, "'password'"),
        ({"type": "string", "minLength": "1"}, "got `str`"),
        ({"type": "string", "enum": [1]}, "got `int`"),
        ({"type": "string", "enum": []}, "nothing to choose from"),
        ({"type": "string", "enum": ["a"], "oneOf": CHOICES}, "do not go together"),
        ({"type": "string", "enum": ["a"], "maxLength": 3}, "do not go together"),
        ({"type": "string", "enum": ["a"], "enumNames": ["A", "B"]}, "enumNames"),
        ({"type": "string", "enumNames": ["A"]}, "enumNames"),
        ({"type": "string", "oneOf": [{"const": "a"}]}, "`title`"),
        ({"type": "string", "minLength": 2, "default": "a"}, "less than 2 characters"),
        ({"type": "string", "default": 1}, "got `int`"),
        ({"type": "integer", "exclusiveMinimum": 1}, "`exclusiveMinimum`"),
        ({"type": "integer", "default": 1.5}, "no whole number"),
        ({"type": "number", "default": float("nan")}, "nan"),
        ({"type": "boolean", "default": "yes"}, "got `str`"),
        ({"type": "array", "items": {"type": "string"}}, "either by enum or by anyOf"),
        ({"type": "array", "items": {"enum": ["a"]}}, "of type string"),
        ({"type": "array", "items": {"type": "object"}}, "'object'"),
        ({"type": "array"}, "`items`"),
        (
            {"type": "array", "items": {"type": "string", "enum": ["a"]}, "default": ["b"]},
            "none of a",
        ),
    ],
    ids=repr,
)
def test_what_no_client_can_show_is_refused(field, fault):
    with pytest.raises(ValueError, match=fault):
        a_form(f=field)


def test_the_refusal_names_the_field():
    with pytest.raises(ValueError, match=r"form field 'address'.*\$\.type"):
        a_form(name={"type": "string"}, address={"type": "object"})


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "array"},
        {"type": "object"},
        {"type": "object", "properties": []},
        {"type": "object", "properties": {}, "additionalProperties": False},
        {"type": "object", "properties": {}, "required": ["name"]},
        {"type": "object", "properties": {}, "required": "name"},
        {"type": "object", "properties": {"f": object()}},
    ],
    ids=repr,
)
def test_what_is_no_form_at_all_is_refused(schema):
    with pytest.raises(ValueError, match="form"):
        Form(schema)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ({"type": "string"}, ["", "x"], [1, True, [], {}]),
        ({"type": "string", "minLength": 1, "maxLength": 2}, ["a", "💣💣"], ["", "abc"]),
        ({"type": "string", "enum": ["a", "b"]}, ["a"], ["c", "", 1]),
        ({"type": "string", "oneOf": CHOICES}, ["b"], ["B"]),
        ({"type": "string", "format": "email"}, ["a@b.example"], ["a", "@b", "a@", "a b@c"]),
        (
            {"type": "string", "format": "uri"},
            ["urn:x", "https://a.example/?q#f", "a+b:c"],
            ["a", "x:", ":x", "1a:b", "a b:c", "a:b c", "a:é", "a:\n"],
        ),
        (
            {"type": "string", "format": "date"},
            ["2026-07-28", "2024-02-29"],
            ["2026-7-28", "20260728", "2025-02-29", "2026-07-28T00:00:00Z"],
        ),
        (
            {"type": "string", "format": "date-time"},
            ["2026-07-28T10:00:00Z", "2026-07-28T10:00:00.5+02:00"],
            ["2026-07-28", "2026-07-28T10:00:00", "2026-07-28T25:00:00Z"],
        ),
        (
            {"type": "number", "minimum": 0, "maximum": 2},
            [0, 1.5, 2],
            [-0.1, 3, "1", True],
        ),
        ({"type": "integer", "maximum": 2}, [2, -5], [1.5, 3, "1", True, 1e400]),
        ({"type": "boolean"}, [True, False], [0, 1, "true"]),
        (
            {"type": "array", "items": {"anyOf": CHOICES}, "minItems": 1, "maxItems": 2},
            [["a"], ["b", "a"]],
            [[], ["c"], ["a", "b", "a"], "a", [["a"]], [{}], {"a": 1}],
        ),
        (
            {"type": "array", "items": {"type": "string", "enum": ["a"]}},
            [[], ["a"]],
            [["b"], [1]],
        ),
    ],
    ids=repr,
)
def test_what_is_filled_in_is_held_to_its_field(field, good, bad):
    form = a_form(["f"], f=field)
    assert [form.read({"f": value}) for value in good] == [{"f": value} for value in good]
    for value in [*bad, None]:
        with pytest.raises(ValueError, match="form field 'f'"):
            form.read({"f": value})


def test_a_whole_number_may_be_written_as_a_fraction():
    value = a_form(f={"type": "integer"}).read({"f": 3.0})["f"]
    assert (value, type(value)) == (3, int)


def test_what_is_required_must_be_there():
    with pytest.raises(ValueError, match="'b' is not filled in"):
        a_form(["b"], a={"type": "string"}, b={"type": "string"}).read({"a": "x"})


def test_what_is_not_required_may_be_absent_or_null():
    form = a_form(["a"], a={"type": "string"}, b={"type": "string"}, c={"type": "number"})
    assert form.read({"a": "x", "b": None}) == {"a": "x"}


def test_what_was_not_asked_for_is_left_out():
    assert a_form(a={"type": "string"}).read({"a": "x", "z": {"deep": 1}}) == {"a": "x"}


def test_a_type_is_a_form_too():
    class Name(TypedDict):
        name: str

    form = Form(Name)
    assert form.schema == a_schema(["name"], name={"type": "string"})
    assert form.read({"name": "x"}) == {"name": "x"}


def test_the_schema_is_a_copy():
    schema = a_schema(a={"type": "string"})
    form = Form(schema)
    schema["properties"]["a"]["type"] = "object"
    assert form.schema == a_schema(a={"type": "string"})


FIELDS = st.sampled_from([field for field in GOOD_FIELDS if "format" not in field])
VALUES = st.recursive(
    st.booleans()
    | st.integers(-3, 5)
    | st.sampled_from([0.5, 1.0, 1.5, 2.5])
    | st.sampled_from(["", "a", "b", "xyz", "wxyz"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("x"), inner),
    max_leaves=4,
)


@given(
    st.dictionaries(st.sampled_from("fgh"), FIELDS),
    st.sets(st.sampled_from("fgh")),
    st.dictionaries(st.sampled_from("fgh"), VALUES),
)
def test_an_answer_is_taken_if_a_validator_of_json_schema_takes_it(fields, required, content):
    schema = a_schema(sorted(required & fields.keys()), **fields)
    form = Form(schema)
    if Draft202012Validator(schema).is_valid(content):
        assert form.read(content) == {k: v for k, v in content.items() if k in fields}
    else:
        with pytest.raises(ValueError, match="form field"):
            form.read(content)
