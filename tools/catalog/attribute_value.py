"""Turn DynamoDB's attribute values into plain JSON and back, losing nothing.

    {"S": "a"}              "a"
    {"BOOL": true}          true
    {"NULL": true}          null
    {"L": [...]}            [...]
    {"M": {...}}            {...}, or {"M": {...}} where that would look like a tag
    {"N": "1.5"}            1.5, or {"N": "..."} beyond 2**53 or where no double is that decimal
    {"B": octets}           {"B": "<base64>"}
    {"SS": [...]}           {"SS": [...]}, and so NS and BS

Read back, a tagged value may stand where a plain one would do, so DynamoDB's own JSON is
understood as well. A JSON number beyond 64 bits, or with a point, is a double before it comes
here: one too large to be exact is refused, but digits lost behind the point leave no trace, so
the tools ask for a tag.

Source: Amazon DynamoDB API Reference, "AttributeValue".
"""

import binascii
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from firstbyte.tools.content import encode_base64
from firstbyte.tools.errors import ToolError

_CONTENTS: Final = {
    "S": "a text",
    "N": "a number as text",
    "B": "base64",
    "BOOL": "true or false",
    "NULL": "true",
    "L": "an array",
    "M": "an object",
    "SS": "an array of texts",
    "NS": "an array of numbers as text",
    "BS": "an array of base64",
}
"""The tags, with what stands under each."""

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)

_MAX_EXACT_INTEGER: Final = 2**53
"""Up to here doubles hold every integer. From here on one may stand for several numbers."""

_MAX_DEPTH: Final = 32
"""What DynamoDB allows ("Nested Attribute Depth")."""


def read_item(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Show an item, or a key, as plain JSON."""
    return {name: _read(value) for name, value in attributes.items()}


def write_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Turn plain JSON into the attributes of an item, or of a key.

    Raises:
        ToolError: a tag holds what it cannot, a number may have lost digits on its way, or the
            nesting is deeper than DynamoDB's.
    """
    return {name: _write(value, name, 0) for name, value in item.items()}


def write_value(value: Any, place: str) -> dict[str, Any]:
    """Turn one JSON value into an attribute value; `place` is how errors call it.

    Raises:
        ToolError: as for `write_item`.
    """
    return _write(value, place, 0)


def _read(attribute: Mapping[str, Any]) -> Any:
    ((tag, value),) = attribute.items()
    match tag:
        case "S" | "BOOL":
            return value
        case "NULL":
            return None
        case "N":
            return _read_number(value)
        case "L":
            return [_read(member) for member in value]
        case "M":
            members = read_item(value)
            return {"M": members} if _is_tagged(members) else members
        case "B":
            return {"B": encode_base64(value)}
        case "BS":
            return {"BS": [encode_base64(member) for member in value]}
    return {tag: list(value)}


def _read_number(text: str) -> Any:
    exact = Decimal(text)
    if not -_MAX_EXACT_INTEGER <= exact <= _MAX_EXACT_INTEGER:
        return {"N": text}
    if exact == exact.to_integral_value():
        return int(exact)
    return float(text) if Decimal(repr(float(text))) == exact else {"N": text}


def _is_tagged(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in _CONTENTS


def _write(value: Any, place: str, depth: int) -> dict[str, Any]:
    if depth > _MAX_DEPTH:
        raise ToolError(f"`{place}` is nested deeper than the {_MAX_DEPTH} levels of DynamoDB")
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case float() if abs(value) >= _MAX_EXACT_INTEGER:
            raise ToolError(
                f"`{place}`: {value!r} is too large to be exact as a JSON number; "
                'write {"N": "<all its digits>"}'
            )
        case int() | float():
            return {"N": repr(value)}
        case list():
            return {"L": _write_list(value, place, depth)}
        case dict() if _is_tagged(value):
            ((tag, content),) = value.items()
            return {tag: _write_tagged(tag, content, place, depth)}
    return {"M": _write_map(value, place, depth)}


def _write_tagged(tag: str, content: Any, place: str, depth: int) -> Any:
    match tag, content:
        case ("S", str()) | ("BOOL", bool()) | ("NULL", True):
            return content
        case ("L", list()):
            return _write_list(content, place, depth)
        case ("M", dict()):
            return _write_map(content, place, depth)
        case ("N", str()) if _NUMBER.fullmatch(content):
            return content
        case ("B", str()) if (octets := _find_octets(content)) is not None:
            return octets
        case ("SS" | "NS" | "BS", [_, *_]):
            return [_write_tagged(tag[0], member, place, depth) for member in content]
    raise ToolError(
        f'`{place}`: "{tag}" as the only key is a tag and takes {_CONTENTS[tag]}; '
        'a map with this key is written {"M": {...}}'
    )


def _write_list(members: list[Any], place: str, depth: int) -> list[dict[str, Any]]:
    return [_write(member, f"{place}[{at}]", depth + 1) for at, member in enumerate(members)]


def _write_map(members: dict[str, Any], place: str, depth: int) -> dict[str, Any]:
    return {
        name: _write(member, f"{place}.{name}", depth + 1) for name, member in members.items()
    }


def _find_octets(text: str) -> bytes | None:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return None
