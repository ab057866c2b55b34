"""Visit a server as clients of both eras do, one question after the other.

    discover, initialize ─▶ authorization? ─▶ lists ─▶ lists again ─▶ calls ─▶ browser?

Each question is asked because of earlier answers; what they mean for the server's health is not
asked here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from firstbyte.probe import challenge
from firstbyte.probe.exchange import Exchange, OutOfTime, Request
from firstbyte.probe.plan import Call, Plan
from firstbyte.probe.question import (
    LEGACY,
    LEGACY_REVISIONS,
    META,
    MODERN,
    Questions,
    fetch,
    mirror,
    preflight,
)
from firstbyte.probe.reading import Reading, parse_json, read, read_plain

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

_CHOSEN: Final = 3
"""So many tools are called where none is named."""
_PAGES: Final = 50

HEADERS: Final = (
    "authorization",
    "content-type",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
    "mcp-session-id",
)
"""What a page's client has to be allowed to send, beside what browsers send by themselves."""

_SESSION: Final = "mcp-session-id"


class Sender(Protocol):
    """What asks the questions, as long as there is time: then it raises `OutOfTime`."""

    def send(self, request: Request, /) -> Exchange:
        """Ask one."""

    def send_all(self, requests: Sequence[Request], /) -> tuple[Exchange, ...]:
        """Ask all at once."""


@dataclass(frozen=True, slots=True)
class Tour:
    """All that was asked, in order, with how it was read. `calls` are those that were made.

    One that `is_cut` has no time for the rest.
    """

    plan: Plan
    readings: tuple[Reading, ...]
    calls: tuple[Call, ...] = ()
    is_cut: bool = False

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
        return opening is not None and opening.fault is None and opening.result is not None

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


def take_tour(plan: Plan, sender: Sender) -> Tour:
    """Ask everything that makes sense to ask."""
    return _Guide(plan, sender).lead()


class _Guide:
    def __init__(self, plan: Plan, sender: Sender) -> None:
        self._plan = plan
        self._sender = sender
        self._questions = Questions(plan.url, plan.bearer, plan.headers)
        self._readings: list[Reading] = []
        self._calls: dict[str, Call] = {}

    def lead(self) -> Tour:
        try:
            self._ask_everything()
        except OutOfTime:
            return replace(self._tour(), is_cut=True)
        return self._tour()

    def _ask_everything(self) -> None:
        questions = self._questions
        discovered = self._ask(questions.modern(DISCOVER, "server/discover", {}))
        if discovered.status:
            handshake = self._ask(questions.initialize(INITIALIZE))
            self._ask_for_authorization(discovered, handshake)
            tour = self._tour()
            if tour.is_served(MODERN):
                self._visit(_Visit(questions, MODERN), discovered)
            if tour.is_served(LEGACY):
                self._shake_hands(handshake, with_lists=True)
            self._open_again(tour)
            if self._plan.origin and tour.served:
                self._come_as_browser(tour)

    def _tour(self) -> Tour:
        return Tour(self._plan, tuple(self._readings), tuple(self._calls.values()))

    def _ask(self, request: Request) -> Reading:
        (reading,) = self._note([self._sender.send(request)])
        return reading

    def _ask_all(self, requests: Sequence[Request]) -> list[Reading]:
        return self._note(self._sender.send_all(requests))

    def _note(self, exchanges: Iterable[Exchange]) -> list[Reading]:
        readings = [read(it) if it.request.number else read_plain(it) for it in exchanges]
        self._readings += readings
        return readings

    def _ask_for_authorization(self, *openings: Reading) -> None:
        refusals = [it for it in openings if it.status == 401]
        if self._plan.bearer:
            stranger = self._ask(
                self._questions.modern(STRANGER, "server/discover", {}, is_anonymous=True)
            )
            refusals += [stranger] if stranger.status == 401 else []
        if not refusals:
            return
        places = challenge.metadata_urls(refusals[-1].exchange)
        fetched = [self._ask(fetch(METADATA, url)).exchange for url in places]
        documents = [it for it in map(challenge.document, fetched) if it is not None]
        for url in challenge.issuer_urls(documents[0]) if documents else ():
            if challenge.document(self._ask(fetch(ISSUER, url)).exchange) is not None:
                break

    def _shake_hands(self, handshake: Reading, *, with_lists: bool) -> None:
        visit = _Visit(self._questions, LEGACY, _agreed(handshake))
        if with_lists:
            self._ask(self._questions.initialized(INITIALIZED, visit.headers))
            self._visit(visit, handshake)
        if _SESSION in visit.headers:
            self._ask(self._questions.leave(LEAVE, visit.headers))

    def _visit(self, visit: "_Visit", opening: Reading) -> None:
        offered = capabilities(opening)
        for capability, method in LISTS.items():
            if capability in offered:
                self._ask_for_pages(visit, method)
        method = LISTS["tools"] if "tools" in offered else visit.idle_method
        repeated = range(self._plan.repeat)
        self._ask_all([visit.ask(LIST_AGAIN, method, {}) for _ in repeated])
        tools = self._tour().listed("tools", visit.era)
        schemas = {it["name"]: it.get("inputSchema") for it in tools if _has_name(it)}
        for call in self._plan.calls or _choose(tools):
            if call.tool not in schemas:
                continue
            self._calls[call.tool] = call
            params = {
                "name": call.tool,
                "arguments": call.arguments,
                META: {"progressToken": "probe"},
            }
            headers = mirror(schemas[call.tool], call.arguments) if visit.era == MODERN else {}
            self._ask(visit.ask(CALL, "tools/call", params, headers))

    def _ask_for_pages(self, visit: "_Visit", method: str) -> None:
        params: dict[str, Any] = {}
        seen: set[str] = set()
        for _ in range(_PAGES):
            cursor = (self._ask(visit.ask(LIST, method, params)).result or {}).get("nextCursor")
            if not isinstance(cursor, str) or cursor in seen:
                return
            seen.add(cursor)
            params = {"cursor": cursor}

    def _open_again(self, tour: Tour) -> None:
        repeated = range(self._plan.repeat)
        if tour.is_served(MODERN):
            self._ask_all(
                [self._questions.modern(OPEN_AGAIN, "server/discover", {}) for _ in repeated]
            )
        elif tour.is_served(LEGACY):
            again = self._ask_all([self._questions.initialize(OPEN_AGAIN) for _ in repeated])
            for handshake in again:
                if handshake.result is not None:
                    self._shake_hands(handshake, with_lists=False)

    def _come_as_browser(self, tour: Tour) -> None:
        plan, origin = self._plan, {"origin": self._plan.origin}
        self._ask(preflight(PREFLIGHT, plan.url, plan.origin, (*HEADERS, *plan.headers)))
        if tour.is_served(MODERN):
            request = self._questions.modern(BROWSER, "server/discover", {}, headers=origin)
        else:
            request = self._questions.initialize(BROWSER, origin)
        self._ask(request)


