"""tools/bound_tool.py: a tool is described to clients, and called with what they send."""

import asyncio
import functools
from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from mcp.shared.inbound import find_invalid_x_mcp_header

from firstbyte.tools.content import Result, Text
from firstbyte.tools.context import Context
from firstbyte.tools.errors import ToolError, WrongDeclaration
from firstbyte.tools.header import Header
from firstbyte.tools.tool_declaration import tool
from tests.tools.fakes import Listener, bind, call, text_of
from tests.tools.postponed import postponed


@dataclass
class Item:
    count: int


EMPTY = {"type": "object", "properties": {}, "additionalProperties": False}


def test_a_bare_tool_is_described_by_name_docstring_and_schema():
    @tool
    def ping() -> None:
        """Answer.

        Raises:
            ToolError: never.
        """

    assert bind(ping).describe() == {
        "name": "ping",
        "description": "Answer.",
        "inputSchema": EMPTY,
    }


def test_everything_declared_is_described():
    @tool(
        name="p",
        title="Ping",
        description="Answers.",
        read_only=True,
        destructive=False,
        idempotent=True,
        open_world=False,
        icons=[{"src": "https://x.example/i.png"}],
        meta={"example.com/a": 1},
    )
    def ping() -> Item:
        """Not this."""

    assert bind(ping).describe() == {
        "name": "p",
        "title": "Ping",
        "description": "Answers.",
        "icons": [{"src": "https://x.example/i.png"}],
        "inputSchema": EMPTY,
        "outputSchema": {
            "title": "Item",
            "type": "object",
            "properties": {"count": {"type": "integer"}},
            "required": ["count"],
        },
        "annotations": {
            "readOnlyHint": True,
            "destructiveHint": False,
            "idempotentHint": True,
            "openWorldHint": False,
        },
        "_meta": {"example.com/a": 1},
    }


def test_arguments_reach_the_function_typed_and_defaults_stay_its_own():
    default = ["a"]

    @tool
    def take(item: Item, tags: list[str] = default) -> bool:
        assert item == Item(1)
        return tags is default

    assert call(take, item={"count": 1}).structured is True
    assert call(take, item={"count": 1}, tags=["a"]).structured is False


def test_a_bad_argument_never_reaches_the_function():
    @tool
    def take(count: int) -> int:
        raise AssertionError

    outcome = call(take, count="many")
    assert outcome.is_error
    assert text_of(outcome) == (
        "the arguments do not fit this tool: Expected `int`, got `str` - at `$.count`"
    )


def test_arguments_nested_too_deeply_are_told():
    deep = []
    for _ in range(100_000):
        deep = [deep]

    @tool
    def take(count: int, anything: object) -> int:
        raise AssertionError

    outcome = call(take, count="many", anything=deep)
    assert outcome.is_error
    assert "nested too deeply" in text_of(outcome)
    while deep:
        (deep,) = deep


def test_the_context_is_given_whatever_its_name():
    @tool
    def report(call: Context, *, count: int) -> str:
        call.progress(1, 2, "half")
        call.info({"count": count})
        return call.request_id

    listener = Listener()
    outcome = bind(report).call({"count": 3}, listener)
    assert text_of(outcome) == "request-1"
    assert listener.heard == [("progress", 1, 2, "half"), ("info", {"count": 3}, None)]


def test_a_client_cannot_send_the_context():
    @tool
    def report(context: Context) -> None: ...

    assert "unknown field `context`" in text_of(call(report, context={}))


def test_postponed_annotations_are_understood():
    node = {"value": 1, "children": [{"value": 2, "children": []}]}
    assert call(postponed, node=node).structured == node


def test_an_async_tool_runs_to_its_end():
    @tool
    async def wait(context: Context) -> int:
        await asyncio.sleep(0)
        context.progress(1)
        return 3

    listener = Listener()
    assert bind(wait).call({}, listener).structured == 3
    assert listener.heard == [("progress", 1, None, None)]


def test_a_wrapper_may_stand_around_an_async_tool():
    async def wait(count: int) -> int:
        return count + 1

    @tool
    @functools.wraps(wait)
    def wrapped(*arguments, **others):
        return wait(*arguments, **others)

    assert call(wrapped, count=1).structured == 2


@pytest.mark.parametrize("is_async", [False, True])
def test_a_tool_error_is_a_sentence_for_the_model(is_async):
    def fail() -> int:
        raise ToolError("no such table")

    async def fail_later() -> int:
        raise ToolError("no such table")

    outcome = call(tool(fail_later if is_async else fail))
    assert (outcome.is_error, text_of(outcome)) == (True, "no such table")


class Retired(SystemExit):
    """What a deadline raises into a tool is like this."""


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), Retired("x")])
@pytest.mark.parametrize("is_async", [False, True])
def test_anything_else_is_left_alone(error, is_async):
    def fail() -> int:
        raise error

    async def fail_later() -> int:
        raise error

    with pytest.raises(type(error)) as caught:
        call(tool(fail_later if is_async else fail))
    assert caught.value is error


