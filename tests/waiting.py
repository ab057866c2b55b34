"""Wait for what comes in its own time, but not for ever."""

import time

BOUND_S = 30
"""No wait of a test takes longer; a healthy one takes milliseconds."""


def wait_until(condition, what):
    """Return `condition()` as soon as it is true; `what` says so in words."""
    end_s = time.monotonic() + BOUND_S
    while not (outcome := condition()):
        assert time.monotonic() < end_s, f"waited {BOUND_S} s in vain until {what}"
        time.sleep(0.005)
    return outcome
