"""Whether the server opens a conversation, and says truly which revisions it speaks."""

from collections.abc import Iterator
from typing import Any, Final

from firstbyte.probe.finding import Finding, make_finding
from firstbyte.probe.question import LEGACY, LEGACY_REVISIONS, MODERN, MODERN_REVISION
from firstbyte.probe.reading import Reading, show
from firstbyte.probe.tour import Tour

_HEADER_MISMATCH: Final = -32020
_UNSUPPORTED: Final = -32022


def check(tour: Tour) -> Iterator[Finding]:
    """Judge how both eras were opened."""
    discovered, handshake = tour.opening(MODERN), tour.opening(LEGACY)
    if discovered:
        yield from _judge_discovery(discovered)
    if handshake and handshake.fault is None and handshake.result is not None:
        yield from _judge_handshake(handshake.result)


def _judge_discovery(reading: Reading) -> Iterator[Finding]:
    if reading.fault is None and reading.result is not None:
        yield from _judge_versions(reading.result)
    error = reading.error or {}
    if error.get("code") == _HEADER_MISMATCH:
        yield make_finding("headers-stripped", f"server/discover: {reading.says()}")
    told = error.get("data")
    supported = told.get("supported") if isinstance(told, dict) else None
    if (
        error.get("code") == _UNSUPPORTED
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
    version = result.get("protocolVersion")
    if not isinstance(version, str) or not version:
        yield make_finding("version-missing", "initialize: no protocolVersion")
    elif version not in LEGACY_REVISIONS:
        yield make_finding(
            "version-wrong",
            f"initialize was asked for {LEGACY_REVISIONS[-1]} and answers {show(version)}",
        )
