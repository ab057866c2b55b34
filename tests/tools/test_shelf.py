"""tools/shelf.py: what is offered is known by its keys, and no more imported than must be."""

import sys
from itertools import count

import pytest

from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.shelf import Shelf
from firstbyte.tools.tool_declaration import tool

NUMBERS = count()


@pytest.fixture
def author(tmp_path, monkeypatch):
    """Write a module of an author; its new name comes back."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(source):
        name = f"shelved_module_{next(NUMBERS)}"
        (tmp_path / f"{name}.py").write_text("from firstbyte.tools import tool\n" + source)
        return name

    return write


@tool
def one(): ...


@tool(name="renamed")
def two(): ...


def shelf_of(*entries):
    """A shelf that binds a function to its own name."""
    return Shelf("tool", entries, lambda function: [function.__name__])


def test_everything_comes_in_the_order_given(author):
    module = author("@tool\ndef three(): ...")
    assert shelf_of(two, f"{module}:three", one).all() == [["two"], ["three"], ["one"]]


def test_what_is_there_is_known_before_it_is_imported():
    assert shelf_of("no.such:thing")
    assert not shelf_of()


def test_finding_imports_only_the_module_that_the_name_tells(author):
    first, second = author("@tool\ndef a(): ..."), author("@tool\ndef b(): ...")
    assert shelf_of(f"{first}:a", f"{second}:b").find("b") == ["b"]
    assert second in sys.modules
    assert first not in sys.modules


def test_what_was_renamed_is_found_behind_its_path(author):
    module = author("@tool(name='public.name')\ndef private(): ...")
    shelf = shelf_of(f"{module}:private")
    assert shelf.find("public.name") == ["private"]
    assert shelf.find("private") is None


def test_an_attribute_may_bear_anothers_name(author):
    module = author("@tool(name='a')\ndef b(): ...\n\n@tool(name='b')\ndef a(): ...")
    shelf = shelf_of(f"{module}:a", f"{module}:b")
    assert [shelf.find(name) for name in "ab"] == [["b"], ["a"]]


def test_everything_is_bound_once():
    shelf = shelf_of(one)
    assert shelf.find("one") is shelf.all()[0]


def test_a_failed_import_is_tried_again(author):
    module = author("import no_such_module_anywhere")
    shelf = shelf_of(f"{module}:a")
    for _ in range(2):
        with pytest.raises(WrongDeclaration, match=f"{module}:a.*no_such_module_anywhere"):
            shelf.find("a")


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        pytest.param([len], "not decorated as a tool", id="undecorated"),
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
def test_a_wrong_entry_is_refused_at_once(entries, message):
    with pytest.raises(WrongDeclaration, match=message):
        shelf_of(*entries)


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
def test_a_wrong_import_is_refused_when_all_are_wanted(author, source, message):
    with pytest.raises(WrongDeclaration, match=message):
        shelf_of(one, f"{author(source)}:a").all()
