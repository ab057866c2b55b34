"""Whether the server opens a conversation, and says truly which revisions it speaks."""

from collections.abc import Iterator
from typing import Any

from firstbyte.probe.finding import Finding, make_finding, show
from firstbyte.probe.question import (
    HEADER_MISMATCH,
    LEGACY,
    LEGACY_REVISIONS,
    MODERN,
    MODERN_REVISION,
    UNSUPPORTED,
)
from firstbyte.probe.reading import Reading
from firstbyte.probe.tour import Tour, names_only_legacy


def check(tour: Tour) -> Iterator[Finding]:
    """Judge how both eras were opened."""
    discovered, handshake = tour.opening(MODERN), tour.opening(LEGACY)
    if discovered:
        yield from _judge_discovery(discovered, is_legacy=tour.is_served(LEGACY))
    if handshake and handshake.fault is None and handshake.result is not None:
        yield from _judge_handshake(handshake.result)


def _judge_discovery(reading: Reading, *, is_legacy: bool) -> Iterator[Finding]:
    # What says truly that it is older has to be met by the handshake.
    is_older = is_legacy and names_only_legacy(reading)
    if reading.fault is None and reading.result is not None and not is_older:
        yield from _judge_versions(reading.result)
    error = reading.error or {}
    if error.get("code") == HEADER_MISMATCH:
        yield make_finding("headers-stripped", f"server/discover: {reading.says()}")
    told = error.get("data")
    supported = told.get("supported") if isinstance(told, dict) else None
    if (
        error.get("code") == UNSUPPORTED
        and isinstance(supported, list)
        and MODERN_REVISION in supported
    ):
        yield make_finding(
            "version-wrong", f"server/discover refuses {MODERN_REVISION} and says it serves it"
        )


def _judge_versions(result: dict[str, Any]) -> Iterator[Finding]:
    versions = result.get("supportedVersions")
    if not isinstance(versions, list) or not versions:
        yield make_finding("version-missing", "server/discover: no supportedVersions")
    elif MODERN_REVISION not in versions:
        named = show(", ".join(map(str, versions)))
        yield make_finding(
            "version-wrong", f"server/discover was asked in {MODERN_REVISION} and names {named}"
        )


def _judge_handshake(result: dict[str, Any]) -> Iterator[Finding]:
    info = result.get("serverInfo")
    if not isinstance(info, dict) or not isinstance(info.get("name"), str):
        yield make_finding("answer-invalid", "initialize: no serverInfo with a name")
    elif not isinstance(result.get("capabilities"), dict):
        yield make_finding("answer-invalid", "initialize: no capabilities")
    version = result.get("protocolVersion")
    if not isinstance(version, str) or not version:
        yield make_finding("version-missing", "initialize: no protocolVersion")
    elif version not in LEGACY_REVISIONS:
        yield make_finding(
            "version-wrong",
            f"initialize was asked for {LEGACY_REVISIONS[-1]} and answers {show(version)}",
        )