def test_a_verbatim_schema_is_passed_on_and_arguments_come_as_they_are():
    schema = {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/A"}},
        "$defs": {"A": {"not": {"const": 3}}},
        "x-unknown": True,
    }

    @tool(input_schema=schema)
    def take(a, context: Context, **others) -> dict:
        return {"a": a, **others}

    assert bind(take).describe()["inputSchema"] is schema
    assert call(take, a=3, b=[1.0]).structured == {"a": 3, "b": [1.0]}
    assert "missing required field `a`" in text_of(call(take, b=1))


def test_a_verbatim_schema_does_not_widen_the_functions_names():
    @tool(input_schema={"type": "object"})
    def take(a: int = 1) -> object:
        return a

    assert text_of(call(take, a="kept as it is")) == "kept as it is"
    assert "unknown field `b`" in text_of(call(take, b=1))


def test_a_verbatim_output_schema_makes_any_value_structured():
    schema = {"type": ["object", "string"]}

    @tool(output_schema=schema)
    def take(what: str):
        return {"item": {"count": Item(1)}, "text": "a", "own": Result("b", 2)}[what]

    assert bind(take).describe()["outputSchema"] is schema
    assert call(take, what="item").structured == {"count": {"count": 1}}
    assert call(take, what="text").structured == "a"
    own = call(take, what="own")
    assert (own.structured, own.content) == (2, [Text("b").block()])


def test_a_result_without_the_part_a_verbatim_schema_promises_has_failed():
    @tool(output_schema={"type": "object"})
    def take(fails: bool):
        return Result("only text", is_error=fails)

    assert "lacks the structured part" in text_of(call(take, fails=False))
    assert call(take, fails=False).is_error
    assert text_of(call(take, fails=True)) == "only text"


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({}, "'others'.*need an input_schema"),
        ({"input_schema": {"type": "array"}}, "'others'.*not of type object"),
        ({"input_schema": {}}, "'others'.*not of type object"),
    ],
)
def test_a_signature_no_client_could_fill_is_refused(declared, message):
    @tool(**declared)
    def others(**arguments): ...

    with pytest.raises(WrongDeclaration, match=message):
        bind(others)


def test_arguments_that_stand_in_headers_are_told_with_their_paths():
    @tool
    def query(
        region: Annotated[str, "Where", Header("Region")],
        limit: Annotated[int | None, Header("Limit")] = None,
        dry: Annotated[Literal["yes", "no"] | None, Header("Dry")] = "no",
        other: str = "",
    ) -> None: ...

    bound = bind(query)
    assert bound.headers == {"Region": ("region",), "Limit": ("limit",), "Dry": ("dry",)}
    schema = bound.describe()["inputSchema"]
    assert find_invalid_x_mcp_header(schema) is None
    assert schema["properties"] == {
        "region": {"type": "string", "description": "Where", "x-mcp-header": "Region"},
        "limit": {"type": "integer", "x-mcp-header": "Limit"},
        "dry": {
            "type": "string",
            "enum": ["no", "yes"],
            "default": "no",
            "x-mcp-header": "Dry",
        },
        "other": {"type": "string", "default": ""},
    }
    assert bind(query).call({"region": "a", "limit": None}, Listener()).is_error is False


def test_headers_of_a_verbatim_schema_are_found_wherever_they_may_stand():
    inner = {"type": "object", "properties": {"b": {"type": "string", "x-mcp-header": "B"}}}

    @tool(input_schema={"type": "object", "properties": {"a": inner}})
    def take(**others): ...

    assert bind(take).headers == {"B": ("a", "b")}


def test_a_tool_without_headers_has_none():
    @tool
    def take(item: Item, words: Annotated[list[str], "Some"]) -> None: ...

    assert bind(take).headers == {}


@pytest.mark.parametrize(
    "kind",
    [
        Annotated[float, Header("A")],
        Annotated[Item, Header("A")],
        Annotated[int | str, Header("A")],
        Annotated[Literal["a", 1], Header("A")],
        list[Annotated[str, Header("A")]],
        dict[str, Annotated[str, Header("A")]],
    ],
)
def test_a_header_over_which_clients_drop_the_tool_is_refused(kind):
    def take(it): ...

    take.__annotations__["it"] = kind
    bound = bind(tool(take))
    with pytest.raises(WrongDeclaration, match="tool 'take': x-mcp-header 'A'"):
        bound.describe()
    with pytest.raises(WrongDeclaration, match="tool 'take': x-mcp-header 'A'"):
        _ = bound.headers


def test_two_arguments_cannot_share_a_header():
    @tool
    def take(a: Annotated[str, Header("A")], b: Annotated[str, Header("a")]) -> None: ...

    with pytest.raises(WrongDeclaration, match="two arguments have the x-mcp-header 'a'"):
        bind(take).describe()
