"""Draw when the parts of an answer came, as one line of text.

····▸····●·········●·········●■  340 ms

The whole line is the time from question to end.
"""

from typing import Final

from firstbyte.probe.reading import Reading

WAITING: Final = "·"
HEAD: Final = "▸"
EVENT: Final = "●"
END: Final = "■"
LEGEND: Final = f"{HEAD} head   {EVENT} event   {END} end"


def draw(reading: Reading, width: int) -> str:
    """Return `width` signs from question to end; an event hides what falls on its sign."""
    exchange = reading.exchange
    line = [WAITING] * width
    line[-1] = END
    line[_place(exchange.head_s, exchange.ended_s, width)] = HEAD
    for message in reading.messages:
        line[_place(message.at_s, exchange.ended_s, width)] = EVENT
    return "".join(line)


def _place(at_s: float, end_s: float, width: int) -> int:
    """Return the column of a time; the last is left to the end itself."""
    # Not divided first: a time may be too small for its ratio to be a number.
    share = at_s / end_s if at_s < end_s else float(end_s > 0)
    return max(0, min(width - 2, int(share * (width - 1))))