class _Visit:
    """How questions are asked within an era; `headers` go with all of a legacy conversation."""

    def __init__(
        self, questions: Questions, era: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self._questions = questions
        self.era = era
        self.idle_method = "server/discover" if era == MODERN else "ping"
        self.headers = headers or {}

    def ask(
        self,
        step: str,
        method: str,
        params: Mapping[str, Any],
        mirrored: Mapping[str, str] | None = None,
    ) -> Request:
        """Write a question; only a modern one has headers that mirror its arguments."""
        if self.era == MODERN:
            return self._questions.modern(step, method, params, headers=mirrored)
        return self._questions.legacy(step, method, params, headers=self.headers)


def _agreed(handshake: Reading) -> dict[str, str]:
    """Return the headers that follow from a handshake: its session, and its revision."""
    headers: dict[str, str] = {}
    session = handshake.exchange.headers.get(_SESSION)
    if session is not None:
        headers[_SESSION] = session
    revision = (handshake.result or {}).get("protocolVersion")
    if revision in LEGACY_REVISIONS:
        headers["mcp-protocol-version"] = revision
    return headers


def _choose(tools: Iterable[dict[str, Any]]) -> tuple[Call, ...]:
    """Return calls that cannot do harm, as far as the tools say."""
    harmless = (it["name"] for it in tools if _is_harmless(it))
    return tuple(Call(name, {}, is_named=False) for name in harmless)[:_CHOSEN]


def _is_harmless(tool: Mapping[str, Any]) -> bool:
    hints, schema = tool.get("annotations"), tool.get("inputSchema")
    return (
        _has_name(tool)
        and isinstance(hints, dict)
        and hints.get("readOnlyHint") is True
        and isinstance(schema, dict)
        and not schema.get("required")
    )


def _has_name(tool: Mapping[str, Any]) -> bool:
    return isinstance(tool.get("name"), str)


def asked_by(reading: Reading) -> dict[str, Any]:
    """Return the JSON-RPC message that was sent."""
    message: dict[str, Any] = parse_json(reading.exchange.request.body)
    return message
