"""Bind a declared function to its types as a tool: describe it, and call it with JSON."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from firstbyte.tools.binding import Binding
from firstbyte.tools.content import ABSENT, Result
from firstbyte.tools.declaration import declaration_of
from firstbyte.tools.docstring import describe_docstring
from firstbyte.tools.errors import ToolError, WrongDeclaration
from firstbyte.tools.header import find_headers
from firstbyte.tools.outcome import Outcome, ResultType, fail, render
from firstbyte.tools.signature import UNDECLARED, has_header
from firstbyte.tools.tool_declaration import ToolDeclaration

if TYPE_CHECKING:
    from firstbyte.tools.context import Caller


class BoundTool:
    """A tool ready to be listed and called.

    Raises:
        WrongDeclaration: its signature cannot be a tool's.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        told = declaration_of(function, ToolDeclaration)
        is_verbatim = told.input_schema is not None
        if told.input_schema is not None and told.input_schema.get("type") != "object":
            raise WrongDeclaration(f"{told.label}: its input_schema is not of type object")
        self._declaration = told
        self._binding = Binding(function, told.label, is_verbatim=is_verbatim)
        if self._binding.takes_others and not is_verbatim:
            raise WrongDeclaration(
                f"{told.label}: **arguments need an input_schema to describe them"
            )
        self._result = ResultType(
            self._binding.result if told.output_schema is None else UNDECLARED
        )

    @cached_property
    def headers(self) -> Mapping[str, tuple[str, ...]]:
        """Names of headers that repeat an argument, each with the argument's path.

        Raises:
            WrongDeclaration: one stands where clients would drop the tool for it.
        """
        # Without this look at the types each environment's first call would write a schema.
        if self._declaration.input_schema is None and not any(
            has_header(parameter.kind) for parameter in self._binding.parameters
        ):
            return {}
        return find_headers(self._describe_input(), self._declaration.label)

    def describe(self) -> dict[str, object]:
        """Render as the MCP `Tool` object of the newest revision.

        Raises:
            WrongDeclaration: a type has no schema; the message names tool and parameter.
        """
        # Imported here: a call needs no schema, and a manifest spares most processes the list.
        from firstbyte.tools.schema import describe_result

        told = self._declaration
        input_schema = self._describe_input()
        find_headers(input_schema, told.label)
        output_schema = told.output_schema
        if self._result.is_structured:
            output_schema = describe_result(self._binding.result, told.label)
        hints = {
            "readOnlyHint": told.read_only,
            "destructiveHint": told.destructive,
            "idempotentHint": told.idempotent,
            "openWorldHint": told.open_world,
        }
        tool = {
            "name": told.key,
            "title": told.title,
            "description": describe_docstring(told.description, self._binding.docstring),
            "icons": told.icons,
            "inputSchema": input_schema,
            "outputSchema": output_schema,
            "annotations": {name: hint for name, hint in hints.items() if hint is not None}
            or None,
            "_meta": told.meta,
        }
        return {name: value for name, value in tool.items() if value is not None}

    def call(self, arguments: Mapping[str, object], caller: "Caller") -> Outcome:
        """Validate the arguments, run the function, convert what it returns.

        Arguments or a result that do not fit and a `ToolError` are outcomes with `is_error`.

        Raises:
            BaseException: whatever else the function or the caller raised.
        """
        try:
            keywords = self._binding.convert(arguments)
        except msgspec.ValidationError as error:
            return fail(f"the arguments do not fit this tool: {error}")
        except RecursionError:
            return fail("the arguments do not fit this tool: they are nested too deeply")
        try:
            value = self._binding.run(keywords, caller)
        except ToolError as error:
            return fail(str(error))
        if self._declaration.output_schema is not None:
            value = value if isinstance(value, Result) else Result(structured=value)
            if value.structured is ABSENT and not value.is_error:
                return fail("the tool's result lacks the structured part its schema promises")
        return render(value, self._result)

    def _describe_input(self) -> Mapping[str, object]:
        from firstbyte.tools.schema import describe_arguments

        if self._declaration.input_schema is not None:
            return self._declaration.input_schema
        return describe_arguments(self._binding.parameters, self._declaration.label)
