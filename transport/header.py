"""The HTTP headers the transport reads, and what their values say.

Names are lowercase, as in a `Request`. A header sent twice arrives as one value with a comma.

Sources: RFC 9110 sections 5.5, 8.3 and 12.5.1; MCP 2026-07-28, "Transports".
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ACCEPT = "accept"
CONTENT_TYPE = "content-type"
HOST = "host"
LAST_EVENT_ID = "last-event-id"
ORIGIN = "origin"
PROTOCOL_VERSION = "mcp-protocol-version"
METHOD = "mcp-method"
NAME = "mcp-name"
SESSION_ID = "mcp-session-id"

JSON = "application/json"
SSE = "text/event-stream"

_WHITESPACE = " \t"
_SENTINEL = ("=?base64?", "?=")


def find_value(headers: "Mapping[str, str]", name: str) -> str | None:
    """Look up one header, free of the whitespace around it."""
    value = headers.get(name)
    return None if value is None else value.strip(_WHITESPACE)


def decode_value(value: str) -> str | None:
    """Read a trimmed value that mirrors a string of the body; None if it is not well made.

    What plain ASCII cannot carry travels as `=?base64?<Base64 of UTF-8>?=`, in the one way
    Base64 has of writing it.
    """
    if not (value.isascii() and value.isprintable()):
        return None
    prefix, suffix = _SENTINEL
    if len(value) < len(prefix + suffix) or not (
        value.startswith(prefix) and value.endswith(suffix)
    ):
        return value
    # Imported here, since hardly any name needs it: 0.65 ms and a shared library to open
    # (`python -I -S -X importtime -c "import binascii"`).
    from binascii import Error as Base64Error
    from binascii import a2b_base64, b2a_base64

    wrapped = value[len(prefix) : -len(suffix)].encode()
    try:
        octets = a2b_base64(wrapped)
        # The decoder is generous; what it skipped or completed is not there on the way back.
        return octets.decode() if b2a_base64(octets, newline=False) == wrapped else None
    except (Base64Error, UnicodeDecodeError):
        return None


def is_json(content_type: str | None) -> bool:
    """Tell whether a `Content-Type` announces JSON, with whatever parameters."""
    if content_type is None:
        return False
    return content_type.partition(";")[0].strip(_WHITESPACE).lower() == JSON


def accepts(accept: str | None, media_type: str) -> bool:
    """Tell whether an `Accept` value takes `media_type`.

    The most specific range that matches decides, and a weight of zero refuses. Absent or empty
    means anything is welcome.
    """
    if not accept:
        return True
    verdicts: dict[str, bool] = {}
    for name, weight in _ranges(accept):
        verdicts[name] = verdicts.get(name, False) or weight > 0
    group = media_type[: media_type.index("/")] + "/*"
    return verdicts.get(media_type, verdicts.get(group, verdicts.get("*/*", False)))


def prefers_events(accept: str | None) -> bool:
    """Tell whether an `Accept` value would rather have events than JSON.

    By weight; of two that weigh the same, the one that is named first.
    """
    weights: dict[str, float] = {}
    for name, weight in _ranges(accept or ""):
        if name in (JSON, SSE):
            weights.setdefault(name, weight)
    # Of several that are the largest, max() returns the first.
    preferred = max(weights, key=weights.__getitem__, default=JSON)
    return preferred == SSE and weights[SSE] > 0


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Read the media ranges with their weights, in order."""
    ranges = []
    for element in accept.lower().split(","):
        name, _, parameters = element.partition(";")
        ranges.append((name.strip(_WHITESPACE), _weight(parameters)))
    return ranges


def _weight(parameters: str) -> float:
    """Read `q` (RFC 9110 section 12.4.2); what is no weight counts as none given."""
    for parameter in parameters.split(";"):
        name, _, weight = parameter.strip(_WHITESPACE).partition("=")
        if name == "q" and weight and not weight.strip("0123456789."):
            try:
                return float(weight)
            except ValueError:
                return 1.0
    return 1.0
