"""Bind a function to its types: convert what comes for it, and run it to its end."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from firstbyte.tools.context import Context
from firstbyte.tools.conversion import convert_arguments, convert_texts, define_arguments
from firstbyte.tools.signature import read_signature

if TYPE_CHECKING:
    from firstbyte.tools.context import Caller


class Binding:
    """A function with its parameters and result as their types say.

    `label` is what errors call it. With `is_verbatim` parameters take any value.

    Raises:
        WrongDeclaration: its signature cannot be served.
    """

    __slots__ = (
        "_arguments",
        "_context_name",
        "_function",
        "label",
        "parameters",
        "result",
        "takes_others",
    )

    def __init__(
        self, function: Callable[..., object], label: str, *, is_verbatim: bool = False
    ) -> None:
        signature = read_signature(function, label, Context)
        parameters = signature.parameters
        if is_verbatim:
            parameters = tuple(parameter._replace(kind=Any) for parameter in parameters)
        self.label = label
        self.parameters = parameters
        self.takes_others = signature.takes_others
        self.result = signature.result
        self._function = function
        self._context_name = signature.context_name
        self._arguments = define_arguments(parameters, takes_others=signature.takes_others)

    @property
    def docstring(self) -> str:
        """What the function says of itself, empty if nothing."""
        return self._function.__doc__ or ""

    def convert(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Give arguments from JSON their types.

        Raises:
            msgspec.ValidationError: they do not fit; the message names the place.
            RecursionError: they are nested too deeply.
        """
        return {**arguments, **convert_arguments(arguments, self._arguments)}

    def convert_texts(self, arguments: Mapping[str, str]) -> dict[str, object]:
        """Give arguments that can only be written as text their types.

        Raises:
            msgspec.ValidationError: they do not fit; the message names the place.
        """
        return {**arguments, **convert_texts(arguments, self._arguments)}

    def run(self, keywords: Mapping[str, object], caller: "Caller") -> object:
        """Run the function with converted arguments, and a context if it takes one.

        Raises:
            BaseException: whatever it raised.
        """
        context = {self._context_name: Context(caller)} if self._context_name else {}
        value = self._function(**keywords, **context)
        return _run(value) if hasattr(type(value), "__await__") else value


def _run(awaitable: Any) -> object:
    # Imported here, since only a server with an `async def` has to pay for it: 80 ms by
    # `python -I -S -X importtime -c "import asyncio"`.
    import asyncio

    async def wait() -> object:
        return await awaitable

    return asyncio.run(wait())
