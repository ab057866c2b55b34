"""Whether a web page of the given origin may call the server.

Source: WHATWG Fetch, section 3.2 "CORS protocol".
"""

from collections.abc import Iterator

from firstbyte.probe.exchange import Exchange
from firstbyte.probe.finding import Finding, make_finding, show
from firstbyte.probe.question import SESSION
from firstbyte.probe.reading import Reading
from firstbyte.probe.tour import BROWSER, PREFLIGHT, Tour, browser_headers


def check(tour: Tour) -> Iterator[Finding]:
    """Judge preflight and call."""
    wrong = [it for reading in tour.of(PREFLIGHT) for it in _judge_preflight(tour, reading)]
    for reading in tour.of(BROWSER):
        if _is_refused(reading):
            said = reading.says() or f"{reading.status} {show(reading.exchange.opening)}"
            yield make_finding("origin-refused", f"{tour.plan.origin}: {said}")
            # A guard that refuses the page refuses its preflight, too.
            return
        if reading.fault:
            yield make_finding(*reading.fault)
        elif reading.status:
            wrong += _judge_call(tour, reading.exchange)
    if wrong:
        yield make_finding("cors-wrong", f"for {tour.plan.origin}: {'; '.join(wrong)}")


def _is_refused(reading: Reading) -> bool:
    """Whether what was answered without an origin is refused with one."""
    is_guarded = 400 <= reading.status < 500 and reading.status not in (401, 429)
    return is_guarded or reading.error is not None


def _judge_preflight(tour: Tour, reading: Reading) -> Iterator[str]:
    exchange = reading.exchange
    if not 200 <= exchange.status < 300:
        yield f"OPTIONS is answered {exchange.status or 'not at all'}"
        return
    yield from _judge_origin(tour, exchange, "the preflight")
    methods = _listed(exchange, "access-control-allow-methods")
    # GET, HEAD and POST without a preflight's need are allowed without being named.
    if methods and not methods & {"post", "*"}:
        yield "POST is not allowed"
    allowed = _listed(exchange, "access-control-allow-headers")
    needed = set(browser_headers(tour))
    # A star is no leave to send credentials.
    covered = needed - {"authorization"} if "*" in allowed else set()
    if missing := sorted(needed - allowed - covered):
        yield f"headers that are not allowed: {', '.join(missing)}"


def _judge_call(tour: Tour, exchange: Exchange) -> Iterator[str]:
    yield from _judge_origin(tour, exchange, "the answer")
    exposed = _listed(exchange, "access-control-expose-headers")
    if SESSION in exchange.headers and not exposed & {SESSION, "*"}:
        yield f"{SESSION} is not exposed"


def _judge_origin(tour: Tour, exchange: Exchange, what: str) -> Iterator[str]:
    allowed = exchange.headers.get("access-control-allow-origin", "")
    if allowed not in ("*", tour.plan.origin):
        yield f"{what} allows {show(allowed) or 'no origin'}"


def _listed(exchange: Exchange, header: str) -> set[str]:
    values = exchange.headers.get(header, "").lower().split(",")
    return {it.strip() for it in values if it.strip()}
