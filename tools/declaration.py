"""Remember what an author declares of a function that is to be a tool.

Decorating looks at no type: that waits until the tool is listed or called.
"""

from firstbyte.tools.errors import WrongDeclaration

TYPE_CHECKING = False
if not TYPE_CHECKING:

    def overload(function):
        """Stand in for `typing.overload`, whose module is too dear for a first answer."""
        return function

else:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar, overload

    F = TypeVar("F", bound=Callable[..., object])


_DECLARATION = "_firstbyte_tool"
_FUNCTION = type(lambda: None)

_NAME_CHARACTERS = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
)
_MAX_NAME_LENGTH = 128


class Declaration:
    """What `@tool(...)` was told; None means that the author did not say."""

    __slots__ = (
        "description",
        "destructive",
        "icons",
        "idempotent",
        "input_schema",
        "meta",
        "name",
        "open_world",
        "output_schema",
        "read_only",
        "title",
    )

    def __init__(
        self,
        name: str,
        title: str | None = None,
        description: str | None = None,
        read_only: bool | None = None,
        destructive: bool | None = None,
        idempotent: bool | None = None,
        open_world: bool | None = None,
        input_schema: "Mapping[str, object] | None" = None,
        output_schema: "Mapping[str, object] | None" = None,
        icons: "Sequence[Mapping[str, object]] | None" = None,
        meta: "Mapping[str, object] | None" = None,
    ) -> None:
        self.name = name
        self.title = title
        self.description = description
        self.read_only = read_only
        self.destructive = destructive
        self.idempotent = idempotent
        self.open_world = open_world
        self.input_schema = input_schema
        self.output_schema = output_schema
        self.icons = icons
        self.meta = meta


@overload
def tool(function: "F", /) -> "F": ...


@overload
def tool(
    *,
    name: str | None = None,
    title: str | None = None,
    description: str | None = None,
    read_only: bool | None = None,
    destructive: bool | None = None,
    idempotent: bool | None = None,
    open_world: bool | None = None,
    input_schema: "Mapping[str, object] | None" = None,
    output_schema: "Mapping[str, object] | None" = None,
    icons: "Sequence[Mapping[str, object]] | None" = None,
    meta: "Mapping[str, object] | None" = None,
) -> "Callable[[F], F]": ...


def tool(
    function: "F | None" = None,
    /,
    *,
    name: str | None = None,
    title: str | None = None,
    description: str | None = None,
    read_only: bool | None = None,
    destructive: bool | None = None,
    idempotent: bool | None = None,
    open_world: bool | None = None,
    input_schema: "Mapping[str, object] | None" = None,
    output_schema: "Mapping[str, object] | None" = None,
    icons: "Sequence[Mapping[str, object]] | None" = None,
    meta: "Mapping[str, object] | None" = None,
) -> "F | Callable[[F], F]":
    """Declare a function to be a tool and return the function itself.

    Without `name` the function's own is used, without `description` its docstring. The four
    hints tell a client what to expect: that the tool changes nothing, that its changes destroy
    something, that a second equal call changes nothing more, that it reaches beyond a closed
    world of data. A schema given here is passed on as it is: with `input_schema` the function
    gets the arguments by name, not converted and checked only for their names; with
    `output_schema` whatever it returns is the structured result, and the promise that it
    conforms is the author's.

    Raises:
        WrongDeclaration: not a plain function, or a name that MCP does not allow.
    """

    def declare(function: "F") -> "F":
        if type(function) is not _FUNCTION:
            raise WrongDeclaration(f"{function!r} is no function and cannot be a tool")
        tool_name = function.__name__ if name is None else name
        if not is_tool_name(tool_name):
            raise WrongDeclaration(
                f"tool name {tool_name!r} is not 1 to {_MAX_NAME_LENGTH} of A-Z a-z 0-9 _ . -"
            )
        function.__dict__[_DECLARATION] = Declaration(
            tool_name,
            title,
            description,
            read_only,
            destructive,
            idempotent,
            open_world,
            input_schema,
            output_schema,
            icons,
            meta,
        )
        return function

    return declare if function is None else declare(function)


def find_declaration(candidate: object) -> Declaration | None:
    """Find what `@tool` was told of `candidate`, or None if it never saw it."""
    declaration = getattr(candidate, _DECLARATION, None)
    return declaration if isinstance(declaration, Declaration) else None


def is_tool_name(name: str) -> bool:
    """Tell whether MCP allows `name` (2026-07-28, Tools, "Tool Names")."""
    return 0 < len(name) <= _MAX_NAME_LENGTH and _NAME_CHARACTERS.issuperset(name)
