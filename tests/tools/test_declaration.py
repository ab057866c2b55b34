"""tools/declaration.py: a declared function stays itself and is remembered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools.declaration import find_declaration, is_tool_name, tool
from firstbyte.tools.errors import WrongDeclaration


def test_a_bare_decorator_takes_the_functions_name_and_returns_the_function():
    def double(number):
        return number * 2

    declared = tool(double)
    assert declared is double
    assert declared(2) == 4
    assert find_declaration(declared).name == "double"


def test_everything_said_is_remembered():
    said = {
        "name": "other.name",
        "title": "T",
        "description": "D",
        "read_only": True,
        "destructive": False,
        "idempotent": True,
        "open_world": False,
        "input_schema": {"type": "object"},
        "output_schema": {},
        "icons": [{"src": "https://x.example/i.png"}],
        "meta": {"a": 1},
    }

    @tool(**said)
    def function(): ...

    declaration = find_declaration(function)
    assert {name: getattr(declaration, name) for name in said} == said


def test_what_was_never_decorated_has_no_declaration():
    assert find_declaration(len) is None


@pytest.mark.parametrize("thing", [len, int, "text"])
def test_only_functions_can_be_tools(thing):
    with pytest.raises(WrongDeclaration, match="is no function"):
        tool(thing)


@pytest.mark.parametrize("name", ["", "a b", "ä", "a" * 129, "a/b"])
def test_a_name_outside_the_specification_is_refused_where_it_is_written(name):
    with pytest.raises(WrongDeclaration, match="tool name"):
        tool(name=name)(lambda: None)


@given(st.from_regex(r"[A-Za-z0-9_.\-]{1,128}", fullmatch=True))
def test_every_name_of_the_specification_is_allowed(name):
    assert is_tool_name(name)


@given(st.text())
def test_no_other_name_is_allowed(name):
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
    assert is_tool_name(name) == (1 <= len(name) <= 128 and all(c in alphabet for c in name))
