"""Collect what a server offers under one name and version."""

from firstbyte.tools.declaration import (
    check_caching,
    check_icons,
    check_several,
    check_text,
    is_name,
)
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.shelf import Shelf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Literal

    from firstbyte.tools.bound_completion import BoundCompletion, Uncompleted
    from firstbyte.tools.bound_prompt import BoundPrompt
    from firstbyte.tools.bound_resource import BoundResource, FoundResource
    from firstbyte.tools.bound_tool import BoundTool
    from firstbyte.tools.context import Change
    from firstbyte.tools.declaration import Function
    from firstbyte.tools.uri_template import UriTemplate

    Entries = Iterable[Function | str]

_CHANGES = frozenset(("tools", "prompts", "resources", "updates"))


class Server:
    """A server's offer: who it is and what it can do.

    `tools`, `resources`, `prompts` and `completions` are decorated functions or import paths
    such as "package.module:attribute". A path is imported when what it holds is listed or
    called, so a server may name any number that are slow to import. Give a function the name of
    its tool or prompt and a call imports only that one; a resource is known by its URI, so
    reading one imports them all, unless a manifest tells where each one lies.

    `announces` says which changes its functions may tell clients of: that the list of "tools",
    "prompts" or "resources" changed, or by "updates" one resource. A list is sent in pages of
    `page_size`, and clients may keep it for `ttl_ms`; `cache_scope` is "public" if it may be
    kept for everybody, else "private".

    Raises:
        WrongDeclaration: an entry is neither, two bear one name, or a value is none.
    """

    __slots__ = (
        "_completions",
        "_lists",
        "_prompts",
        "_resources",
        "_templates",
        "_tools",
        "announces",
        "cache_scope",
        "has_completions",
        "has_prompts",
        "has_resources",
        "has_tools",
        "identity",
        "instructions",
        "page_size",
        "ttl_ms",
    )

    def __init__(
        self,
        name: str,
        version: str,
        instructions: str = "",
        tools: "Entries" = (),
        title: str = "",
        website_url: str = "",
        icons: "Sequence[Mapping[str, object]]" = (),
        description: str = "",
        resources: "Entries" = (),
        prompts: "Entries" = (),
        completions: "Entries" = (),
        announces: "Iterable[Change]" = (),
        page_size: int = 250,
        ttl_ms: int = 300_000,
        cache_scope: str = "public",
    ) -> None:
        label = f"server {name!r}"
        check_text(name, "the name of a server")
        check_text(version, f"{label}: the version")
        if not name or not version:
            raise WrongDeclaration(f"{label}: it needs a name and a version")
        check_icons(icons, label)
        identity = {
            "name": name,
            "version": version,
            "title": title,
            "description": description,
            "websiteUrl": website_url,
            "icons": list(icons),
        }
        self.identity: Mapping[str, object] = {
            member: value for member, value in identity.items() if value
        }
        self.instructions = instructions
        check_several(announces, f"{label}: the changes it announces")
        self.announces: frozenset[Change] = frozenset(announces)
        if not self.announces <= _CHANGES:
            raise WrongDeclaration(
                f"{label}: announces {', '.join(sorted(self.announces - _CHANGES))!r}, "
                f"which is none of {', '.join(sorted(_CHANGES))}"
            )
        if type(page_size) is not int or page_size < 1:
            raise WrongDeclaration(f"{label}: page_size {page_size!r} is no number from 1")
        self.page_size = page_size
        check_caching(ttl_ms, cache_scope, label)
        self.ttl_ms = ttl_ms
        self.cache_scope = cache_scope
        self._tools = Shelf("tool", tools, _bind_tool)
        self._resources = Shelf("resource", resources, _bind_resource)
        self._prompts = Shelf("prompt", prompts, _bind_prompt)
        self._completions = Shelf("completion", completions, _bind_completion)
        self.has_tools = bool(self._tools)
        self.has_resources = bool(self._resources)
        self.has_prompts = bool(self._prompts)
        self.has_completions = bool(self._completions)
        self._lists: dict[str, Sequence[Mapping[str, object]]] = {}
        self._templates: list[UriTemplate] | None = None

    def list_tools(self) -> "Sequence[Mapping[str, object]]":
        """Describe the tools as MCP `Tool` objects of the newest revision, in the order given.

        Raises:
            WrongDeclaration: a tool cannot be imported, or its types have no schema.
        """
        if "tools" not in self._lists:
            self._lists["tools"] = [tool.describe() for tool in self._tools.all()]
        return self._lists["tools"]

    def find_tool(self, name: str) -> "BoundTool | None":
        """Find the tool of that name, imported if it was not, or None.

        Raises:
            WrongDeclaration: a tool on the way cannot be imported.
        """
        return self._tools.find(name) if is_name(name) else None

    def list_prompts(self) -> "Sequence[Mapping[str, object]]":
        """Describe the prompts as MCP `Prompt` objects, in the order given.

        Raises:
            WrongDeclaration: a prompt cannot be imported, or its parameters not be filled; or
                a completion is of none of them.
        """
        if "prompts" not in self._lists:
            self._check_completions("prompt")
            self._lists["prompts"] = [prompt.describe() for prompt in self._prompts.all()]
        return self._lists["prompts"]

    def find_prompt(self, name: str) -> "BoundPrompt | None":
        """Find the prompt of that name, imported if it was not, or None.

        Raises:
            WrongDeclaration: a prompt on the way cannot be imported.
        """
        return self._prompts.find(name) if is_name(name) else None

    def list_resources(self) -> "Sequence[Mapping[str, object]]":
        """Describe what has a URI as MCP `Resource` objects, in the order given.

        Raises:
            WrongDeclaration: a resource cannot be imported.
        """
        return self._list_resources("resources", are_templates=False)

    def list_templates(self) -> "Sequence[Mapping[str, object]]":
        """Describe what has a template as MCP `ResourceTemplate` objects, in the order given.

        Raises:
            WrongDeclaration: a resource cannot be imported, or its parameters not be filled;
                or a completion is of none of them.
        """
        if "templates" not in self._lists:
            self._check_completions("resource")
        return self._list_resources("templates", are_templates=True)

    def _list_resources(
        self, name: str, *, are_templates: bool
    ) -> "Sequence[Mapping[str, object]]":
        if name not in self._lists:
            self._lists[name] = [
                resource.describe()
                for resource in self._resources.all()
                if resource.is_template == are_templates
            ]
        return self._lists[name]

    def find_resource(self, uri: str) -> "FoundResource | None":
        """Find the resource at `uri`, or else the first template it fits, or None.

        Raises:
            WrongDeclaration: a resource cannot be imported.
        """
        from firstbyte.tools.uri_template import parse_template

        if self._templates is None:
            templates = [parse_template(key) for key in self._resources.list_keys()]
            self._templates = sorted(templates, key=lambda template: bool(template.variables))
        for template in self._templates:
            if template.match(uri) is not None:
                resource = self._resources.find(template.text)
                if resource is not None and (found := resource.find(uri)):
                    return found
        return None

    def find_completion(
        self, kind: "Literal['prompt', 'resource']", name: str, argument: str
    ) -> "BoundCompletion | Uncompleted | None":
        """Find what completes an argument, imported if it was not.

        The answer is None if there is no such prompt, resource or template, or it has no such
        argument.

        Raises:
            WrongDeclaration: an entry on the way cannot be imported.
        """
        from firstbyte.tools.bound_completion import Uncompleted
        from firstbyte.tools.completion_declaration import completion_key

        if not self._has_argument(kind, name, argument):
            return None
        return self._completions.find(completion_key(kind, name, argument)) or Uncompleted()

    def places(self) -> "dict[str, list[tuple[str, str]]]":
        """Tell where everything lies, by its kind: its key for clients, and its import path.

        The path is empty for what was given as a function: importing its module alone might
        leave out what the server's own module does to it.

        Raises:
            WrongDeclaration: an entry cannot be imported.
        """
        return {
            "tools": self._tools.places(),
            "resources": self._resources.places(),
            "prompts": self._prompts.places(),
            "completions": self._completions.places(),
        }

    def _has_argument(self, kind: str, name: str, argument: str) -> bool:
        shelf = self._prompts if kind == "prompt" else self._resources
        found: BoundPrompt | BoundResource | None = shelf.find(name)
        return found is not None and argument in found.arguments

    def _check_completions(self, kind: str) -> None:
        """Refuse a completion that no client could ask for."""
        for completion in self._completions.all():
            told = completion.declaration
            if told.kind == kind and not self._has_argument(kind, told.name, told.argument):
                raise WrongDeclaration(
                    f"{told.label}: the server has no such {kind}, or it no such argument"
                )


# Imported when the first of a kind is wanted, since it pulls typing and msgspec, which identity
# and instructions, all that a first answer needs, do without: 65 ms against 2 for this module,
# `python -X importtime -c "import firstbyte.tools.bound_tool"`.


def _bind_tool(function: "Function") -> "BoundTool":
    from firstbyte.tools.bound_tool import BoundTool

    return BoundTool(function)


def _bind_resource(function: "Function") -> "BoundResource":
    from firstbyte.tools.bound_resource import BoundResource

    return BoundResource(function)


def _bind_prompt(function: "Function") -> "BoundPrompt":
    from firstbyte.tools.bound_prompt import BoundPrompt

    return BoundPrompt(function)


def _bind_completion(function: "Function") -> "BoundCompletion":
    from firstbyte.tools.bound_completion import BoundCompletion

    return BoundCompletion(function)
