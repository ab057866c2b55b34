"""tools/testing.py: a test sees what a client would see."""

import datetime

import pytest

from firstbyte.tools import Context, Image, Server, ToolError, tool
from firstbyte.tools.testing import Called, Client


@tool
def greet(name: str, day: datetime.date | None = None, context: Context | None = None) -> str:
    """Greet."""
    context.progress(1, 2, "half")
    context.warning({"name": name}, "greeter")
    return f"{name} {day} {context.remaining_ms()} {context.request_id}"


@tool
def picture() -> list[str | Image]:
    return ["one", Image(b"x", "image/png"), "two"]


@tool
def pair() -> tuple[int, str]:
    return (1, "a")


@tool
def fail(how: str) -> None:
    raise ToolError(how) if how == "kindly" else ValueError(how)


@tool
def number(context: Context) -> int:
    return context.invocation_number


SERVER = Server("s", "1", tools=[greet, picture, pair, fail, number])
CLIENT = Client(SERVER, remaining_ms=77)


def test_a_call_tells_its_result_and_what_was_said():
    assert CLIENT.call("greet", name="Ann", day=datetime.date(2026, 7, 28)) == Called(
        content=[{"type": "text", "text": "Ann 2026-07-28 77 test"}],
        structured=None,
        has_structured=False,
        is_error=False,
        progress=[(1, 2, "half")],
        logs=[("warning", {"name": "Ann"}, "greeter")],
        questions=[],
        announced=[],
        rounds=1,
    )


def test_the_text_is_all_text_blocks():
    assert CLIENT.call("picture").text == "one\ntwo"


def test_results_are_json():
    assert CLIENT.call("pair").structured == [1, "a"]


def test_the_list_is_json_in_order():
    assert [listed["name"] for listed in CLIENT.list_tools()] == [
        "greet",
        "picture",
        "pair",
        "fail",
        "number",
    ]


def test_failures_are_told_as_a_client_and_as_a_log_see_them():
    told = CLIENT.call("fail", how="kindly")
    assert (told.is_error, told.text) == (True, "kindly")
    with pytest.raises(ValueError, match="badly"):
        CLIENT.call("fail", how="badly")


def test_each_call_of_a_client_is_one_more_invocation():
    client = Client(SERVER)
    client.call("picture")
    assert client.call("number").structured == 2
    assert Client(SERVER).call("number").structured == 1


def test_an_unknown_tool_is_a_lookup_error():
    with pytest.raises(LookupError, match="'absent'"):
        CLIENT.call("absent")
