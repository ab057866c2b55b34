"""Whether what the server offers can be listed, and is what was expected."""

from collections.abc import Iterator

from firstbyte.probe.finding import Finding, make_finding
from firstbyte.probe.reading import show
from firstbyte.probe.tour import LIST, Tour, capabilities


def check(tour: Tour) -> Iterator[Finding]:
    """Judge the lists of every era that is served."""
    for reading in tour.of(LIST):
        if reading.fault is None and reading.result is None:
            about = reading.exchange.request.about
            said = reading.says() or "neither result nor error"
            yield make_finding("list-failed", f"{about} ({reading.era}): {said}")
    for era in tour.served:
        yield from _judge_tools(tour, era)


def _judge_tools(tour: Tour, era: str) -> Iterator[Finding]:
    offered = capabilities(tour.opening(era))
    # One that has only prompts or resources means it.
    has_others = "tools" not in offered and bool(offered)
    wanted = {*tour.plan.expected, *(call.tool for call in tour.plan.calls)}
    if any(it.result is None for it in tour.of(LIST, era=era)) or (has_others and not wanted):
        return
    names = {show(str(it.get("name"))) for it in tour.listed("tools", era)}
    if not names:
        yield make_finding("tools-empty", f"in the {era} era")
    elif missing := sorted(wanted - names):
        yield make_finding(
            "tools-shrunken",
            f"in the {era} era {len(names)} tools, and not {', '.join(missing)}",
        )
