"""tools/bound_completion.py: at most 100 of what a function suggests are passed on."""

import pytest

from firstbyte.tools.bound_completion import BoundCompletion, Uncompleted
from firstbyte.tools.completion_declaration import complete
from firstbyte.tools.context import Context
from firstbyte.tools.errors import ToolError, WrongDeclaration
from firstbyte.tools.suggestion import Suggestions
from tests.tools.fakes import Listener


def ask(function, value="", **arguments):
    bound = BoundCompletion(complete(prompt="p", argument="a")(function))
    completion = bound.complete(value, arguments, Listener())
    return list(completion.values), completion.total, completion.has_more


def test_a_function_takes_what_it_wants_of_what_there_is():
    def nothing():
        return ["a"]

    def everything(arguments: dict[str, str], context: Context, value: str):
        return [value, arguments["b"], context.request_id]

    async def later(value):
        return [value]

    assert ask(nothing) == (["a"], None, False)
    assert ask(everything, "v", b="c")[0] == ["v", "c", "request-1"]
    assert ask(later, "v")[0] == ["v"]


def test_suggestions_say_how_many_there_are():
    assert ask(lambda: Suggestions(["a"], 7, has_more=True)) == (["a"], 7, True)
    assert ask(lambda: Suggestions([])) == ([], None, False)
    assert ask(lambda: ("a", "b")) == (["a", "b"], None, False)


@pytest.mark.parametrize("count", [0, 100, 101, 250])
def test_more_than_a_hundred_are_cut_and_told(count):
    names = [str(number) for number in range(count)]
    assert ask(lambda: names) == (names[:100], None, count > 100)
    assert ask(lambda: Suggestions(names, count)) == (names[:100], count, count > 100)


def test_an_authors_error_is_no_suggestions():
    def fail():
        raise ToolError("no such table")

    assert ask(fail) == ([], None, False)


class Left(BaseException):
    """What a caller raises to leave a running function is like this."""


@pytest.mark.parametrize("error", [Left, ValueError])
def test_anything_else_is_left_alone(error):
    def leave():
        raise error

    with pytest.raises(error):
        ask(leave)


@pytest.mark.parametrize("value", [None, 3, "abc", [1], ["a", None]])
def test_what_is_no_text_is_the_authors_mistake(value):
    with pytest.raises(TypeError):
        ask(lambda: value)


def other(prefix): ...
def others(**others): ...


@pytest.mark.parametrize("function", [other, others])
def test_a_function_that_wants_what_nobody_gives_is_refused(function):
    with pytest.raises(WrongDeclaration, match="completion 'a of prompt p': it may take"):
        ask(function)


def test_an_argument_nobody_completes_has_no_suggestions():
    assert Uncompleted().complete("a", {}, Listener()) == Suggestions(())
