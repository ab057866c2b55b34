"""Compare the headers that repeat a tool's arguments with the arguments themselves.

    Mcp-Param-Region: us-west1                        {"region": "us-west1"}
    Mcp-Param-Title: =?base64?SGVsbG8sIOS4lueVjA==?=  {"title": "Hello, 世界"}
    Mcp-Param-Limit: 42.0                             {"page": {"limit": 42}}

Whatever stands between client and server may decide by the header, so both have to say the
same. Headers the tool does not name are not ours to judge.

Source: MCP 2026-07-28, "Transports", custom headers from tool parameters.
"""

from firstbyte.transport.header import decode_value, find_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_PREFIX = "mcp-param-"
_OF_NUMBERS = frozenset("0123456789+-.eE")


def find_mismatch(
    paths: "Mapping[str, tuple[str, ...]]",
    headers: "Mapping[str, str]",
    arguments: "Mapping[str, Any]",
) -> str | None:
    """Name the first header that is missing, surplus, or says another thing; None if all agree.

    `paths` has for each token after `Mcp-Param-` the names that lead to its argument.
    """
    for token, path in paths.items():
        told = find_value(headers, _PREFIX + token.lower())
        argument = _find_argument(arguments, path)
        if told is None:
            # No header can repeat a list or an object, so none is missed; that the argument
            # has no business there is said by the tool.
            agrees = argument is None or isinstance(argument, (list, dict))
        else:
            agrees = _says(decode_value(told), argument)
        if not agrees:
            return _PREFIX + token.lower()
    return None


def _find_argument(arguments: "Any", path: "tuple[str, ...]") -> "Any":
    """Follow `path` through objects; None also where it leads nowhere."""
    for name in path:
        if not isinstance(arguments, dict):
            return None
        arguments = arguments.get(name)
    return arguments


def _says(text: str | None, argument: "Any") -> bool:
    if text is None or argument is None:
        return False
    if isinstance(argument, bool):
        return text == ("true" if argument else "false")
    if isinstance(argument, (int, float)):
        # Decimal() also takes spaces, underscores, "nan" and digits of other scripts.
        return _OF_NUMBERS.issuperset(text) and _equals(text, argument)
    return bool(text == argument)


def _equals(text: str, number: float) -> bool:
    """Compare exactly: "servers SHOULD compare [...] numerically rather than as strings"."""
    # Imported here, since hardly any header needs it: 4.6 ms
    # (`python -I -S -X importtime -c "import decimal"`).
    from decimal import Decimal, InvalidOperation

    try:
        told = Decimal(text)
    except InvalidOperation:
        return False
    # The body's was rounded to a double when it was read, if it is one.
    return float(told) == number if isinstance(number, float) else told == number
