"""Whether a client that is turned away learns where to log in, and why it was."""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from firstbyte.probe import challenge
from firstbyte.probe.exchange import Exchange
from firstbyte.probe.finding import ERROR, WARNING, Finding, make_finding, show
from firstbyte.probe.reading import Reading, parse_json
from firstbyte.probe.tour import INITIALIZED, ISSUER, LIST, LIST_AGAIN, METADATA, STRANGER, Tour

_TOLERANCE_S: Final = 5
"""A Date header tells whole seconds, and an answer takes a while."""

_MAX_TIME_S: Final = 1e12
"""Beyond it lies nothing but nonsense, and numbers that no float can hold."""

_ABOUT_TIME: Final = re.compile(
    r"not yet valid|not valid yet|\bnbf\b|\biat\b|issued in the future|clock|skew|not before",
    re.IGNORECASE,
)
_ABOUT_END: Final = re.compile(r"expired", re.IGNORECASE)


def check(tour: Tour) -> Iterator[Finding]:
    """Judge what a 401 says, and why a token was refused."""
    if not tour.came_to(LIST, LIST_AGAIN, INITIALIZED):
        return
    refused = [it for it in tour.openings if it.fault and it.fault.code == "token-refused"]
    strangers = [it for it in tour.of(STRANGER) if it.status == 401]
    turned_away = strangers or refused
    found = list(_judge_challenge(tour, turned_away[0].exchange)) if turned_away else []
    yield from found
    if refused and tour.plan.bearer:
        yield judge_token(refused[0].exchange, tour.plan.bearer)
    elif refused and not any(it.severity == ERROR for it in found):
        yield make_finding("login-needed", show(_challenge_of(refused[0].exchange)))


def _judge_challenge(tour: Tour, refusal: Exchange) -> Iterator[Finding]:
    pages = {it.exchange.request.url: it for it in tour.of(METADATA)}
    documents = {
        url: found
        for url, it in pages.items()
        if (found := challenge.document(it.exchange)) is not None
    }
    # Who has a token that is accepted may need no login, and the host's be another server's.
    is_needed = not tour.of(STRANGER) or any(
        challenge.told_url(refusal, it) for it in (challenge.NAME, challenge.RENAMED)
    )
    severity = "" if is_needed else WARNING
    if not documents:
        seen = ", ".join(f"{url} {_outcome(it)}" for url, it in pages.items())
        yield make_finding("metadata-unreachable", seen, severity)
        return
    url, document = next(iter(documents.items()))
    if not document.get("authorization_servers") or not challenge.is_for(
        document, tour.plan.url
    ):
        named = show(f"{document.get('resource')}, {document.get('authorization_servers')}")
        yield make_finding("metadata-wrong", f"{url} names {named}", severity)
        return
    is_known = any(it in documents for it in challenge.well_known_urls(tour.plan.url))
    yield from _judge_header(refusal, is_known=is_known)
    issuers = tour.of(ISSUER)
    if issuers and all(challenge.document(it.exchange) is None for it in issuers):
        tried = ", ".join(f"{it.exchange.request.url} {_outcome(it)}" for it in issuers)
        yield make_finding("issuer-unreachable", tried)


def _judge_header(refusal: Exchange, *, is_known: bool) -> Iterator[Finding]:
    """Judge whether the 401 leads on; it hurts less where clients find the way anyway."""
    severity = WARNING if is_known else ""
    if challenge.told_url(refusal, challenge.NAME):
        return
    if challenge.RENAMED in refusal.headers:
        where = "the host has it at the well-known place" if is_known else "nowhere else either"
        yield make_finding(
            "challenge-renamed", f"{challenge.RENAMED} instead; {where}", severity
        )
    else:
        yield make_finding("challenge-missing", _challenge_of(refusal))


def judge_token(refusal: Exchange, token: str) -> Finding:
    """Return why a token was refused, as far as its times tell."""
    claims = claims_of(token)
    now_s = _date_of(refusal)
    said = show(f"{_challenge_of(refusal)} {refusal.opening}")
    starts_s = max((it for it in (_time(claims, "nbf"), _time(claims, "iat")) if it), default=0)
    ends_s = _time(claims, "exp")
    if now_s and starts_s > now_s + _TOLERANCE_S:
        ahead = starts_s - now_s
        return make_finding(
            "clock-skew", f"the token begins {ahead:.0f} s after the server's Date"
        )
    here_s = refusal.asked_at_s
    if here_s and here_s < ends_s < now_s - _TOLERANCE_S:
        ahead = now_s - here_s
        return make_finding(
            "clock-skew", f"the token is valid here; the server's Date is {ahead:.0f} s ahead"
        )
    if now_s and ends_s and ends_s < now_s - _TOLERANCE_S:
        return make_finding(
            "token-expired", f"it ended {now_s - ends_s:.0f} s before the server's Date"
        )
    if _ABOUT_TIME.search(said) or (now_s < ends_s and _ABOUT_END.search(said)):
        return make_finding(
            "clock-skew", f"the token is valid by the server's Date, yet it says: {said}"
        )
    return make_finding("token-refused", said)


def claims_of(token: str) -> dict[str, Any]:
    """Return what a JSON Web Token claims, unverified; nothing where it is none."""
    _, _, rest = token.partition(".")
    payload, dot, _ = rest.partition(".")
    try:
        octets = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (binascii.Error, ValueError):
        return {}
    claims = parse_json(octets) if dot else None
    return claims if isinstance(claims, dict) else {}


def _time(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, (int, float)) and abs(value) < _MAX_TIME_S:
        return float(value)
    return 0.0


def _date_of(exchange: Exchange) -> float:
    """Return the server's time in seconds since 1970; 0 where it does not tell."""
    try:
        date: datetime = parsedate_to_datetime(exchange.headers.get("date", ""))
        return date.timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _challenge_of(exchange: Exchange) -> str:
    said = exchange.headers.get(challenge.NAME) or exchange.headers.get(challenge.RENAMED)
    return f"401, {said}" if said else "401 without WWW-Authenticate"


def _outcome(reading: Reading) -> str:
    if not reading.status:
        return "unreachable"
    return f"{reading.status} {reading.exchange.media_type}".strip()
