"""tools/server.py: tools are known by name, and no more are imported than must be."""

import sys
from itertools import count

import pytest

from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.server import Server
from firstbyte.tools.tool_declaration import tool

NUMBERS = count()


@pytest.fixture
def author(tmp_path, monkeypatch):
    """Write a module of an author; its new name comes back."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(source):
        name = f"author_module_{next(NUMBERS)}"
        (tmp_path / f"{name}.py").write_text("from firstbyte.tools import tool\n" + source)
        return name

    return write


@tool
def one() -> str:
    """One."""
    return "1"


@tool(name="renamed")
def two() -> str:
    """Two."""
    return "2"


def names(server):
    return [listed["name"] for listed in server.list_tools()]


def test_identity_holds_what_was_given_and_nothing_else():
    assert Server("s", "1").identity == {"name": "s", "version": "1"}
    icons = [{"src": "https://s.example/icon.png"}]
    full = Server("s", "1", title="S", website_url="https://s.example", icons=icons)
    assert full.identity == {
        "name": "s",
        "version": "1",
        "title": "S",
        "websiteUrl": "https://s.example",
        "icons": icons,
    }


def test_a_server_without_tools_says_so():
    assert not Server("s", "1").has_tools
    assert Server("s", "1", tools=[one]).has_tools


def test_tools_are_listed_in_the_order_given(author):
    module = author("@tool\ndef three(): ...")
    assert names(Server("s", "1", tools=[two, f"{module}:three", one])) == [
        "renamed",
        "three",
        "one",
    ]


def test_a_call_imports_only_the_module_of_its_tool(author):
    first, second = author("@tool\ndef a(): ..."), author("@tool\ndef b(): ...")
    server = Server("s", "1", tools=[f"{first}:a", f"{second}:b"])
    assert server.find_tool("b") is not None
    assert second in sys.modules
    assert first not in sys.modules


def test_a_renamed_tool_is_found_behind_its_path(author):
    module = author("@tool(name='public.name')\ndef private(): ...")
    server = Server("s", "1", tools=[f"{module}:private"])
    assert server.find_tool("public.name").describe()["name"] == "public.name"
    assert server.find_tool("private") is None


def test_an_attribute_may_bear_another_tools_name(author):
    module = author("@tool(name='a')\ndef b(): ...\n\n@tool(name='b')\ndef a(): ...")
    server = Server("s", "1", tools=[f"{module}:a", f"{module}:b"])
    assert [server.find_tool(name).describe()["name"] for name in "ab"] == ["a", "b"]


@pytest.mark.parametrize("name", ["absent", "", "a b", "../one", "x" * 10_000])
def test_an_unknown_name_is_no_tool(name):
    assert Server("s", "1", tools=[one]).find_tool(name) is None


def test_a_name_no_tool_can_have_imports_nothing(author):
    module = author("@tool\ndef a(): ...")
    assert Server("s", "1", tools=[f"{module}:a"]).find_tool("no such!") is None
    assert module not in sys.modules


def test_a_tool_is_bound_once():
    server = Server("s", "1", tools=[one])
    assert server.find_tool("one") is server.find_tool("one")
    assert server.list_tools() is server.list_tools()


def test_a_failed_import_is_tried_again(author):
    module = author("import no_such_module_anywhere")
    server = Server("s", "1", tools=[f"{module}:a"])
    for _ in range(2):
        with pytest.raises(WrongDeclaration, match=f"{module}:a.*no_such_module_anywhere"):
            server.find_tool("a")


@pytest.mark.parametrize(
    ("tools", "message"),
    [
        pytest.param([len], "not decorated", id="undecorated"),
        pytest.param([42], "42 is not decorated", id="no function"),
        pytest.param([["a:b"]], "not decorated", id="a list"),
        pytest.param([one, one], "named 'one'", id="one function twice"),
        pytest.param(["a.b:c", "a.b:c"], "a.b:c.*twice", id="one path twice"),
        pytest.param([one, tool(name="one")(lambda: None)], "named 'one'", id="one name twice"),
        pytest.param(["module"], "'module' is not of the form", id="no attribute"),
        pytest.param(["module:"], "not of the form", id="empty attribute"),
        pytest.param([":a"], "not of the form", id="empty module"),
        pytest.param(["a/b:c"], "not of the form", id="a file path"),
        pytest.param(["a:b.c"], "not of the form", id="nested attribute"),
    ],
)
def test_a_wrong_entry_is_refused_when_the_server_is_made(tools, message):
    with pytest.raises(WrongDeclaration, match=message):
        Server("s", "1", tools=tools)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("", "has no attribute 'a'", id="absent"),
        pytest.param("def a(): ...", "not decorated", id="undecorated"),
        pytest.param("a = 3", "not decorated", id="no function"),
        pytest.param(
            "@tool(name='one')\ndef a(): ...", "two tools are named 'one'", id="taken"
        ),
    ],
)
def test_a_wrong_import_is_refused_when_the_tools_are_listed(author, source, message):
    server = Server("s", "1", tools=[one, f"{author(source)}:a"])
    with pytest.raises(WrongDeclaration, match=message):
        server.list_tools()
