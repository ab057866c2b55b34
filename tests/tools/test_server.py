"""tools/server.py: an offer is known by names and URIs, and imported when it must be."""

import sys
from itertools import count

import pytest

from firstbyte.tools.completion_declaration import complete
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.prompt_declaration import prompt
from firstbyte.tools.resource_declaration import resource
from firstbyte.tools.server import Server
from firstbyte.tools.tool_declaration import tool
from tests.tools.fakes import Listener

NUMBERS = count()


@pytest.fixture
def author(tmp_path, monkeypatch):
    """Write a module of an author; its new name comes back."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(source):
        name = f"author_module_{next(NUMBERS)}"
        text = "from firstbyte.tools import complete, prompt, resource, tool\n" + source
        (tmp_path / f"{name}.py").write_text(text)
        return name

    return write


@tool
def one() -> str:
    """One."""
    return "1"


@prompt
def ask(who: str) -> str:
    return who


@prompt(name="ask")
def other(whom: str) -> str:
    return whom


@resource("note:today")
def today() -> str:
    return "today"


@resource("note:{day}")
def day(day: int) -> str:
    return str(day)


@resource("note:{word}")
def word(word: str) -> str:
    return word


@complete(prompt="ask", argument="who")
def whom(value: str, arguments: dict[str, str]) -> list[str]:
    return [value, *arguments]


@complete(resource="note:{word}", argument="word")
def words(value: str) -> list[str]:
    return [value + "!"]


def names(listed):
    return [described["name"] for described in listed]


def read(server, uri):
    found = server.find_resource(uri)
    return None if found is None else found.read(Listener()).contents[0]["text"]


def suggest(server, *about, **arguments):
    completion = server.find_completion(*about)
    if completion is None:
        return None
    return list(completion.complete("a", arguments, Listener()).values)


def test_identity_holds_what_was_given_and_nothing_else():
    assert Server("s", "1").identity == {"name": "s", "version": "1"}
    icons = [{"src": "https://s.example/icon.png"}]
    full = Server(
        "s", "1", title="S", website_url="https://s.example", icons=icons, description="D"
    )
    assert full.identity == {
        "name": "s",
        "version": "1",
        "title": "S",
        "description": "D",
        "websiteUrl": "https://s.example",
        "icons": icons,
    }


def test_what_a_server_has_is_known_before_anything_is_imported():
    kinds = ("tools", "resources", "prompts", "completions")
    for kind in kinds:
        server = Server("s", "1", **{kind: ["no.such:thing"]})
        assert [getattr(server, f"has_{name}") for name in kinds] == [
            name == kind for name in kinds
        ]


def test_how_lists_are_sent_and_kept_is_the_servers_to_say():
    server = Server("s", "1")
    assert (server.page_size, server.ttl_ms, server.cache_scope) == (250, 300_000, "public")
    assert server.announces == frozenset()
    server = Server(
        "s", "1", page_size=1, ttl_ms=0, cache_scope="private", announces=["tools", "updates"]
    )
    assert (server.page_size, server.ttl_ms, server.cache_scope) == (1, 0, "private")
    assert server.announces == {"tools", "updates"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"name": ""}, "a name and a version"),
        ({"version": ""}, "a name and a version"),
        ({"name": 3}, "the name of a server is a text, not 3"),
        ({"version": 1.0}, "the version is a text, not 1.0"),
        ({"icons": [{"src": 3}]}, "an icon"),
        (
            {"announces": "tools"},
            r"changes it announces are given as a list, such as \['tools'\]",
        ),
        ({"announces": ["tools", "tool"]}, "announces 'tool'"),
        ({"page_size": 0}, "page_size 0"),
        ({"page_size": "9"}, "page_size '9'"),
        ({"ttl_ms": -1}, "ttl_ms -1"),
        ({"cache_scope": "all"}, "cache_scope 'all'"),
        ({"tools": one}, r"tools are given as a list, such as \[<function one"),
        ({"prompts": "package.module:prompt"}, "prompts are given as a list"),
        ({"tools": [len]}, "not decorated as a tool"),
        ({"tools": [ask]}, "not decorated as a tool"),
        ({"prompts": [one]}, "not decorated as a prompt"),
        ({"resources": [one]}, "not decorated as a resource"),
        ({"completions": [one]}, "not decorated as a completion"),
        ({"resources": [today, today]}, "two resources are named 'note:today'"),
        ({"completions": [whom, whom]}, "two completions are named 'who of prompt ask'"),
    ],
)
def test_what_cannot_be_served_is_refused_when_the_server_is_made(said, message):
    with pytest.raises(WrongDeclaration, match=message):
        Server(**{"name": "s", "version": "1", **said})


def test_lists_are_in_the_order_given_and_made_once():
    server = Server("s", "1", tools=[one], resources=[day, today, word], prompts=[ask])
    assert names(server.list_tools()) == ["one"]
    assert names(server.list_prompts()) == ["ask"]
    assert names(server.list_resources()) == ["today"]
    assert names(server.list_templates()) == ["day", "word"]
    for name in ("list_tools", "list_prompts", "list_resources", "list_templates"):
        assert getattr(server, name)() is getattr(server, name)()


def test_what_is_not_there_is_not_found():
    server = Server("s", "1", tools=[one], resources=[today], prompts=[ask])
    for name in ("absent", "", "a b", "../one", "x" * 10_000):
        assert server.find_tool(name) is None
        assert server.find_prompt(name) is None
        assert server.find_resource(name) is None


def test_a_call_imports_only_what_its_name_tells(author):
    modules = [
        author(f"@tool\ndef {name}(): ...\n@prompt\ndef p{name}(): ...") for name in "abc"
    ]
    server = Server(
        "s",
        "1",
        tools=[f"{module}:{name}" for module, name in zip(modules, "abc", strict=True)],
        prompts=[f"{module}:p{name}" for module, name in zip(modules, "abc", strict=True)],
    )
    assert server.find_tool("a") is not None
    assert server.find_prompt("pb") is not None
    assert [module in sys.modules for module in modules] == [True, True, False]


def test_a_name_nothing_can_have_imports_nothing(author):
    module = author("@tool\ndef a(): ...\n@prompt\ndef b(): ...")
    server = Server("s", "1", tools=[f"{module}:a"], prompts=[f"{module}:b"])
    assert server.find_tool("no such!") is None
    assert server.find_prompt("no such!") is None
    assert module not in sys.modules


def test_a_resource_goes_before_a_template_and_those_in_the_order_given():
    server = Server("s", "1", resources=[day, word, today])
    assert [read(server, f"note:{name}") for name in ("today", "7", "else", "a/b")] == [
        "today",
        "7",
        "else",
        None,
    ]


def test_a_resource_behind_a_path_is_found_by_its_uri(author):
    module = author("@resource('note:{a}/x')\ndef note(a): return a")
    assert read(Server("s", "1", resources=[f"{module}:note"]), "note:b/x") == "b"


def test_values_are_suggested_for_prompts_and_templates():
    server = Server(
        "s", "1", prompts=[ask], resources=[today, day, word], completions=[whom, words]
    )
    assert suggest(server, "prompt", "ask", "who", b="c") == ["a", "b"]
    assert suggest(server, "resource", "note:{word}", "word") == ["a!"]


def test_what_nothing_completes_has_no_suggestions():
    server = Server("s", "1", prompts=[ask], resources=[today, day], completions=[words])
    assert suggest(server, "prompt", "ask", "who") == []
    assert suggest(server, "resource", "note:{day}", "day") == []


def test_a_completion_behind_a_path_is_imported_when_it_is_looked_for(author):
    module = author("@complete(prompt='ask', argument='who')\ndef whom(): return ['a']")
    server = Server("s", "1", prompts=[ask], completions=[f"{module}:whom"])
    assert module not in sys.modules
    server.find_completion("prompt", "ask", "who")
    assert module in sys.modules


def test_an_argument_that_is_not_there_is_not_completed():
    server = Server("s", "1", prompts=[ask], resources=[today, day], completions=[words])
    assert suggest(server, "prompt", "ask", "else") is None
    assert suggest(server, "resource", "note:{day}", "else") is None
    assert suggest(server, "resource", "note:today", "day") is None


def test_what_is_not_there_is_not_completed():
    server = Server("s", "1", prompts=[ask], resources=[day], completions=[whom, words])
    assert suggest(server, "prompt", "absent", "who") is None
    assert suggest(server, "prompt", "note:{day}", "day") is None
    assert suggest(server, "resource", "ask", "who") is None
    assert suggest(server, "resource", "note:{word}", "word") is None


@pytest.mark.parametrize(
    ("offers", "listed"),
    [
        ({"completions": [whom]}, "list_prompts"),
        ({"completions": [whom], "prompts": [other]}, "list_prompts"),
        ({"completions": [words], "resources": [day]}, "list_templates"),
    ],
)
def test_a_completion_of_what_is_not_there_is_refused_when_the_list_is_wanted(offers, listed):
    with pytest.raises(WrongDeclaration, match="the server has no such"):
        getattr(Server("s", "1", **offers), listed)()


def test_a_wrong_import_is_refused_when_the_list_is_wanted(author):
    server = Server("s", "1", prompts=[ask, f"{author('def a(): ...')}:a"])
    with pytest.raises(WrongDeclaration, match="not decorated as a prompt"):
        server.list_prompts()
