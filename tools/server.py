"""Collect tools under one name and version, importing each only when it is wanted."""

import sys

from firstbyte.tools.declaration import find_declaration, is_tool_name
from firstbyte.tools.errors import WrongDeclaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from firstbyte.tools.bound_tool import BoundTool
    from firstbyte.tools.declaration import Declaration

    Function = Callable[..., object]


class Server:
    """A server's offer: who it is and what it can do.

    `tools` are decorated functions or import paths such as "package.module:attribute". A path
    is imported when its tool is listed or called, so a server may name any number of tools that
    are slow to import. Give a function its tool's name and a call imports only that one.

    Raises:
        WrongDeclaration: an entry is neither, or two tools bear one name.
    """

    __slots__ = (
        "_bound",
        "_entries",
        "_functions",
        "_listed",
        "_names",
        "has_tools",
        "identity",
        "instructions",
    )

    def __init__(
        self,
        name: str,
        version: str,
        instructions: str = "",
        tools: "Iterable[Function | str]" = (),
        title: str = "",
        website_url: str = "",
        icons: "Sequence[Mapping[str, object]]" = (),
    ) -> None:
        identity: dict[str, object] = {"name": name, "version": version}
        if title:
            identity["title"] = title
        if website_url:
            identity["websiteUrl"] = website_url
        if icons:
            identity["icons"] = list(icons)
        self.identity: Mapping[str, object] = identity
        self.instructions = instructions
        self._entries = tuple(tools)
        self.has_tools = bool(self._entries)
        self._functions: dict[str, tuple[Declaration, Function]] = {}
        self._names: dict[Function | str, str] = {}
        self._bound: dict[str, BoundTool] = {}
        self._listed: list[Mapping[str, object]] | None = None
        paths: set[str] = set()
        for entry in self._entries:
            if not isinstance(entry, str):
                self._register(entry, entry)
                continue
            if entry in paths:
                raise WrongDeclaration(f"{entry!r} is among the tools twice")
            _check_path(entry)
            paths.add(entry)

    def list_tools(self) -> "Sequence[Mapping[str, object]]":
        """Describe the tools as MCP `Tool` objects of the newest revision, in the order given.

        Raises:
            WrongDeclaration: a tool cannot be imported, or its types have no schema.
        """
        if self._listed is None:
            self._import(self._paths())
            names = [self._names[entry] for entry in self._entries]
            self._listed = [self._bind(name).describe() for name in names]
        return self._listed

    def find_tool(self, name: str) -> "BoundTool | None":
        """Find the tool of that name, imported if it was not, or None.

        Raises:
            WrongDeclaration: a tool on the way cannot be imported.
        """
        # A function usually bears its tool's name, so most calls import one module. Only a
        # tool renamed by `@tool(name=...)`, or one that is not there, makes us import the rest.
        if name not in self._functions:
            self._import([path for path in self._paths() if path.rpartition(":")[2] == name])
        if name not in self._functions and is_tool_name(name):
            self._import(self._paths())
        return self._bind(name) if name in self._functions else None

    def _paths(self) -> list[str]:
        return [entry for entry in self._entries if isinstance(entry, str)]

    def _import(self, paths: list[str]) -> None:
        for path in paths:
            if path not in self._names:
                self._register(path, _import_attribute(path))

    def _register(self, entry: "Function | str", function: "Function") -> None:
        declaration = find_declaration(function)
        if declaration is None:
            raise WrongDeclaration(f"{entry!r} is not decorated with @tool")
        name = declaration.name
        if name in self._functions:
            raise WrongDeclaration(f"two tools are named {name!r}; the second is {entry!r}")
        self._functions[name] = declaration, function
        self._names[entry] = name

    def _bind(self, name: str) -> "BoundTool":
        # Imported here since it pulls typing and msgspec, which identity and instructions, all
        # that a first answer needs, do without: 65 ms against 2 for this module,
        # `python -X importtime -c "import firstbyte.tools.bound_tool"`.
        from firstbyte.tools.bound_tool import BoundTool

        if name not in self._bound:
            self._bound[name] = BoundTool(*self._functions[name])
        return self._bound[name]


def _check_path(path: str) -> None:
    module, _, attribute = path.partition(":")
    if not attribute.isidentifier() or not all(
        part.isidentifier() for part in module.split(".")
    ):
        raise WrongDeclaration(
            f"tool path {path!r} is not of the form 'package.module:attribute'"
        )


def _import_attribute(path: str) -> "Function":
    module, _, attribute = path.partition(":")
    try:
        __import__(module)
        function: Function = getattr(sys.modules[module], attribute)
    except (ImportError, AttributeError) as error:
        raise WrongDeclaration(f"tool path {path!r} cannot be imported: {error}") from error
    return function
