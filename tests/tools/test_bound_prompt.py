"""tools/bound_prompt.py: a prompt is described, and filled in with texts."""

from enum import Enum
from typing import Annotated, Literal

import pytest
from mcp.types import GetPromptResult, Prompt
from msgspec import Meta

from firstbyte.tools.bound_prompt import BoundPrompt
from firstbyte.tools.content import EmbeddedResource, Image, Text
from firstbyte.tools.context import Context
from firstbyte.tools.errors import ToolError, WrongDeclaration
from firstbyte.tools.message import Message
from firstbyte.tools.prompt_declaration import prompt
from tests.tools.fakes import Listener


class Mood(Enum):
    GOOD = "good"


@prompt
def review(
    table_name: Annotated[str, "Name of the table"],
    context: Context,
    limit: Annotated[int, Meta(title="Limit", description="Most items"), Meta(ge=1)] = 10,
    mood: Mood = Mood.GOOD,
    dry: bool = False,
    depth: Literal[1, 2] | None = None,
) -> str:
    """Review a table.

    Raises:
        ToolError: never.
    """
    return f"{table_name} {limit} {mood} {dry} {depth} {context.request_id}"


def get(function, **arguments):
    return BoundPrompt(function).get(arguments, Listener())


def messages_of(value):
    @prompt
    def say():
        return value

    messages = get(say)
    assert messages.problem == ""
    GetPromptResult.model_validate({"messages": messages.messages})
    return messages.messages


def test_a_prompt_is_described_with_its_arguments():
    described = BoundPrompt(review).describe()
    Prompt.model_validate(described)
    assert described == {
        "name": "review",
        "description": "Review a table.",
        "arguments": [
            {"name": "table_name", "description": "Name of the table", "required": True},
            {"name": "limit", "title": "Limit", "description": "Most items", "required": False},
            {"name": "mood", "required": False},
            {"name": "dry", "required": False},
            {"name": "depth", "required": False},
        ],
    }


def test_everything_declared_is_described():
    @prompt(
        name="p",
        title="Plain",
        description="Says.",
        icons=[{"src": "https://x.example/i.png"}],
        meta={"example.com/a": 1},
    )
    def plain() -> str:
        """Not this."""

    assert BoundPrompt(plain).describe() == {
        "name": "p",
        "title": "Plain",
        "description": "Says.",
        "icons": [{"src": "https://x.example/i.png"}],
        "_meta": {"example.com/a": 1},
    }


def test_texts_reach_the_function_typed():
    given = {"limit": "3", "mood": "good", "dry": "true", "depth": "2"}
    messages = get(review, table_name="5", **given)
    assert messages.description == "Review a table."
    assert messages.messages == [
        Message("user", "5 3 Mood.GOOD True 2 request-1").describe(),
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "missing required field `table_name`"),
        ({"table_name": "t", "limit": "many"}, "`$.limit`"),
        ({"table_name": "t", "limit": "0"}, "`$.limit`"),
        ({"table_name": "t", "mood": "bad"}, "`$.mood`"),
        ({"table_name": "t", "dry": "perhaps"}, "`$.dry`"),
        ({"table_name": "t", "depth": "3"}, "`$.depth`"),
        ({"table_name": "t", "other": "1"}, "unknown field `other`"),
        ({"table_name": "t", "context": "1"}, "unknown field `context`"),
    ],
)
def test_an_argument_that_does_not_fit_is_named(arguments, told):
    messages = get(review, **arguments)
    assert messages.is_invalid
    assert messages.problem.startswith("the arguments do not fit this prompt: ")
    assert told in messages.problem
    assert messages.messages == ()


RESOURCE = EmbeddedResource("note:a", text="a")


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        ("a", [Message("user", "a")]),
        (Message("assistant", Text("a")), [Message("assistant", "a")]),
        (
            ["a", Message("assistant", Image(b"x", "image/png")), Message("user", RESOURCE)],
            [
                Message("user", "a"),
                Message("assistant", Image(b"x", "image/png")),
                Message("user", RESOURCE),
            ],
        ),
        ((), []),
    ],
)
def test_what_is_returned_is_shown_as_messages(value, messages):
    assert messages_of(value) == [message.describe() for message in messages]


@pytest.mark.parametrize("value", [None, 3, {"a": 1}, ["a", Text("b")], "\ud800"])
def test_what_is_no_message_is_a_problem(value):
    @prompt
    def say():
        return value

    messages = get(say)
    assert messages.problem.startswith("the prompt's messages cannot be sent: ")
    assert not messages.is_invalid


def test_an_authors_error_is_a_problem_of_the_prompt_not_of_its_arguments():
    @prompt
    async def say():
        raise ToolError("no such table \udcff")

    messages = get(say)
    assert (messages.problem, messages.is_invalid) == ("no such table \\udcff", False)


class Left(BaseException):
    """What a caller raises to leave a running function is like this."""


@pytest.mark.parametrize("error", [Left, ValueError])
def test_anything_else_is_left_alone(error):
    @prompt
    def say():
        raise error

    with pytest.raises(error):
        get(say)


def test_arguments_that_cannot_be_listed_are_refused():
    @prompt
    def say(**others): ...

    with pytest.raises(WrongDeclaration, match="prompt 'say'"):
        BoundPrompt(say)
