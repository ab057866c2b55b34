"""Declare a function to be a tool."""

from firstbyte.tools.declaration import (
    Declaration,
    check_function,
    check_icons,
    check_name,
    remember,
)

TYPE_CHECKING = False
if not TYPE_CHECKING:
    from firstbyte.tools.declaration import overload
else:
    from collections.abc import Callable, Mapping, Sequence
    from typing import overload

    from firstbyte.tools.declaration import F


class ToolDeclaration(Declaration):
    """What `@tool(...)` was told; None means that the author did not say."""

    __slots__ = (
        "description",
        "destructive",
        "icons",
        "idempotent",
        "input_schema",
        "meta",
        "open_world",
        "output_schema",
        "read_only",
        "title",
    )
    noun = "tool"

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
        super().__init__(name)
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
    `output_schema` whatever it returns is the structured result, a `Result` without one has
    failed, and the promise that it conforms is the author's.

    Raises:
        WrongDeclaration: not a plain function, or a name or an icon that MCP does not allow.
    """

    def declare(function: "F") -> "F":
        check_function(function, ToolDeclaration.noun)
        tool_name = function.__name__ if name is None else name
        check_name(tool_name, ToolDeclaration.noun)
        declaration = ToolDeclaration(
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
        check_icons(icons, declaration.label)
        return remember(function, declaration)

    return declare if function is None else declare(function)
