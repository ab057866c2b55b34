"""tools/bound_resource.py: a resource is described, found by its URI, and read as contents."""

from dataclasses import dataclass
from typing import Literal

import pytest
from mcp.types import ReadResourceResult, Resource, ResourceTemplate

from firstbyte.tools.bound_resource import BoundResource
from firstbyte.tools.content import Annotations, Contents
from firstbyte.tools.context import Context
from firstbyte.tools.errors import ResourceNotFound, ToolError, WrongDeclaration
from firstbyte.tools.resource_declaration import resource
from tests.tools.fakes import Listener


@dataclass
class Item:
    count: int


def read(function, uri="note:a"):
    found = BoundResource(function).find(uri)
    return None if found is None else found.read(Listener())


def read_value(value, **said):
    @resource("note:a", **said)
    def note():
        return value

    reading = read(note)
    assert reading.problem == ""
    ReadResourceResult.model_validate({"contents": reading.contents})
    return reading.contents


def test_everything_declared_of_one_resource_is_described():
    @resource(
        "note:a",
        name="a note",
        title="A",
        mime_type="text/plain",
        size=3,
        annotations=Annotations(["user"], 0.5, "2026-07-28T00:00:00Z"),
        icons=[{"src": "https://x.example/i.png"}],
        meta={"example.com/a": 1},
    )
    def note() -> str:
        """Tell.

        Raises:
            ToolError: never.
        """

    bound = BoundResource(note)
    assert not bound.is_template
    assert bound.describe() == {
        "uri": "note:a",
        "name": "a note",
        "title": "A",
        "description": "Tell.",
        "mimeType": "text/plain",
        "size": 3,
        "annotations": {
            "audience": ["user"],
            "priority": 0.5,
            "lastModified": "2026-07-28T00:00:00Z",
        },
        "icons": [{"src": "https://x.example/i.png"}],
        "_meta": {"example.com/a": 1},
    }
    Resource.model_validate(bound.describe())


def test_a_template_is_described_as_one():
    @resource("note:{day}", description="Notes.")
    def notes(day: str) -> str: ...

    bound = BoundResource(notes)
    assert bound.is_template
    assert bound.describe() == {
        "uriTemplate": "note:{day}",
        "name": "notes",
        "description": "Notes.",
    }
    ResourceTemplate.model_validate(bound.describe())


def test_variables_reach_the_function_typed():
    @resource("note:{day}/{+path}{/size}{?kind}")
    def note(path: str, day: int, context: Context, size: Literal[1, 2] = 1, kind: str = "x"):
        assert context.request_id == "request-1"
        return [day, path, size, kind]

    (contents,) = read(note, "note:3/a%20b/c/2?kind=d").contents
    assert contents["text"] == '[3,"a b/c/2",1,"d"]'
    assert read(note, "note:three/a") is None


def test_what_may_be_absent_keeps_the_functions_default():
    @resource("note:a{/size}{?kind}")
    def note(size: Literal[1, 2] = 1, kind: str = "x"):
        return f"{size} {kind}"

    assert [read(note, uri).contents[0]["text"] for uri in ("note:a", "note:a/2?kind=y")] == [
        "1 x",
        "2 y",
    ]
    assert read(note, "note:a/3") is None


@pytest.mark.parametrize(
    ("value", "contents"),
    [
        ("a", [{"uri": "note:a", "text": "a"}]),
        ("", [{"uri": "note:a", "text": ""}]),
        (b"\0", [{"uri": "note:a", "blob": "AA=="}]),
        (Item(1), [{"uri": "note:a", "mimeType": "application/json", "text": '{"count":1}'}]),
        ([], [{"uri": "note:a", "mimeType": "application/json", "text": "[]"}]),
        (None, [{"uri": "note:a", "mimeType": "application/json", "text": "null"}]),
        (["a"], [{"uri": "note:a", "mimeType": "application/json", "text": '["a"]'}]),
        (Contents(text="a"), [{"uri": "note:a", "text": "a"}]),
        (
            [Contents("note:b", "text/html", text="a", meta={"k": 1}), Contents(blob=b"")],
            [
                {"uri": "note:b", "mimeType": "text/html", "text": "a", "_meta": {"k": 1}},
                {"uri": "note:a", "blob": ""},
            ],
        ),
    ],
)
def test_a_value_is_read_as_contents(value, contents):
    assert read_value(value) == contents


@pytest.mark.parametrize("value", ["a", b"a", {"a": 1}, Contents(text="a")])
def test_the_declared_type_is_that_of_what_names_none(value):
    (contents,) = read_value(value, mime_type="text/x-note")
    assert contents["mimeType"] == "text/x-note"
    (contents,) = read_value(Contents("", "text/html", text="a"), mime_type="text/x-note")
    assert contents["mimeType"] == "text/html"


def test_a_reading_tells_how_long_it_is_good():
    @resource("note:a", ttl_ms=5, cache_scope="public")
    def note() -> str:
        return "a"

    reading = read(note)
    assert (reading.ttl_ms, reading.cache_scope) == (5, "public")


@pytest.mark.parametrize(
    ("error", "is_missing"),
    [(ResourceNotFound("no note"), True), (ToolError("no note"), False)],
)
def test_an_authors_error_is_a_problem(error, is_missing):
    @resource("note:{day}")
    async def note(day):
        raise error

    reading = read(note)
    assert (reading.problem, reading.is_missing) == ("no note", is_missing)
    assert reading.contents == ()


@pytest.mark.parametrize(
    "value",
    [object(), float("nan"), "\ud800", [Contents(text="a"), "b"], Contents("\ud800", text="")],
)
def test_what_json_cannot_carry_is_a_problem(value):
    @resource("note:a")
    def note():
        return value

    reading = read(note)
    assert reading.problem.startswith("the resource cannot be sent as JSON: ")
    assert not reading.is_missing


def test_a_problem_can_always_be_sent():
    @resource("note:a")
    def note():
        raise ToolError("\udcff")

    assert read(note).problem == "\\udcff"


class Left(BaseException):
    """What a caller raises to leave a running function is like this."""


def test_anything_else_is_left_alone():
    @resource("note:a")
    def note():
        raise Left

    with pytest.raises(Left):
        read(note)


def unknown(day, hour): ...
def lacking(): ...
def required(day): ...


def asked(day): ...


@pytest.mark.parametrize(
    ("uri", "function", "message"),
    [
        ("note:{day}", unknown, "parameter 'hour' is no variable"),
        ("note:{day}", lacking, "no parameter takes 'day'"),
        ("note:a{/day}", required, "'day' may be absent"),
        ("note:a{?day}", asked, "'day' may be absent"),
    ],
)
def test_parameters_have_to_be_the_variables(uri, function, message):
    with pytest.raises(WrongDeclaration, match=message):
        BoundResource(resource(uri)(function))


def test_other_arguments_take_any_variable():
    @resource("note:{day}{?hour}")
    def note(**others):
        return others

    (contents,) = read(note, "note:a?hour=3").contents
    assert contents["text"] in ('{"day":"a","hour":"3"}', '{"hour":"3","day":"a"}')
