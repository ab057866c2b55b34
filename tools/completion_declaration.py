"""Declare a function to suggest values for an argument of a prompt or a resource template."""

from firstbyte.tools.declaration import (
    Declaration,
    check_function,
    check_name,
    check_text,
    remember,
)
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.uri_template import parse_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbyte.tools.declaration import F


class CompletionDeclaration(Declaration):
    """What `@complete(...)` was told: `kind` is "prompt" or "resource", `name` which of them.

    The name of a resource template is the template as it was written.
    """

    __slots__ = ("argument", "kind", "name")
    noun = "completion"

    def __init__(self, kind: str, name: str, argument: str) -> None:
        super().__init__(completion_key(kind, name, argument))
        self.kind = kind
        self.name = name
        self.argument = argument


def completion_key(kind: str, name: str, argument: str) -> str:
    """Name what completes one argument; no two arguments get the same key."""
    return f"{argument} of {kind} {name}"


def complete(
    *, argument: str, prompt: str | None = None, resource: str | None = None
) -> "Callable[[F], F]":
    """Declare a function to suggest values for `argument`, and return the function itself.

    `prompt` is the name of a prompt, `resource` a URI template; one of them is given. The
    function may take `value`, the text typed so far, `arguments`, those given already by name,
    and a `Context`. It returns the values that fit, best first, as a list or `Suggestions`; of
    more than 100 the client gets the first 100. A `ToolError` means no suggestions.

    Raises:
        WrongDeclaration: not a plain function, or an argument of nothing.
    """
    if (prompt is None) == (resource is None):
        raise WrongDeclaration("a completion belongs to either a prompt or a resource")
    check_text(argument, "the name of an argument")
    if prompt is not None:
        check_name(prompt, "prompt")
    elif resource is not None and argument not in parse_template(resource).variables:
        raise WrongDeclaration(f"resource {resource!r} has no variable {argument!r}")
    if not argument.isidentifier():
        raise WrongDeclaration(f"argument name {argument!r} is no name of a parameter")
    kind = "resource" if prompt is None else "prompt"
    declaration = CompletionDeclaration(kind, prompt or resource or "", argument)

    def declare(function: "F") -> "F":
        check_function(function, CompletionDeclaration.noun)
        return remember(function, declaration)

    return declare
