"""Bind a declared function to its types as a prompt: describe it, and fill it in."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from firstbyte.tools.binding import Binding
from firstbyte.tools.conversion import check_sendable, clean
from firstbyte.tools.declaration import declaration_of
from firstbyte.tools.docstring import describe_docstring
from firstbyte.tools.errors import ToolError, Unsendable, WrongDeclaration
from firstbyte.tools.message import Message
from firstbyte.tools.prompt_declaration import PromptDeclaration
from firstbyte.tools.signature import REQUIRED, words_of
from firstbyte.tools.value import given, parts_of

if TYPE_CHECKING:
    from firstbyte.tools.context import Caller


class Messages:
    """What a prompt came to, as `PromptMessage` objects, or the `problem` it had instead.

    A problem that `is_invalid` lies in the arguments.
    """

    __slots__ = ("description", "is_invalid", "messages", "problem")

    def __init__(
        self,
        messages: Sequence[Mapping[str, object]] = (),
        description: str = "",
        *,
        problem: str = "",
        is_invalid: bool = False,
    ) -> None:
        self.messages = messages
        self.description = description
        self.problem = clean(problem)
        self.is_invalid = is_invalid


class BoundPrompt:
    """A prompt ready to be listed and filled in.

    Raises:
        WrongDeclaration: its signature cannot be a prompt's.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        told = declaration_of(function, PromptDeclaration)
        self._declaration = told
        self._binding = Binding(function, told.label)
        if self._binding.takes_others:
            raise WrongDeclaration(f"{told.label}: **arguments cannot be listed")
        self.arguments = frozenset(each.name for each in self._binding.parameters)

    def describe(self) -> dict[str, object]:
        """Render as the MCP `Prompt` object of the newest revision."""
        told = self._declaration
        arguments = []
        for name, kind, default in self._binding.parameters:
            argument = given(
                name=name,
                title=words_of(kind, "title"),
                description=words_of(kind, "description"),
                required=default is REQUIRED,
            )
            arguments.append(argument)
        prompt = {
            "name": told.key,
            "title": told.title,
            "description": self._description,
            "arguments": arguments or None,
            "icons": told.icons,
            "_meta": told.meta,
        }
        return {name: value for name, value in prompt.items() if value is not None}

    def get(self, arguments: Mapping[str, str], caller: "Caller") -> Messages:
        """Convert the arguments, run the function, show what it returns as messages.

        Arguments or a result that do not fit and a `ToolError` are problems.

        Raises:
            BaseException: whatever else the function or the caller raised.
        """
        try:
            keywords = self._binding.convert_texts(arguments)
        except msgspec.ValidationError as error:
            problem = f"the arguments do not fit this prompt: {error}"
            return Messages(problem=problem, is_invalid=True)
        try:
            value = self._binding.run(keywords, caller)
        except ToolError as error:
            return Messages(problem=str(error))
        try:
            messages = [_describe(part) for part in parts_of(value)]
            check_sendable(messages)
        except Unsendable as error:
            return Messages(problem=f"the prompt's messages cannot be sent: {error}")
        return Messages(messages, self._description or "")

    @property
    def _description(self) -> str | None:
        return describe_docstring(self._declaration.description, self._binding.docstring)


def _describe(part: object) -> dict[str, object]:
    if isinstance(part, str):
        part = Message("user", part)
    if not isinstance(part, Message):
        raise Unsendable(f"a {type(part).__qualname__} is neither text nor a message")
    return part.describe()
