"""Declare a function to be a prompt."""

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


class PromptDeclaration(Declaration):
    """What `@prompt(...)` was told; None means that the author did not say."""

    __slots__ = ("description", "icons", "meta", "title")
    noun = "prompt"

    def __init__(
        self,
        name: str,
        title: str | None = None,
        description: str | None = None,
        icons: "Sequence[Mapping[str, object]] | None" = None,
        meta: "Mapping[str, object] | None" = None,
    ) -> None:
        super().__init__(name)
        self.title = title
        self.description = description
        self.icons = icons
        self.meta = meta


@overload
def prompt(function: "F", /) -> "F": ...


@overload
def prompt(
    *,
    name: str | None = None,
    title: str | None = None,
    description: str | None = None,
    icons: "Sequence[Mapping[str, object]] | None" = None,
    meta: "Mapping[str, object] | None" = None,
) -> "Callable[[F], F]": ...


def prompt(
    function: "F | None" = None,
    /,
    *,
    name: str | None = None,
    title: str | None = None,
    description: str | None = None,
    icons: "Sequence[Mapping[str, object]] | None" = None,
    meta: "Mapping[str, object] | None" = None,
) -> "F | Callable[[F], F]":
    """Declare a function to be a prompt and return the function itself.

    Without `name` the function's own is used, without `description` its docstring. Its
    parameters are what the user fills in, as text that is converted to their types; a text in
    `Annotated` describes one, and a default makes it optional. It returns a text, a `Message`,
    or a list of both; a text is the user's message.

    Raises:
        WrongDeclaration: not a plain function, or a name or an icon that MCP does not allow.
    """

    def declare(function: "F") -> "F":
        check_function(function, PromptDeclaration.noun)
        prompt_name = function.__name__ if name is None else name
        check_name(prompt_name, PromptDeclaration.noun)
        declaration = PromptDeclaration(prompt_name, title, description, icons, meta)
        check_icons(icons, declaration.label)
        return remember(function, declaration)

    return declare if function is None else declare(function)
