"""Let a tool's argument stand in an HTTP header, too, and find all that do.

    {"properties": {"region": {"type": "string", "x-mcp-header": "Region"}}}
         -> {"Region": ("region",)}, which clients send as Mcp-Param-Region

Source: MCP 2026-07-28, Transports, "Custom Headers from Tool Parameters".
"""

from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEY = "x-mcp-header"
"""Where a property's schema names its header."""

_TOKEN = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~"
)
_TYPES = frozenset(("boolean", "integer", "string"))
_SCHEMAS = frozenset(
    (
        "additionalProperties",
        "allOf",
        "anyOf",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "oneOf",
        "prefixItems",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    )
)
"""Keywords under which there is a schema, or a list of them."""
_NAMED_SCHEMAS = frozenset(
    ("$defs", "definitions", "dependentSchemas", "patternProperties", "properties")
)
"""Keywords under which there are schemas by name."""


class Header(Value):
    """A note in `Annotated`: clients repeat this argument as `Mcp-Param-{name}`.

    What stands between client and server can then route by it. The parameter is a text, an
    integer or a boolean, and no secret.

    Raises:
        WrongDeclaration: `name` cannot be part of a header's name.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        if not is_token(name):
            raise WrongDeclaration(f"header name {name!r} is no token of HTTP")
        self.name = name


def is_token(name: object) -> bool:
    """Tell whether HTTP allows `name` within a header's (RFC 9110, section 5.6.2)."""
    return isinstance(name, str) and bool(name) and _TOKEN.issuperset(name)


def find_headers(schema: "Mapping[str, object]", label: str) -> dict[str, tuple[str, ...]]:
    """Find the headers of an `inputSchema`: each name with the path of its argument.

    Raises:
        WrongDeclaration: one stands where clients would drop the tool for it.
    """
    headers: dict[str, tuple[str, ...]] = {}
    for path, place in _walk(schema, ()):
        if KEY not in place:
            continue
        name, kind = place[KEY], place.get("type")
        if not isinstance(name, str) or not is_token(name):
            raise WrongDeclaration(f"{label}: {KEY} {name!r} is no token of HTTP")
        if not path:
            raise WrongDeclaration(
                f"{label}: {KEY} {name!r} is not on a property that is always an argument"
            )
        if kind not in _TYPES:
            raise WrongDeclaration(
                f"{label}: {KEY} {name!r} is on {'.'.join(path)!r}, "
                "whose type is no text, integer or boolean"
            )
        if name.lower() in map(str.lower, headers):
            raise WrongDeclaration(f"{label}: two arguments have the {KEY} {name!r}")
        headers[name] = path
    return headers


def _walk(
    schema: object, path: tuple[str, ...] | None
) -> "Iterator[tuple[tuple[str, ...] | None, Mapping[str, object]]]":
    """Yield every schema within, with its path by properties alone, None if there is none."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword, value in schema.items():
        if keyword in _NAMED_SCHEMAS and isinstance(value, dict):
            for name, member in value.items():
                is_reached = keyword == "properties" and path is not None
                yield from _walk(member, (*(path or ()), name) if is_reached else None)
        elif keyword in _SCHEMAS:
            for member in value if isinstance(value, list) else [value]:
                yield from _walk(member, None)
