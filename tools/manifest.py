"""Write down what a server offers and where that lies, and offer it again from there.

Its parts, each a JSON value:

    offer     who the server is and what kinds of things it has: all that a first answer needs
    tools, resources, templates, prompts: its lists, in the form of the newest revision
    places    {"tools": [[KEY, PATH], ...], ...}; no path for what was given as a function

What is offered again is imported only when it is called.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Literal, Protocol, TypeVar

    from firstbyte.tools.bound_completion import BoundCompletion, Uncompleted
    from firstbyte.tools.bound_prompt import BoundPrompt
    from firstbyte.tools.bound_resource import FoundResource
    from firstbyte.tools.bound_tool import BoundTool
    from firstbyte.tools.context import Change
    from firstbyte.tools.server import Server

    T = TypeVar("T")

    class Written(Protocol):
        """What `describe` made, kept somewhere."""

        def read(self, part: str, /) -> Any:
            """Return a part; None if it cannot be had, or be relied on, any more."""

        def verify(self) -> bool:
            """Tell whether what was imported until now is what was described."""

        def drop(self, reason: str, /) -> object:
            """Give it up, and tell what it is or does that it cannot be relied on."""


_ATTRIBUTES = (
    "identity",
    "instructions",
    "has_tools",
    "has_prompts",
    "has_resources",
    "has_completions",
    "page_size",
    "ttl_ms",
    "cache_scope",
)


def describe(server: "Server") -> "dict[str, Any]":
    """Write `server` down as the JSON values above; imports everything it offers.

    Raises:
        WrongDeclaration: something of it cannot be imported or listed.
    """
    return {
        "offer": {
            **{name: getattr(server, name) for name in _ATTRIBUTES},
            "announces": sorted(server.announces),
        },
        "tools": server.list_tools(),
        "resources": server.list_resources(),
        "templates": server.list_templates(),
        "prompts": server.list_prompts(),
        "places": server.places(),
    }


class ListedServer:
    """A server as it was written down; nothing of it is imported before it is called.

    `load` returns the server itself: it is needed where something was given as a function, and
    takes over when what was imported turns out to be something else than what was written.
    """

    __slots__ = ("_found", "_load", "_written", "announces", *_ATTRIBUTES)

    identity: "Mapping[str, object]"
    instructions: str
    has_tools: bool
    has_prompts: bool
    has_resources: bool
    has_completions: bool
    page_size: int
    ttl_ms: int
    cache_scope: str

    def __init__(
        self, offer: "Mapping[str, Any]", written: "Written", load: "Callable[[], Server]"
    ) -> None:
        for name in _ATTRIBUTES:
            setattr(self, name, offer[name])
        self.announces: frozenset[Change] = frozenset(offer["announces"])
        self._written: Written | None = written
        self._load = load
        self._found: Server | None = None

    def list_tools(self) -> "Sequence[Mapping[str, object]]":
        """Describe the tools as they were."""
        return self._list("tools")

    def list_prompts(self) -> "Sequence[Mapping[str, object]]":
        """Describe the prompts as they were."""
        return self._list("prompts")

    def list_resources(self) -> "Sequence[Mapping[str, object]]":
        """Describe what has a URI as it was."""
        return self._list("resources")

    def list_templates(self) -> "Sequence[Mapping[str, object]]":
        """Describe what has a template as it was."""
        return self._list("templates")

    def find_tool(self, name: str) -> "BoundTool | None":
        """Import the tool of that name; raises as `Server.find_tool` does."""
        return self._find(lambda server: server.find_tool(name))

    def find_prompt(self, name: str) -> "BoundPrompt | None":
        """Import the prompt of that name; raises as `Server.find_prompt` does."""
        return self._find(lambda server: server.find_prompt(name))

    def find_resource(self, uri: str) -> "FoundResource | None":
        """Import what is at `uri`; raises as `Server.find_resource` does."""
        return self._find(lambda server: server.find_resource(uri))

    def find_completion(
        self, kind: "Literal['prompt', 'resource']", name: str, argument: str
    ) -> "BoundCompletion | Uncompleted | None":
        """Import what completes an argument; raises as `Server.find_completion` does."""
        return self._find(lambda server: server.find_completion(kind, name, argument))

    def _list(self, kind: str) -> "Sequence[Mapping[str, object]]":
        items: Sequence[Mapping[str, object]] | None = None
        if self._written is not None:
            items = self._written.read(kind)
        if items is None:
            items = getattr(self._turn(), f"list_{kind}")()
        return items

    def _find(self, look_up: "Callable[[Server], T]") -> "T":
        if self._written is not None:
            try:
                found = look_up(self._assembled(self._written))
                if self._written.verify():
                    return found
            except Exception as error:  # noqa: BLE001 (a module may raise anything)
                self._written.drop(f"leads nowhere: {error}")
        return look_up(self._turn())

    def _turn(self) -> "Server":
        """Become the server itself, for good; raises what its import raises, each time."""
        if self._written is not None or self._found is None:
            self._written = self._found = None
            self._found = server = self._load()
            for name in (*_ATTRIBUTES, "announces"):
                setattr(self, name, getattr(server, name))
        return self._found

    def _assembled(self, written: "Written") -> "Server":
        """Return a server that finds what is called: one of paths if they lead everywhere."""
        if self._found is None:
            places = written.read("places")
            if places and all(path for kind in places.values() for _, path in kind):
                self._found = _assemble(places)
            else:
                self._found = self._load()
        return self._found


def _assemble(places: "Mapping[str, Sequence[tuple[str, str]]]") -> "Server":
    """Make a server of the paths alone; it is asked for nothing but what lies there."""
    from firstbyte.tools.server import Server
    from firstbyte.tools.shelf import Place

    offered: dict[str, Any] = {
        kind: [Place(path, key) for key, path in found] for kind, found in places.items()
    }
    return Server("listed", "1", **offered)
