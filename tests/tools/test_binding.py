"""tools/binding.py: a function gets its arguments typed, and runs to its end."""

import asyncio
import functools
from enum import Enum
from typing import Literal

import msgspec
import pytest

from firstbyte.tools.binding import Binding
from firstbyte.tools.context import Context
from firstbyte.tools.errors import WrongDeclaration
from tests.tools.fakes import Listener


class Mood(Enum):
    GOOD = "good"


class Left(BaseException):
    """What a caller raises to leave a running function is like this."""


def take(count: int, mood: Mood = Mood.GOOD, *, dry: bool = False) -> list[object]:
    """Take."""
    return [count, mood, dry]


def test_arguments_from_json_get_their_types_and_defaults_stay_the_functions():
    binding = Binding(take, "tool 'take'")
    assert binding.convert({"count": 3.0}) == {"count": 3}
    assert binding.convert({"count": 1, "mood": "good"}) == {"count": 1, "mood": Mood.GOOD}
    with pytest.raises(msgspec.ValidationError):
        binding.convert({"count": "3"})


def test_arguments_that_are_all_text_get_their_types_too():
    binding = Binding(take, "prompt 'take'")
    assert binding.convert_texts({"count": "3", "mood": "good", "dry": "true"}) == {
        "count": 3,
        "mood": Mood.GOOD,
        "dry": True,
    }
    for wrong in ({}, {"count": "three"}, {"count": "3", "mood": "bad"}, {"cnt": "3"}):
        with pytest.raises(msgspec.ValidationError):
            binding.convert_texts(wrong)


def test_literals_are_found_in_texts_as_what_they_are():
    def pick(size: Literal[1, 2], name: str, anything): ...

    assert Binding(pick, "p").convert_texts({"size": "2", "name": "2", "anything": "2"}) == {
        "size": 2,
        "name": "2",
        "anything": "2",
    }


def test_verbatim_takes_any_value():
    binding = Binding(take, "tool 'take'", is_verbatim=True)
    assert binding.convert({"count": "many"}) == {"count": "many"}


def test_other_arguments_come_as_they_are():
    def others(count: int, **others): ...

    binding = Binding(others, "tool 'others'")
    assert binding.takes_others
    assert binding.convert({"count": 1.0, "a": 1.0}) == {"count": 1, "a": 1.0}


def test_the_context_is_given_whatever_its_name():
    def report(call: Context, *, count: int) -> str:
        call.info({"count": count})
        return call.request_id

    listener = Listener()
    assert Binding(report, "p").run({"count": 3}, listener) == "request-1"
    assert listener.heard == [("info", {"count": 3}, None)]


def test_what_is_async_is_waited_for_and_so_is_what_only_returns_it():
    async def wait(count: int) -> int:
        await asyncio.sleep(0)
        return count + 1

    @functools.wraps(wait)
    def wrapped(*arguments, **others):
        return wait(*arguments, **others)

    assert Binding(wait, "p").run({"count": 1}, Listener()) == 2
    assert Binding(wrapped, "p").run({"count": 1}, Listener()) == 2


@pytest.mark.parametrize("error", [ValueError("x"), Left("x")])
@pytest.mark.parametrize("is_async", [False, True])
def test_whatever_is_raised_flies_through(error, is_async):
    def leave():
        raise error

    async def leave_later():
        raise error

    with pytest.raises(type(error)) as caught:
        Binding(leave_later if is_async else leave, "p").run({}, Listener())
    assert caught.value is error


def test_what_a_function_says_of_itself_is_kept():
    binding = Binding(take, "p")
    assert (binding.docstring, binding.result) == ("Take.", list[object])
    assert [parameter.name for parameter in binding.parameters] == ["count", "mood", "dry"]


def test_a_signature_that_cannot_be_served_is_refused_by_its_label():
    def positional(a, /): ...

    with pytest.raises(WrongDeclaration, match="prompt 'p': parameter 'a'"):
        Binding(positional, "prompt 'p'")
