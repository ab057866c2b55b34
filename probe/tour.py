"""All that a server was asked and how it was read, for whoever judges it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from firstbyte.probe.plan import Call, Plan
from firstbyte.probe.question import (
    LEGACY,
    LEGACY_REVISIONS,
    META,
    MODERN,
    SERVER_INFO,
    SESSION,
)
from firstbyte.probe.reading import Reading, parse_json

DISCOVER: Final = "discover"
INITIALIZE: Final = "initialize"
INITIALIZED: Final = "initialized"
LIST: Final = "list"
OPEN_AGAIN: Final = "open again"
LIST_AGAIN: Final = "list again"
CALL: Final = "call"
PREFLIGHT: Final = "preflight"
BROWSER: Final = "browser"
STRANGER: Final = "stranger"
METADATA: Final = "metadata"
ISSUER: Final = "issuer"
LEAVE: Final = "leave"

LISTS: Final = {"tools": "tools/list", "prompts": "prompts/list", "resources": "resources/list"}
"""Capabilities with the list that each announces."""


@dataclass(frozen=True, slots=True)
class Tour:
    """All that was asked, in order, with how it was read. `calls` are those that were made.

    One that `is_cut` has no time for the rest.
    """

    plan: Plan
    readings: tuple[Reading, ...]
    calls: tuple[Call, ...] = ()
    is_cut: bool = False

    @property
    def openings(self) -> tuple[Reading, ...]:
        """How the conversations began, of those that were tried."""
        begun = (self.opening(MODERN), self.opening(LEGACY))
        return tuple(it for it in begun if it is not None)

    def of(self, *steps: str, era: str = "") -> tuple[Reading, ...]:
        """Return the readings of these steps, in one era or in all."""
        return tuple(
            it for it in self.readings if it.step in steps and (not era or it.era == era)
        )

    def came_to(self, *steps: str, era: str = "") -> bool:
        """Whether all that is asked before these steps was asked."""
        return not self.is_cut or bool(self.of(*steps, era=era))

    def opening(self, era: str) -> Reading | None:
        """Return how the conversation of an era began; None where it was not tried."""
        return next(iter(self.of(DISCOVER, INITIALIZE, era=era)), None)

    def is_served(self, era: str) -> bool:
        """Whether the server speaks in the manner of the era."""
        opening = self.opening(era)
        if opening is None or opening.fault is not None or opening.result is None:
            return False
        return not (era == MODERN and names_only_legacy(opening))

    @property
    def served(self) -> tuple[str, ...]:
        """The eras that are served."""
        return tuple(era for era in (MODERN, LEGACY) if self.is_served(era))

    def listed(self, capability: str, era: str) -> tuple[dict[str, Any], ...]:
        """Return what all pages of a list hold."""
        pages = self.pages(capability, era)
        return tuple(entry for page in pages for entry in entries(page, capability))

    def pages(self, capability: str, era: str) -> tuple[Reading, ...]:
        """Return the pages of a list, in order."""
        return tuple(
            it for it in self.of(LIST, era=era) if asked_by(it)["method"] == LISTS[capability]
        )


def entries(reading: Reading, capability: str) -> tuple[dict[str, Any], ...]:
    """Return what one page of a list holds."""
    found = (reading.result or {}).get(capability)
    return tuple(it for it in found if isinstance(it, dict)) if isinstance(found, list) else ()


def capabilities(opening: Reading | None) -> Mapping[str, Any]:
    """Return what the server says it can."""
    found = (opening.result or {}).get("capabilities") if opening else None
    return found if isinstance(found, dict) else {}


def server_info(reading: Reading) -> dict[str, Any]:
    """Return what the server calls itself; empty where it does not."""
    result = reading.result or {}
    meta = result.get(META)
    found = result.get("serverInfo") or (
        meta.get(SERVER_INFO) if isinstance(meta, dict) else None
    )
    return found if isinstance(found, dict) else {}


def names_only_legacy(discovered: Reading) -> bool:
    """Whether discovery is answered by a server that serves nothing as new as it."""
    told = (discovered.result or {}).get("supportedVersions")
    named = told if isinstance(told, list) else []
    return bool(named) and all(it in LEGACY_REVISIONS for it in named)


def browser_headers(tour: Tour) -> tuple[str, ...]:
    """Return what a page's client has to be allowed to send, as the server was met."""
    wanted = {"content-type", "mcp-protocol-version", *tour.plan.headers}
    if tour.plan.bearer:
        wanted.add("authorization")
    if tour.is_served(MODERN):
        wanted |= {"mcp-method", "mcp-name"}
    if any(SESSION in it.exchange.headers for it in tour.of(INITIALIZE)):
        wanted |= {SESSION, "last-event-id"}
    return tuple(sorted(wanted))


def asked_by(reading: Reading) -> dict[str, Any]:
    """Return the JSON-RPC message that was sent."""
    message: dict[str, Any] = parse_json(reading.exchange.request.body)
    return message
