"""Turn a tour into findings: pure, and the same for the same tour."""

from collections.abc import Iterator
from typing import Final

from firstbyte.probe.checks import (
    authorization,
    browser,
    calls,
    environments,
    lists,
    patience,
    protocol,
    streams,
)
from firstbyte.probe.finding import KINDS, Finding, make_finding
from firstbyte.probe.question import LEGACY, MODERN, NO_METHOD
from firstbyte.probe.reading import Reading
from firstbyte.probe.tour import (
    BROWSER,
    CALL,
    DISCOVER,
    INITIALIZED,
    LIST,
    LIST_AGAIN,
    METADATA,
    OPEN_AGAIN,
    Tour,
)

_CHECKS: Final = (
    authorization,
    protocol,
    lists,
    environments,
    calls,
    streams,
    browser,
    patience,
)

_OF_THE_OTHER: Final = ("list-failed", "tool-failed", "refused")
"""What may only be wrong because the other of two versions answered."""

_NEEDED: Final = {
    "reach": (DISCOVER,),
    "front": (DISCOVER,),
    "protocol": (DISCOVER,),
    "authorization": (DISCOVER,),
    "login": (METADATA,),
    "patience": (DISCOVER,),
    "lists": (LIST,),
    "environments": (LIST_AGAIN, OPEN_AGAIN),
    "calls": (CALL,),
    "stream": (CALL,),
    "browser": (BROWSER,),
}
"""Steps without which a concern was not looked at."""


def judge(tour: Tour) -> tuple[Finding, ...]:
    """Return what is wrong, each code once, the gravest first; without what is ignored."""
    told: dict[str, Finding] = {}
    for finding in _find(tour):
        told.setdefault(finding.code, finding)
    hidden = _OF_THE_OTHER if "two-versions" in told else ()
    order = list(KINDS)
    found = sorted(told.values(), key=lambda it: order.index(it.code))
    return tuple(it for it in found if it.code not in (*hidden, *tour.plan.ignored))


def looked_at(tour: Tour) -> frozenset[str]:
    """Return the concerns that the tour came to."""
    answered = {it.step for it in tour.readings if it.status}
    return frozenset(
        concern
        for concern, steps in _NEEDED.items()
        if concern == "reach" or answered & set(steps)
    )


def _find(tour: Tour) -> Iterator[Finding]:
    if tour.is_cut:
        yield make_finding("unfinished", _describe_time(tour))
    if not tour.served:
        yield from _why_closed(tour)
        return
    yield from _why_half_open(tour)
    for reading in tour.of(INITIALIZED, LIST, LIST_AGAIN, OPEN_AGAIN, CALL):
        if environments.is_session_lost(reading) or environments.is_refusal(reading):
            continue
        if reading.fault:
            yield make_finding(*reading.fault)
        elif reading.step == INITIALIZED and reading.status >= 400:
            about = reading.exchange.request.about
            yield make_finding("refused", f"{about}: {reading.status}")
    for check in _CHECKS:
        yield from check.check(tour)


def _why_closed(tour: Tour) -> Iterator[Finding]:
    """Tell why neither era is served, in one finding but for authorization's."""
    openings = tour.openings
    told = [*authorization.check(tour), *protocol.check(tour)]
    if told:
        yield from told
        return
    faulty = [it for it in openings if it.fault]
    # A refusal may only mean that this era is not served: the other one's fault tells more.
    telling = [it for it in faulty if not _is_unserved(it)] or faulty
    if tour.is_cut:
        # The other era may be served, and what a 401 leads to was not seen to its end.
        telling = [it for it in telling if not _is_unserved(it) and it.status != 401]
    order = list(KINDS)
    said = "; ".join(f"{it.exchange.request.about}: {it.says()}" for it in openings)
    if faults := [it.fault for it in telling if it.fault]:
        yield make_finding(*min(faults, key=lambda fault: order.index(fault.code)))
    elif tour.is_cut:
        return
    elif all(it.status == 404 and not _is_of_method(it) for it in openings):
        yield make_finding("wrong-path", said)
    else:
        yield make_finding("handshake-refused", said)


def _describe_time(tour: Tour) -> str:
    """Tell how much was asked, and what took longest."""
    if not tour.readings:
        return f"nothing was asked: an answer may take {tour.plan.timeout_s:g} s"
    slowest = max((it.exchange for it in tour.readings), key=lambda it: it.ended_s)
    count = len(tour.readings)
    return f"{count} answers, the slowest {slowest.request.about} in {slowest.ended_s:.1f} s"


def _why_half_open(tour: Tour) -> Iterator[Finding]:
    """Tell what is wrong with an era's opening, unless it is only that it is not served."""
    for era in (MODERN, LEGACY):
        opening = tour.opening(era)
        if opening and opening.fault and not _is_unserved(opening):
            yield make_finding(*opening.fault)


def _is_unserved(opening: Reading) -> bool:
    """Whether a server that serves the other era only may well answer so."""
    return 400 <= opening.status < 500 and opening.status not in (401, 429)


def _is_of_method(opening: Reading) -> bool:
    """Whether a 404 is about the method: so a server refuses the era that it does not serve."""
    return (opening.error or {}).get("code") == NO_METHOD
