"""Whether what the server offers can be listed, and is what was expected."""

from collections.abc import Iterator
from typing import Any, Final

from firstbyte.probe.checks.environments import is_session_lost
from firstbyte.probe.finding import Finding, make_finding, show
from firstbyte.probe.reading import Reading
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
            wrong += ["its pages do not end"] if _is_endless(tour, capability, era) else []
            if not wrong:
                wrong = list(_complaints_again(tour, method, era))
            if wrong:
                yield make_finding("list-failed", f"{method} ({era}): {wrong[0]}")
    for era in tour.served:
        yield from _judge_tools(tour, era)


def _complaints_again(tour: Tour, method: str, era: str) -> Iterator[str]:
    """Tell that a list which could be had could not be had again."""
    again = [
        it
        for it in tour.of(LIST_AGAIN, era=era)
        if it.fault is None and not is_session_lost(it) and asked_by(it)["method"] == method
    ]
    if failed := [said for it in again if (said := _complaint(it, "tools"))]:
        yield f"{len(failed)} of {len(again)} more times: {failed[0]}"


def _judge_tools(tour: Tour, era: str) -> Iterator[Finding]:
    opening = tour.opening(era)
    offered = capabilities(opening)
    # One that has only prompts or resources means it.
    has_others = ("tools" not in offered and bool(offered)) or any(
        tour.listed(it, era) for it in ("prompts", "resources")
    )
    wanted = {*tour.plan.expected, *(call.tool for call in tour.plan.calls)}
    is_unread = any(_complaint(it, "tools") for it in tour.pages("tools", era))
    is_unread |= not isinstance(_member(opening and opening.result, "capabilities"), dict)
    is_unread |= not tour.came_to(LIST_AGAIN, era=era)
    if is_unread or (has_others and not wanted):
        return
    names = {show(str(it.get("name"))) for it in tour.listed("tools", era)}
    if not names:
        why = "" if "tools" in offered else ": the capability tools is not announced"
        yield make_finding("tools-empty", f"in the {era} era{why}")
    elif missing := sorted(wanted - names):
        yield make_finding(
            "tools-shrunken",
            f"in the {era} era not {', '.join(missing)}, but {', '.join(sorted(names))}",
        )


def _complaint(page: Reading, capability: str) -> str:
    """Return why clients cannot take a page; empty if they can."""
    if page.result is None:
        return page.says() or "neither result nor error"
    entries = page.result.get(capability)
    if not isinstance(entries, list):
        return f"{capability} is no array"
    key = _KEYS[capability]
    if not all(isinstance(it, dict) and isinstance(it.get(key), str) for it in entries):
        return f"an entry has no {key}"
    shapeless = [it["name"] for it in entries if capability == "tools" and not _has_schema(it)]
    return f"{show(shapeless[0])} has no inputSchema of an object" if shapeless else ""


def _has_schema(tool: dict[str, Any]) -> bool:
    return bool(_member(tool.get("inputSchema"), "type") == "object")


def _is_endless(tour: Tour, capability: str, era: str) -> bool:
    """Whether the last page that was asked for leads on: to an earlier one, or ever further."""
    pages = tour.pages(capability, era)
    asked = [_member(asked_by(it).get("params"), "cursor") for it in pages]
    cursor = _member(pages[-1].result, "nextCursor") if pages else None
    return isinstance(cursor, str) and (cursor in asked or not tour.is_cut)


def _member(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
