"""Tell the time: the one place of the edge that reads a clock."""

from time import monotonic, time


def epoch_ms() -> int:
    """Milliseconds since 1970, as the platform's deadlines count."""
    return int(time() * 1000)


def monotonic_s() -> float:
    """Seconds of a clock that only moves forward."""
    return monotonic()
