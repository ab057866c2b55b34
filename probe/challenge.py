"""Read what a 401 says about where to log in, and the documents it leads to.

Sources: RFC 9728 (protected resource metadata), RFC 8414 (authorization server metadata),
RFC 9110 section 11.6.1 (WWW-Authenticate).
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from firstbyte.probe.exchange import Exchange
from firstbyte.probe.reading import parse_json

NAME: Final = "www-authenticate"
RENAMED: Final = "x-amzn-remapped-www-authenticate"
"""What API Gateway and Function URLs make of it."""

_WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"
_ISSUERS: Final = (
    "/.well-known/oauth-authorization-server{path}",
    "/.well-known/openid-configuration{path}",
    "{path}/.well-known/openid-configuration",
)
_MOST: Final = 3
"""So many authorization servers are asked."""
_PORTS: Final = {"http": 80, "https": 443}
_URL: Final = re.compile(r'resource_metadata="?([^",\s]+)')


def told_url(exchange: Exchange, header: str) -> str:
    """Return the metadata's URL that a header names; empty where it names none that can be."""
    found = _URL.search(exchange.headers.get(header, ""))
    return found[1] if found and _origin(found[1]) else ""


def well_known_urls(url: str) -> tuple[str, ...]:
    """Return where clients look that were told nothing, in their order."""
    path = _path(url)
    places = [_WELL_KNOWN + path, _WELL_KNOWN]
    return tuple(dict.fromkeys(_origin(url) + place for place in places))


def metadata_urls(refusal: Exchange) -> tuple[str, ...]:
    """Return all places at which the metadata may be, each once, in the order of clients."""
    told, renamed = told_url(refusal, NAME), told_url(refusal, RENAMED)
    places = (told, *well_known_urls(refusal.request.url), renamed)
    return tuple(dict.fromkeys(place for place in places if place))


def issuer_urls(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where the authorization servers may describe themselves, the first one's first."""
    listed = metadata.get("authorization_servers")
    issuers = listed[:_MOST] if isinstance(listed, list) else []
    places = (
        _origin(issuer) + place.format(path=_path(issuer))
        for issuer in issuers
        if isinstance(issuer, str) and _origin(issuer)
        for place in _ISSUERS
    )
    return tuple(dict.fromkeys(places))


def document(exchange: Exchange) -> dict[str, Any] | None:
    """Return the JSON object that was fetched; None where there is none."""
    value = parse_json(exchange.body) if exchange.status == 200 else None
    return value if isinstance(value, dict) else None


def is_for(metadata: Mapping[str, Any], url: str) -> bool:
    """Whether a client that uses `url` may take this metadata for the server's own."""
    resource = metadata.get("resource")
    if not isinstance(resource, str) or _origin(resource) != _origin(url):
        return False
    return f"{_path(url)}/".startswith(f"{_path(resource)}/")


def _origin(url: str) -> str:
    """Return scheme, host and port of an HTTP URL as browsers do; empty where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_usual = port in (None, _PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" if is_usual else f"{parts.scheme}://{host}:{port}"


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")
