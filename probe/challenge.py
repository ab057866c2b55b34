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
    """Return all places at which the metadata may be, each once."""
    told = (told_url(refusal, NAME), told_url(refusal, RENAMED))
    places = (*well_known_urls(refusal.request.url), *told)
    return tuple(dict.fromkeys(place for place in places if place))


def issuer_urls(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where the first authorization server may describe itself."""
    issuers = metadata.get("authorization_servers")
    issuer = issuers[0] if isinstance(issuers, list) and issuers else None
    if not isinstance(issuer, str) or not _origin(issuer):
        return ()
    path = _path(issuer)
    return tuple(dict.fromkeys(_origin(issuer) + it.format(path=path) for it in _ISSUERS))


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
    """Return scheme and host of an HTTP URL; empty where it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and parts.netloc
    return f"{parts.scheme}://{parts.netloc.lower()}" if is_web else ""


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")
