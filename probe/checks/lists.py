"""Whether what the server offers can be listed, and is what was expected."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from firstbyte.probe.checks.environments import is_session_lost
from firstbyte.probe.finding import Finding, make_finding
from firstbyte.probe.reading import Reading, show
from firstbyte.probe.tour import LIST_AGAIN, LISTS, Tour, asked_by, capabilities

_KEYS: Final = {"tools": "name", "prompts": "name", "resources": "uri"}
"""What clients know the entries of a list by."""


def check(tour: Tour) -> Iterator[Finding]:
    """Judge the lists of every era that is served."""
    for era in tour.served:
        for capability, method in LISTS.items():
            pages = [
                it
                for it in tour.pages(capability, era)
                if it.fault is None and not is_session_lost(it)
            ]
            wrong = [said for it in pages if (said := _complaint(it, capability))]
            wrong += ["its pages do not end"] if _goes_in_circles(pages) else []
            if wrong:
                yield make_finding("list-failed", f"{method} ({era}): {wrong[0]}")
    for era in tour.served:
        yield from _judge_tools(tour, era)


def _judge_tools(tour: Tour, era: str) -> Iterator[Finding]:
    offered = capabilities(tour.opening(era))
    # One that has only prompts or resources means it.
    has_others = "tools" not in offered and bool(offered)
    wanted = {*tour.plan.expected, *(call.tool for call in tour.plan.calls)}
    is_unread = any(_complaint(it, "tools") for it in tour.pages("tools", era))
    is_unread |= not tour.came_to(LIST_AGAIN, era=era)
    if is_unread or (has_others and not wanted):
        return
    names = {show(str(it.get("name"))) for it in tour.listed("tools", era)}
    if not names:
        yield make_finding("tools-empty", f"in the {era} era")
    elif missing := sorted(wanted - names):
        yield make_finding(
            "tools-shrunken",
            f"in the {era} era {len(names)} tools, and not {', '.join(missing)}",
        )


def _complaint(page: Reading, capability: str) -> str:
    """Return why clients cannot take a page; empty if they can."""
    if page.result is None:
        return page.says() or "neither result nor error"
    entries = page.result.get(capability)
    if not isinstance(entries, list):
        return f"{capability} is no array"
    key = _KEYS[capability]
    is_known = all(isinstance(it, dict) and isinstance(it.get(key), str) for it in entries)
    return "" if is_known else f"an entry has no {key}"


def _goes_in_circles(pages: Sequence[Reading]) -> bool:
    """Whether the last page leads to an earlier one."""
    asked = [_member(asked_by(it).get("params"), "cursor") for it in pages]
    cursor = _member(pages[-1].result, "nextCursor") if pages else None
    return isinstance(cursor, str) and cursor in asked


def _member(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
