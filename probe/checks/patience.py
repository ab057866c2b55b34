"""Whether the first answers come while known clients still wait."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from firstbyte.probe.finding import Finding, make_finding
from firstbyte.probe.tour import DISCOVER, INITIALIZE, OPEN_AGAIN, Tour


class Client(NamedTuple):
    """How long a client waits for the first answer before it gives up."""

    name: str
    limit_s: float


CLIENTS: Final = (
    Client("OpenAI Agents SDK", 5),
    Client("Google ADK", 5),
    Client("claude.ai", 10),
    Client("Claude Code", 30),
    Client("the official SDKs", 60),
)
"""Defaults as of November 2026, as their users and makers report them (docs/probe.md)."""


def check(tour: Tour) -> Iterator[Finding]:
    """Judge the slowest opening: of several at once, some meet an environment that starts."""
    openings = [it for it in tour.of(DISCOVER, INITIALIZE, OPEN_AGAIN) if it.status]
    slowest_s = max((it.answered_s for it in openings), default=0.0)
    if lost := [client for client in CLIENTS if client.limit_s < slowest_s]:
        names = ", ".join(f"{client.name} ({client.limit_s:g} s)" for client in lost)
        told = f"{slowest_s:.1f} s, the slowest of {len(openings)}; gone by then: {names}"
        yield make_finding("slow-start", told)
