"""Whether events leave when they are written.

From outside only the arrival is seen. A stream with a length was made whole before it was sent,
which hurts where it was waited for; events that come together after a silence may have been
written together. What need not hurt is a warning unless the tool was named to look at its
stream.
"""

from collections.abc import Iterator
from typing import Final

from firstbyte.probe.checks.calls import tool_of
from firstbyte.probe.finding import ERROR, WARNING, Finding, make_finding
from firstbyte.probe.reading import Reading
from firstbyte.probe.tour import CALL, Tour

_SILENCE_S: Final = 0.5
"""A shorter call may well say everything at once."""
_BURST_S: Final = 0.05
"""What one write is may arrive in pieces."""
_BURST_SHARE: Final = 0.1
_REPORTS: Final = 2
"""Fewer notifications say nothing about a rhythm."""


def check(tour: Tour) -> Iterator[Finding]:
    """Judge the stream of each call."""
    named = {call.tool for call in tour.calls if call.is_named}
    for reading in tour.of(CALL):
        if reading.fault is None and reading.is_stream and reading.notifications:
            severity = ERROR if tool_of(reading) in named else WARNING
            yield from _judge(reading, severity)


def _judge(reading: Reading, severity: str) -> Iterator[Finding]:
    exchange = reading.exchange
    count = len(reading.messages)
    detail = (
        f"{tool_of(reading)}: head after {exchange.head_s:.2f} s, {count} messages between "
        f"{reading.messages[0].at_s:.2f} and {reading.messages[-1].at_s:.2f} s"
    )
    if "content-length" in exchange.headers:
        if exchange.head_s > _SILENCE_S:
            severity = ERROR
        told = f"{detail}, in a body whose length was known"
        yield make_finding("streaming-off", told, severity)
        return
    first_s, last_s = reading.messages[0].at_s, reading.messages[-1].at_s
    if len(reading.notifications) < _REPORTS or not _is_burst(first_s, last_s):
        return
    if first_s - exchange.head_s > _SILENCE_S:
        yield make_finding("events-held-back", detail, severity)
    elif exchange.head_s > _SILENCE_S and _is_burst(exchange.head_s, last_s):
        yield make_finding("streaming-off", detail, severity)


def _is_burst(first_s: float, last_s: float) -> bool:
    return last_s - first_s < max(_BURST_S, _BURST_SHARE * first_s)
