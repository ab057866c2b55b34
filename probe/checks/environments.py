"""Whether all environments behind the URL are one server."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from firstbyte.probe.finding import Finding, make_finding
from firstbyte.probe.question import SERVER_INFO
from firstbyte.probe.reading import Reading, show
from firstbyte.probe.tour import DISCOVER, INITIALIZE, LIST_AGAIN, OPEN_AGAIN, Tour, entries

_ABOUT_SESSION: Final = re.compile(r"session|initiali[sz]", re.IGNORECASE)


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
    if reading.era != "legacy" or reading.step == INITIALIZE or reading.step == OPEN_AGAIN:
        return False
    if reading.exchange.request.method != "POST":
        return False
    has_session = "mcp-session-id" in reading.exchange.request.headers
    if has_session and reading.status == 404:
        return True
    is_refused = 400 <= reading.status < 500 or reading.error is not None
    return is_refused and bool(_ABOUT_SESSION.search(reading.exchange.opening))


def _judge_versions(tour: Tour) -> Iterator[Finding]:
    for era in tour.served:
        openings = tour.of(DISCOVER, INITIALIZE, OPEN_AGAIN, era=era)
        named = Counter(_name(it) for it in openings if it.result is not None)
        lists = Counter(
            _tools(it) for it in tour.of(LIST_AGAIN, era=era) if (it.result or {}).get("tools")
        )
        if len(named) > 1:
            counted = ", ".join(f"{name} {count} times" for name, count in named.most_common())
            yield make_finding("two-versions", show(counted))
        elif len(lists) > 1:
            (first, _), (second, _) = lists.most_common(2)
            differing = ", ".join(sorted(first ^ second))
            yield make_finding("two-versions", show(f"lists that differ in {differing}"))


def _name(reading: Reading) -> str:
    result = reading.result or {}
    meta = result.get("_meta")
    info: Any = result.get("serverInfo") or (
        meta.get(SERVER_INFO) if isinstance(meta, dict) else None
    )
    if not isinstance(info, dict):
        return "unnamed"
    return f"{info.get('name')} {info.get('version')}"


def _tools(reading: Reading) -> frozenset[str]:
    return frozenset(str(it.get("name")) for it in entries(reading, "tools"))
