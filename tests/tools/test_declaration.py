"""tools/declaration.py: a declared function stays itself and is remembered."""

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools.declaration import (
    Declaration,
    check_caching,
    check_function,
    check_icons,
    check_name,
    check_several,
    check_text,
    declaration_of,
    find_declaration,
    is_name,
    remember,
)
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.prompt_declaration import prompt
from firstbyte.tools.tool_declaration import tool


class Marked(Declaration):
    noun = "thing"


class Other(Declaration):
    noun = "thing"


def function(): ...


def test_what_is_remembered_is_found_under_its_noun_alone():
    def marked(): ...

    declaration = Marked("key")
    assert remember(marked, declaration) is marked
    assert find_declaration(marked, "thing") is declaration
    assert find_declaration(marked, "tool") is None
    assert declaration_of(marked, Marked) is declaration
    with pytest.raises(WrongDeclaration, match="not decorated as a thing"):
        declaration_of(marked, Other)


def test_a_function_is_one_thing_of_a_kind_but_may_be_one_of_each():
    def marked(): ...

    remember(marked, Marked("key"))
    with pytest.raises(WrongDeclaration, match="thing 'key' cannot be thing 'other' as well"):
        remember(marked, Marked("other"))
    tool(prompt(marked))

    @functools.wraps(marked)
    def wrapper(): ...

    assert find_declaration(remember(wrapper, Marked("other")), "thing").key == "other"
    assert find_declaration(marked, "thing").key == "key"


def test_what_was_never_decorated_has_no_declaration():
    assert find_declaration(len, "tool") is None
    with pytest.raises(WrongDeclaration, match="not decorated as a thing"):
        declaration_of(function, Marked)


@pytest.mark.parametrize("thing", [len, int, "text", [].append])
def test_only_functions_are_functions(thing):
    with pytest.raises(WrongDeclaration, match="is no function and cannot be a thing"):
        check_function(thing, "thing")
    check_function(function, "thing")


@pytest.mark.parametrize(
    "icon",
    [
        {},
        {"src": 1},
        {"src": "http://x.example/i.png"},
        {"src": "javascript:alert()"},
        "https://x.example/i.png",
    ],
)
def test_an_icon_no_client_would_show_is_refused(icon):
    with pytest.raises(WrongDeclaration, match="tool 'a': an icon"):
        check_icons([{"src": "data:image/png;base64,"}, icon], "tool 'a'")


@pytest.mark.parametrize(
    ("ttl_ms", "scope", "message"),
    [(-1, "public", "ttl_ms"), (1.5, "public", "ttl_ms"), (1, "everybody", "cache_scope")],
)
def test_hints_for_caches_that_are_none_are_refused(ttl_ms, scope, message):
    with pytest.raises(WrongDeclaration, match=f"server 's': {message}"):
        check_caching(ttl_ms, scope, "server 's'")


@given(st.from_regex(r"[A-Za-z0-9_.\-]{1,128}", fullmatch=True))
def test_every_name_of_the_specification_is_allowed(name):
    assert is_name(name)


@given(st.text())
def test_no_other_name_is_allowed(name):
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
    assert is_name(name) == (1 <= len(name) <= 128 and all(c in alphabet for c in name))


def test_a_name_that_is_not_allowed_is_told():
    check_name("a", "thing")
    with pytest.raises(WrongDeclaration, match="thing name 'a b' is not 1 to 128"):
        check_name("a b", "thing")


@pytest.mark.parametrize("value", [len, 3, b"a", None, ["a"]], ids=repr)
def test_what_only_stands_for_a_text_is_refused(value):
    check_text("", "the thing")
    with pytest.raises(WrongDeclaration, match="the thing is a text, not"):
        check_text(value, "the thing")
    with pytest.raises(WrongDeclaration, match="the name of a thing is a text, not"):
        check_name(value, "thing")


@pytest.mark.parametrize("value", ["a", len, 3, None], ids=repr)
def test_one_where_several_are_wanted_is_refused(value):
    for several in ([], ("a",), {"a"}, iter(["a"])):
        check_several(several, "things")
    with pytest.raises(WrongDeclaration, match="things are given as a list, such as"):
        check_several(value, "things")
