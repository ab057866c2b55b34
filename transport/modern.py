"""Judge a request of the modern era, which says all about itself, and most of it twice.

Source: MCP 2026-07-28, "Transports", request metadata; "Versioning".
"""

from firstbyte.transport import header, meta
from firstbyte.transport.fault import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    UNSUPPORTED_VERSION,
    Rejection,
    reject,
)
from firstbyte.transport.method import METHODS
from firstbyte.transport.revision import MODERN, REVISIONS, find_revision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from firstbyte.transport.message import Call
    from firstbyte.transport.revision import Revision


def judge_modern(
    call: "Call", version: str | None, headers: "Mapping[str, str] | None"
) -> "Revision | Rejection":
    """Climb admission's rungs 11 to 14; `version` is the trimmed header's.

    Without headers, as whoever invokes the function directly sends none, the body is believed.
    """
    method = header.find_value(headers or {}, header.METHOD)
    # Neither a version nor a method holds a comma; a name that is sent twice fails to match.
    if "," in (version or "") or "," in (method or ""):
        return reject(HEADER_MISMATCH, "a routing header was sent twice", call.id)
    asked = _asked_version(call.params.get(meta.META))
    if asked is None:
        # Maybe a legacy client's, who knows of no `_meta`: only its header is wrong.
        if not (meta.names_version(call.params) or version is None or version in REVISIONS):
            return unserved(version, call.id)
        wanted = f"{meta.PROTOCOL_VERSION}, a string, and {meta.CLIENT_CAPABILITIES}, an object"
        return reject(INVALID_PARAMS, f"_meta lacks {wanted}", call.id)
    if headers is None:
        return find_revision(asked, MODERN) or unserved(asked, call.id)
    if version != asked:
        return _mismatch(header.PROTOCOL_VERSION, "the version in _meta", call.id)
    if method != call.method:
        return _mismatch(header.METHOD, "the method", call.id)
    row = METHODS.get(call.method)
    if row is not None and row.name_param:
        name = header.find_value(headers, header.NAME)
        told = call.params.get(row.name_param)
        if not (name is None and not isinstance(told, str)) and (
            name is None or header.decode_value(name) != told
        ):
            return _mismatch(header.NAME, f"params.{row.name_param}", call.id)
    return find_revision(asked, MODERN) or unserved(asked, call.id)


def unserved(version: str, call_id: "str | int | None" = None) -> Rejection:
    """Refuse a header's version, and name all that are served."""
    asked = version.encode("ascii", "backslashreplace").decode()
    text = f"header {header.PROTOCOL_VERSION} names a version that is not served"
    supported = {"supported": list(REVISIONS), "requested": asked}
    return reject(UNSUPPORTED_VERSION, text, call_id, supported)


def _asked_version(call_meta: "Any") -> str | None:
    """Read the version off a `_meta`; None if that lacks what modern requests must carry."""
    if not isinstance(call_meta, dict):
        return None
    asked = call_meta.get(meta.PROTOCOL_VERSION)
    has_capabilities = isinstance(call_meta.get(meta.CLIENT_CAPABILITIES), dict)
    return asked if isinstance(asked, str) and has_capabilities else None


def _mismatch(name: str, counterpart: str, call_id: "str | int") -> Rejection:
    return reject(HEADER_MISMATCH, f"header {name} does not equal {counterpart}", call_id)
