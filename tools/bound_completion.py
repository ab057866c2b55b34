"""Bind a declared function as a completion, and ask it for suggestions."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from firstbyte.tools.binding import Binding
from firstbyte.tools.completion_declaration import CompletionDeclaration
from firstbyte.tools.declaration import declaration_of
from firstbyte.tools.errors import ToolError, WrongDeclaration
from firstbyte.tools.suggestion import Suggestions

if TYPE_CHECKING:
    from firstbyte.tools.context import Caller

_MAX_VALUES: Final = 100
"""MCP 2026-07-28, "Completion": "Maximum 100 items per response"."""

_TAKEN: Final = ("value", "arguments")


class BoundCompletion:
    """A function ready to be asked for suggestions.

    Raises:
        WrongDeclaration: it takes what nobody gives.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        self.declaration = told = declaration_of(function, CompletionDeclaration)
        self._binding = Binding(function, told.label, is_verbatim=True)
        names = [parameter.name for parameter in self._binding.parameters]
        if self._binding.takes_others or not set(names).issubset(_TAKEN):
            raise WrongDeclaration(
                f"{told.label}: it may take {', '.join(_TAKEN)} and a Context, and nothing else"
            )
        self._names = names

    def complete(
        self, value: str, arguments: Mapping[str, str], caller: "Caller"
    ) -> Suggestions:
        """Ask for what fits `value`, where `arguments` were given already; at most 100 values.

        A `ToolError` is no suggestions: the user types on.

        Raises:
            BaseException: whatever else the function or the caller raised.
        """
        given = {"value": value, "arguments": dict(arguments)}
        try:
            found = self._binding.run({name: given[name] for name in self._names}, caller)
        except ToolError:
            return Suggestions(())
        if not isinstance(found, Suggestions):
            found = Suggestions(found)  # type: ignore[arg-type] # it looks for itself
        has_more = found.has_more or len(found.values) > _MAX_VALUES
        return Suggestions(found.values[:_MAX_VALUES], found.total, has_more=has_more)


class Uncompleted:
    """An argument for which its author wrote no function."""

    def complete(
        self, _value: str, _arguments: Mapping[str, str], _caller: "Caller"
    ) -> Suggestions:
        """Suggest nothing."""
        return Suggestions(())
