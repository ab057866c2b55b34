"""Write the questions of an MCP client as HTTP requests, in both eras of the protocol.

Modern requests (2026-07-28) say in `_meta` and in headers all that a server needs; legacy ones
(up to 2025-11-25) follow a handshake and carry its session.

Source: MCP 2026-07-28 and 2025-11-25, "Transports".
"""

import base64
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from firstbyte.probe.exchange import Request

MODERN: Final = "modern"
LEGACY: Final = "legacy"

MODERN_REVISION: Final = "2026-07-28"
LEGACY_REVISIONS: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")

META: Final = "_meta"
_PREFIX: Final = "io.modelcontextprotocol/"
SERVER_INFO: Final = f"{_PREFIX}serverInfo"
SESSION: Final = "mcp-session-id"

NO_METHOD: Final = -32601
INTERNAL: Final = -32603
HEADER_MISMATCH: Final = -32020
NEEDS_CLIENT: Final = -32021
UNSUPPORTED: Final = -32022
"""What servers complain of (JSON-RPC 2.0; MCP 2026-07-28)."""
_CLIENT: Final = {"name": "firstbyte-probe", "version": "1"}

_BOTH: Final = "application/json, text/event-stream"
_PLAIN: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?")
"""A value that a header carries as it is: ASCII, no space at either end."""
_WRAPPED: Final = re.compile(r"=\?base64\?.*\?=")


class Questions:
    """Questions to one server, each with an id of its own; `headers` go with all of them."""

    def __init__(
        self, url: str, bearer: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        self._url = url
        self._bearer = bearer
        self._own = dict(headers or {})
        self._numbers = itertools.count(1)

    def modern(
        self,
        step: str,
        method: str,
        params: Mapping[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
        is_anonymous: bool = False,
    ) -> Request:
        """Ask as a client of 2026-07-28; `headers` are added."""
        meta = {
            f"{_PREFIX}protocolVersion": MODERN_REVISION,
            f"{_PREFIX}clientInfo": _CLIENT,
            f"{_PREFIX}clientCapabilities": {},
            **params.get(META, {}),
        }
        more = {"mcp-protocol-version": MODERN_REVISION, "mcp-method": method}
        if isinstance(name := params.get("name"), str):
            more["mcp-name"] = encode_value(name)
        body = {"method": method, "params": {**params, META: meta}}
        more |= headers or {}
        return self._post(step, MODERN, body, more, is_anonymous=is_anonymous)

    def legacy(
        self,
        step: str,
        method: str,
        params: Mapping[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        """Ask as a client of the handshake's time; `headers` are its session and revision."""
        body = {"method": method, "params": params}
        return self._post(step, LEGACY, body, headers or {})

    def initialize(self, step: str, headers: Mapping[str, str] | None = None) -> Request:
        """Begin the handshake."""
        params = {
            "protocolVersion": LEGACY_REVISIONS[-1],
            "capabilities": {},
            "clientInfo": _CLIENT,
        }
        return self.legacy(step, "initialize", params, headers=headers)

    def initialized(self, step: str, headers: Mapping[str, str]) -> Request:
        """End the handshake."""
        body = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        octets = json.dumps(body).encode()
        return Request(
            step,
            LEGACY,
            "POST",
            self._url,
            self._headers(headers),
            octets,
            about=body["method"],
        )

    def leave(self, step: str, headers: Mapping[str, str]) -> Request:
        """End a session."""
        return Request(
            step, LEGACY, "DELETE", self._url, self._headers(headers), about="DELETE"
        )

    def _post(
        self,
        step: str,
        era: str,
        body: dict[str, Any],
        headers: Mapping[str, str],
        *,
        is_anonymous: bool = False,
    ) -> Request:
        number = next(self._numbers)
        octets = json.dumps({"jsonrpc": "2.0", "id": number, **body}).encode()
        params = body["params"]
        name = params.get("name", "")
        return Request(
            step,
            era,
            "POST",
            self._url,
            self._headers(headers, is_anonymous=is_anonymous),
            octets,
            number,
            f"{body['method']} {name}".strip(),
            is_anonymous,
        )

    def _headers(
        self, headers: Mapping[str, str], *, is_anonymous: bool = False
    ) -> dict[str, str]:
        basic = {**self._own, "content-type": "application/json", "accept": _BOTH}
        if self._bearer and not is_anonymous:
            basic["authorization"] = f"Bearer {self._bearer}"
        return basic | dict(headers)


def resume(
    request: Request, event_id: str, delay_s: float, is_enough: Callable[[bytes], bool]
) -> Request:
    """Ask for what an answer's stream has not told yet, with what the question came with."""
    headers = {name: it for name, it in request.headers.items() if name != "content-type"}
    headers |= {"accept": "text/event-stream", "last-event-id": event_id}
    return replace(
        request,
        method="GET",
        headers=headers,
        body=b"",
        delay_s=delay_s,
        is_enough=is_enough,
    )


def fetch(step: str, url: str) -> Request:
    """Ask for a public document, without credentials."""
    headers = {"accept": "application/json"}
    return Request(step, "", "GET", url, headers, about=url, is_anonymous=True)


def preflight(step: str, url: str, origin: str, wanted: tuple[str, ...]) -> Request:
    """Ask as a browser does before it lets a page call."""
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": ",".join(wanted),
    }
    return Request(step, "", "OPTIONS", url, headers, about="preflight", is_anonymous=True)


def mirror(schema: Any, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers that repeat arguments, where a tool's schema asks for them."""
    return {
        f"mcp-param-{name.lower()}": encode_value(_as_text(value))
        for name, value in _mirrored(schema, arguments)
    }


def _mirrored(schema: Any, arguments: Any) -> Iterator[tuple[str, Any]]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or not isinstance(arguments, Mapping):
        return
    for key, each in properties.items():
        value = arguments.get(key)
        header = each.get("x-mcp-header") if isinstance(each, dict) else None
        if isinstance(header, str) and value is not None:
            yield header, value
        yield from _mirrored(each, value)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def encode_value(text: str) -> str:
    """Return a header's value: the text, or wrapped in base64 where it could not travel."""
    if _PLAIN.fullmatch(text) and not _WRAPPED.fullmatch(text):
        return text
    octets = text.encode("utf-8", "surrogatepass")
    return f"=?base64?{base64.b64encode(octets).decode()}?="
