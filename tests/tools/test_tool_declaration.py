"""tools/tool_declaration.py: what `@tool` is told is remembered, or refused."""

import pytest

from firstbyte.tools.declaration import declaration_of
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.tool_declaration import ToolDeclaration, tool


def test_a_bare_decorator_takes_the_functions_name_and_returns_the_function():
    def double(number):
        return number * 2

    declared = tool(double)
    assert declared is double
    assert declared(2) == 4
    assert declaration_of(declared, ToolDeclaration).key == "double"


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

    declaration = declaration_of(function, ToolDeclaration)
    assert declaration.key == said.pop("name")
    assert {name: getattr(declaration, name) for name in said} == said


@pytest.mark.parametrize("thing", [len, int, "text"])
def test_only_functions_can_be_tools(thing):
    with pytest.raises(WrongDeclaration, match="is no function"):
        tool(thing)


@pytest.mark.parametrize("name", ["", "a b", "ä", "a" * 129, "a/b"])
def test_a_name_outside_the_specification_is_refused_where_it_is_written(name):
    with pytest.raises(WrongDeclaration, match="tool name"):
        tool(name=name)(lambda: None)


def test_an_icon_no_client_would_show_is_refused():
    with pytest.raises(WrongDeclaration, match="tool 'a': an icon"):
        tool(name="a", icons=[{"src": "http://x.example/i.png"}])(lambda: None)
