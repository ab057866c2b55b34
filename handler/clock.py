"""Tell the time: the one place of the edge that reads a clock. Satisfies `memory.Clock`."""

from time import monotonic, sleep, time


def epoch_ms() -> int:
    """Milliseconds since 1970, as the platform's deadlines count."""
    return int(time() * 1000)


def epoch_s() -> float:
    """Seconds since 1970."""
    return time()


def monotonic_s() -> float:
    """Seconds of a clock that only moves forward."""
    return monotonic()


def pause(seconds: float) -> None:
    """Let time pass; a signal's handler may end it by raising."""
    sleep(seconds)
