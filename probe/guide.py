"""Visit a server as clients of both eras do, one question after the other.

    discover, initialize ─▶ authorization? ─▶ lists ─▶ lists again ─▶ calls ─▶ browser?

Each question is asked because of earlier answers; what they mean for the server's health is not
asked here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from firstbyte.probe import challenge
from firstbyte.probe.diagnosis import read, read_plain
from firstbyte.probe.exchange import Exchange, OutOfTime, Request, join
from firstbyte.probe.plan import Call, Plan
from firstbyte.probe.question import (
    LEGACY,
    LEGACY_REVISIONS,
    META,
    MODERN,
    SESSION,
    Questions,
    fetch,
    mirror,
    preflight,
    resume,
)
from firstbyte.probe.reading import Reading, resumption, until_answered
from firstbyte.probe.tour import (
    BROWSER,
    CALL,
    DISCOVER,
    INITIALIZE,
    INITIALIZED,
    ISSUER,
    LEAVE,
    LIST,
    LIST_AGAIN,
    LISTS,
    METADATA,
    OPEN_AGAIN,
    PREFLIGHT,
    STRANGER,
    Tour,
    browser_headers,
    capabilities,
)

_CHOSEN: Final = 3
"""So many tools are called where none is named."""
_PAGES: Final = 200
_MAX_LIST_OCTETS: Final = 16 * 1024 * 1024
"""More than any model reads."""
_RESUMPTIONS: Final = 20


class Sender(Protocol):
    """What asks the questions, as long as there is time: then it raises `OutOfTime`."""

    def send(self, request: Request, /) -> Exchange:
        """Ask one."""

    def send_all(self, requests: Sequence[Request], /) -> tuple[Exchange, ...]:
        """Ask all at once."""


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
        reading = _read(self._sender.send(request))
        for _ in range(_RESUMPTIONS if request.number and request.era == LEGACY else 0):
            asked_on = resumption(reading)
            if asked_on is None:
                break
            resumed = resume(request, *asked_on, until_answered(request.number))
            reading = _read(join(reading.exchange, self._sender.send(resumed)))
        self._readings.append(reading)
        return reading

    def _ask_all(self, requests: Sequence[Request]) -> list[Reading]:
        readings = [_read(it) for it in self._sender.send_all(requests)]
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
        if SESSION in visit.headers:
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
        octets = 0
        for _ in range(_PAGES):
            page = self._ask(visit.ask(LIST, method, params))
            cursor = (page.result or {}).get("nextCursor")
            octets += len(page.exchange.body)
            if not isinstance(cursor, str) or cursor in seen or octets > _MAX_LIST_OCTETS:
                return
            seen.add(cursor)
            params = {"cursor": cursor}

    def _open_again(self, tour: Tour) -> None:
        repeated = range(self._plan.repeat)
        if tour.served:
            # Also where it was refused: the first answer may have been an older version's.
            self._ask_all(
                [self._questions.modern(OPEN_AGAIN, "server/discover", {}) for _ in repeated]
            )
        if tour.served == (LEGACY,):
            again = self._ask_all([self._questions.initialize(OPEN_AGAIN) for _ in repeated])
            for handshake in again:
                if handshake.result is not None:
                    self._shake_hands(handshake, with_lists=False)

    def _come_as_browser(self, tour: Tour) -> None:
        plan, origin = self._plan, {"origin": self._plan.origin}
        self._ask(preflight(PREFLIGHT, plan.url, plan.origin, browser_headers(tour)))
        if tour.is_served(MODERN):
            self._ask(self._questions.modern(BROWSER, "server/discover", {}, headers=origin))
        else:
            handshake = self._ask(self._questions.initialize(BROWSER, origin))
            self._shake_hands(handshake, with_lists=False)


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


def _read(exchange: Exchange) -> Reading:
    return read(exchange) if exchange.request.number else read_plain(exchange)


def _agreed(handshake: Reading) -> dict[str, str]:
    """Return the headers that follow from a handshake: its session, and its revision."""
    headers: dict[str, str] = {}
    session = handshake.exchange.headers.get(SESSION)
    if session is not None:
        headers[SESSION] = session
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
    execution = tool.get("execution")
    is_task = isinstance(execution, dict) and execution.get("taskSupport") == "required"
    return (
        _has_name(tool)
        and not is_task
        and isinstance(hints, dict)
        and hints.get("readOnlyHint") is True
        and isinstance(schema, dict)
        and not schema.get("required")
    )


def _has_name(tool: Mapping[str, Any]) -> bool:
    return isinstance(tool.get("name"), str)
