"""tools/manifest.py: a server written down offers the same, and imports what is called."""

import importlib
import json
import sys
from itertools import count

import pytest

from firstbyte.tools import Server, prompt, resource, tool
from firstbyte.tools.bound_completion import Uncompleted
from firstbyte.tools.catalog import server as catalog
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.manifest import ListedServer, describe
from tests.tools.fakes import Listener

NUMBERS = count()
ATTRIBUTES = (
    "identity",
    "instructions",
    "announces",
    "page_size",
    "ttl_ms",
    "cache_scope",
    "has_tools",
    "has_prompts",
    "has_resources",
    "has_completions",
)
LISTS = ("list_tools", "list_resources", "list_templates", "list_prompts")
HEADER = "from firstbyte.tools import complete, prompt, resource, tool\n"


@pytest.fixture
def author(tmp_path, monkeypatch):
    """Write a module of an author; its new name comes back."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(source):
        name = f"listed_module_{next(NUMBERS)}"
        (tmp_path / f"{name}.py").write_text(HEADER + source)
        return name

    return write


class Listed:
    """`server` as it was written down, read back from JSON, and who keeps it."""

    def __init__(self, server):
        self.parts = json.loads(json.dumps(describe(server)))
        self.is_same = True
        self.looks = self.loads = 0
        self.reason = ""
        self.now = server
        self.server = ListedServer(self.parts["offer"], self, self._load)

    def read(self, part):
        return json.loads(json.dumps(self.parts.get(part)))

    def verify(self):
        self.looks += 1
        return self.is_same

    def drop(self, reason):
        self.reason = reason
        self.parts = {}

    def _load(self):
        self.loads += 1
        if self.now is None:
            raise ImportError("it is gone")
        return self.now


def forget(*modules):
    for module in modules:
        del sys.modules[module]


def test_the_catalog_is_offered_as_it_is():
    listed = Listed(catalog).server
    for name in ATTRIBUTES:
        assert getattr(listed, name) == getattr(catalog, name)
    for name in LISTS:
        assert getattr(listed, name)() == getattr(catalog, name)()


def test_a_call_imports_its_own_module_and_no_other(author):
    first, second = (
        author("@tool\ndef a() -> int:\n    return 1"),
        author("@tool\ndef b(): ..."),
    )
    listed = Listed(Server("s", "1", tools=[f"{first}:a", f"{second}:b"]))
    forget(first, second)
    assert listed.server.find_tool("a").call({}, Listener()).structured == 1
    assert first in sys.modules
    assert second not in sys.modules
    assert listed.loads == 0


def test_a_renamed_tool_is_found_without_a_look_at_the_others(author):
    first = author("@tool(name='public.name')\ndef private(): ...")
    second = author("@tool\ndef b(): ...")
    listed = Listed(Server("s", "1", tools=[f"{second}:b", f"{first}:private"]))
    forget(first, second)
    assert listed.server.find_tool("public.name") is not None
    assert second not in sys.modules


def test_a_name_that_is_not_there_imports_nothing(author):
    module = author(
        "@tool\ndef a(): ...\n@prompt\ndef p(): ...\n@resource('x:{y}')\ndef r(y): ..."
    )
    paths = [f"{module}:{name}" for name in "apr"]
    server = Server("s", "1", tools=paths[:1], prompts=paths[1:2], resources=paths[2:])
    listed = Listed(server).server
    forget(module)
    assert listed.find_tool("b") is None
    assert listed.find_prompt("b") is None
    assert listed.find_resource("z:1") is None
    assert listed.find_completion("prompt", "b", "x") is None
    assert module not in sys.modules


def test_reading_a_resource_imports_its_own_module(author):
    static = author("@resource('a:b')\ndef b() -> str:\n    return 'static'")
    template = author("@resource('a:{c}')\ndef c(c: str) -> str:\n    return c")
    server = Server("s", "1", resources=[f"{template}:c", f"{static}:b"])
    listed = Listed(server).server
    forget(static, template)
    (contents,) = listed.find_resource("a:b").read(Listener()).contents
    assert contents["text"] == "static"
    assert template not in sys.modules
    (contents,) = listed.find_resource("a:other").read(Listener()).contents
    assert contents["text"] == "other"


def test_a_prompt_and_its_completion_are_found(author):
    module = author(
        "@prompt\ndef p(x: str) -> str:\n    return x\n"
        "@complete(prompt='p', argument='x')\ndef suggest():\n    return ['one']"
    )
    server = Server("s", "1", prompts=[f"{module}:p"], completions=[f"{module}:suggest"])
    listed = Listed(server).server
    forget(module)
    assert listed.find_prompt("p") is not None
    found = listed.find_completion("prompt", "p", "x").complete("", {}, Listener())
    assert list(found.values) == ["one"]
    assert not isinstance(listed.find_completion("prompt", "p", "x"), Uncompleted)


def test_for_functions_the_server_itself_is_loaded(author):
    module = author("@tool\ndef a(): ...")
    __import__(module)
    listed = Listed(Server("s", "1", tools=[sys.modules[module].a]))
    assert listed.parts["places"]["tools"] == [["a", ""]]
    assert listed.server.find_tool("a") is not None
    assert listed.loads == 1


def test_where_no_path_leads_to_a_function_the_server_itself_is_loaded():
    @tool
    def inner(): ...

    listed = Listed(Server("s", "1", tools=[inner]))
    assert listed.parts["places"]["tools"] == [["inner", ""]]
    assert listed.server.find_tool("inner") is not None
    assert listed.server.find_tool("inner") is not None
    assert listed.loads == 1


def test_whoever_looks_up_something_is_told_that_it_was():
    listed = Listed(catalog)
    listed.server.list_tools()
    assert listed.looks == 0
    listed.server.find_tool("absent")
    listed.server.find_prompt("absent")
    listed.server.find_resource("absent:x")
    listed.server.find_completion("prompt", "absent", "x")
    assert listed.looks == 4


def renamed(author):
    """A server as it was written down, and what became of its tool and its name since."""
    module = author("@tool\ndef a() -> int:\n    return 1")
    listed = Listed(Server("then", "1", tools=[f"{module}:a"]))
    forget(module)
    other = author("@tool\ndef b() -> int:\n    return 2")
    listed.now = Server("now", "2", tools=[f"{other}:b"], page_size=7)
    return listed


def test_from_the_first_difference_on_the_server_itself_is_offered(author):
    listed = renamed(author)
    listed.is_same = False
    assert listed.server.find_tool("a") is None
    assert listed.server.find_tool("b").call({}, Listener()).structured == 2
    assert [tool["name"] for tool in listed.server.list_tools()] == ["b"]
    assert listed.server.identity["name"] == "now"
    assert listed.server.page_size == 7
    assert (listed.looks, listed.loads) == (1, 1)


def test_what_cannot_be_read_any_more_is_asked_of_the_server_itself(author):
    listed = renamed(author)
    listed.parts = {}
    assert [tool["name"] for tool in listed.server.list_tools()] == ["b"]
    assert listed.server.find_tool("a") is None
    assert listed.loads == 1


@pytest.mark.parametrize("source", ["", "import no_such_module", "1 / 0", "tool("])
def test_a_path_that_leads_nowhere_any_more_is_looked_for_in_the_server_itself(
    author, tmp_path, source
):
    listed = renamed(author)
    ((_, path),) = listed.parts["places"]["tools"]
    (tmp_path / f"{path.partition(':')[0]}.py").write_text(source)
    importlib.invalidate_caches()
    assert listed.server.find_tool("a") is None
    assert listed.reason.startswith("leads nowhere: ")
    assert [tool["name"] for tool in listed.server.list_tools()] == ["b"]


def test_a_server_that_cannot_be_loaded_fails_each_time(author):
    listed = renamed(author)
    listed.is_same = False
    listed.now = None
    for _ in range(2):
        with pytest.raises(ImportError):
            listed.server.find_tool("a")
    with pytest.raises(ImportError):
        listed.server.list_tools()


def test_what_cannot_be_listed_cannot_be_written_down():
    with pytest.raises(WrongDeclaration):
        describe(Server("s", "1", tools=["no.such:thing"]))


@tool
def here(): ...


@resource("demo:here")
def there(): ...


@prompt
def where(): ...


def test_describing_changes_nothing_and_is_the_same_each_time():
    server = Server("s", "1", tools=[here], resources=[there], prompts=[where])
    assert describe(server) == describe(server)
