"""Whether all environments behind the URL are one server."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from firstbyte.probe.finding import Finding, make_finding, show
from firstbyte.probe.question import INTERNAL, LEGACY, MODERN, SESSION
from firstbyte.probe.reading import Reading
from firstbyte.probe.tour import (
    DISCOVER,
    INITIALIZE,
    LIST_AGAIN,
    OPEN_AGAIN,
    Tour,
    entries,
    server_info,
)

_ABOUT_SESSION: Final = re.compile(
    r"\bsession|not (?:yet |been )*initiali[sz]ed|uninitiali[sz]ed"
    r"|(?:before|must|missing|first|without).{0,20}initiali[sz]"
    r"|initiali[sz](?:e|ation) (?:first|request|handshake|was not)|handshake",
    re.IGNORECASE,
)
_REFUSALS: Final = (-32600, -32601, -32602, *range(-32099, -31999))
"""Codes of JSON-RPC by which a request is turned away; of them a server's own lie last."""


def check(tour: Tour) -> Iterator[Finding]:
    """Judge what was asked more than once."""
    yield from _judge_versions(tour)
    if lost := [it for it in tour.readings if is_session_lost(it)]:
        first = lost[0]
        said = first.says() or f"{first.status}"
        yield make_finding(
            "session-lost",
            f"{first.exchange.request.about}: {said}; {len(lost)} requests of it failed",
        )


def is_session_lost(reading: Reading) -> bool:
    """Whether a request failed because nobody knows of its session or handshake."""
    if reading.era != LEGACY or reading.step in (INITIALIZE, OPEN_AGAIN):
        return False
    if reading.exchange.request.method != "POST" or _is_of_front_door(reading):
        return False
    has_session = SESSION in reading.exchange.request.headers
    if has_session and reading.status == 404:
        return True
    # What the server itself could not do is no matter of sessions, whatever it is called.
    error = reading.error or {}
    is_refused = 400 <= reading.status < 500 or error.get("code") in _REFUSALS
    said = reading.says() or reading.exchange.opening
    return is_refused and bool(_ABOUT_SESSION.search(said))


def _is_of_front_door(reading: Reading) -> bool:
    code = reading.fault.code if reading.fault else ""
    return code in ("throttled", "permission-missing")


def is_refusal(reading: Reading) -> bool:
    """Whether an opening that is asked again is refused as by a server of the other era."""
    return reading.step == OPEN_AGAIN and _is_turned_away(reading)


def _is_turned_away(opening: Reading) -> bool:
    if opening.fault is None:
        return opening.result is None
    return 400 <= opening.status < 500 and opening.fault.code in ("refused", "wrong-path")


def _judge_versions(tour: Tour) -> Iterator[Finding]:
    for era in (MODERN, LEGACY):
        openings = tour.of(DISCOVER, INITIALIZE, OPEN_AGAIN, era=era)
        answered = [it for it in openings if it.fault is None and it.result is not None]
        refused = [it for it in openings if _is_turned_away(it)]
        named = Counter(_name(it) for it in answered)
        lists = Counter(
            _tools(it)
            for it in tour.of(LIST_AGAIN, era=era)
            if isinstance((it.result or {}).get("tools"), list)
        )
        if len(named) > 1:
            counted = ", ".join(f"{name} {count} times" for name, count in named.most_common())
            yield make_finding("two-versions", counted)
        elif answered and refused:
            about, said = refused[0].exchange.request.about, refused[0].says()
            counted = f"answered {len(answered)} times, refused {len(refused)} times"
            told = f"{about}: {counted}: {said or refused[0].status}"
            is_inside = (refused[0].error or {}).get("code") == INTERNAL
            yield make_finding("handshake-refused" if is_inside else "two-versions", told)
        elif len(lists) > 1:
            (first, _), (second, _) = lists.most_common(2)
            differing = ", ".join(sorted(first ^ second))
            yield make_finding("two-versions", f"lists that differ in {differing}")


def _name(reading: Reading) -> str:
    info = server_info(reading)
    return show(f"{info.get('name')} {info.get('version')}") if info else "unnamed"


def _tools(reading: Reading) -> frozenset[str]:
    return frozenset(str(it.get("name")) for it in entries(reading, "tools"))
