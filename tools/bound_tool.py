"""Bind a declared function to its types: describe it, and call it with JSON arguments."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from firstbyte.tools.content import Result
from firstbyte.tools.context import Context
from firstbyte.tools.conversion import convert_arguments, define_arguments
from firstbyte.tools.declaration import Declaration
from firstbyte.tools.errors import ToolError, WrongDeclaration
from firstbyte.tools.outcome import Outcome, fail, is_structured, render
from firstbyte.tools.signature import UNDECLARED, read_signature

if TYPE_CHECKING:
    from firstbyte.tools.context import Caller


class BoundTool:
    """A tool ready to be listed and called.

    Raises:
        WrongDeclaration: its signature cannot be a tool's.
    """

    def __init__(self, declaration: Declaration, function: Callable[..., object]) -> None:
        signature = read_signature(function, declaration.name)
        parameters = signature.parameters
        if declaration.input_schema is not None:
            if declaration.input_schema.get("type") != "object":
                raise WrongDeclaration(
                    f"tool {declaration.name!r}: its input_schema is not of type object"
                )
            parameters = tuple(parameter._replace(kind=Any) for parameter in parameters)
        elif signature.takes_others:
            raise WrongDeclaration(
                f"tool {declaration.name!r}: **arguments need an input_schema to describe them"
            )
        self._declaration = declaration
        self._function = function
        self._parameters = parameters
        self._arguments = define_arguments(parameters, takes_others=signature.takes_others)
        self._context_name = signature.context_name
        self._result = signature.result

    def describe(self) -> dict[str, object]:
        """Render as the MCP `Tool` object of the newest revision.

        Raises:
            WrongDeclaration: a type has no schema; the message names tool and parameter.
        """
        # Imported here: a call needs no schema, and a manifest spares most processes the list.
        from firstbyte.tools.docstring import parse_docstring
        from firstbyte.tools.schema import describe_arguments, describe_result

        told = self._declaration
        output_schema = told.output_schema
        if output_schema is None and is_structured(self._result):
            output_schema = describe_result(self._result, told.name)
        description = told.description
        if description is None:
            description = parse_docstring(self._function.__doc__ or "")
        hints = {
            "readOnlyHint": told.read_only,
            "destructiveHint": told.destructive,
            "idempotentHint": told.idempotent,
            "openWorldHint": told.open_world,
        }
        tool = {
            "name": told.name,
            "title": told.title,
            "description": description or None,
            "icons": told.icons,
            "inputSchema": told.input_schema
            if told.input_schema is not None
            else describe_arguments(self._parameters, told.name),
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
            Exception: whatever else the function raised.
        """
        try:
            keywords = {**arguments, **convert_arguments(arguments, self._arguments)}
        except msgspec.ValidationError as error:
            return fail(f"the arguments do not fit this tool: {error}")
        except RecursionError:
            return fail("the arguments do not fit this tool: they are nested too deeply")
        if self._context_name:
            keywords[self._context_name] = Context(caller)
        try:
            value = self._function(**keywords)
            if isinstance(value, Awaitable):
                value = _run(value)
        except ToolError as error:
            return fail(str(error))
        if self._declaration.output_schema is not None:
            result = value if isinstance(value, Result) else Result(structured=value)
            return render(result, UNDECLARED)
        return render(value, self._result)


def _run(awaitable: Awaitable[object]) -> object:
    # Imported here, since only a server with an `async def` tool has to pay for it: 80 ms by
    # `python -I -S -X importtime -c "import asyncio"`.
    import asyncio

    async def wait() -> object:
        return await awaitable

    return asyncio.run(wait())
