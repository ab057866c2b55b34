"""handler/clock.py: the units its callers count in."""

from firstbyte.handler.clock import epoch_ms, monotonic_s

YEAR_2026_MS, YEAR_2100_MS = 1_767_225_600_000, 4_102_444_800_000


def test_epoch_time_is_whole_milliseconds():
    read = epoch_ms()
    assert type(read) is int
    assert YEAR_2026_MS < read < YEAR_2100_MS


def test_monotonic_time_is_seconds_of_the_same_clock_for_everybody():
    from time import CLOCK_MONOTONIC, clock_gettime

    before = clock_gettime(CLOCK_MONOTONIC)
    assert before <= monotonic_s() <= clock_gettime(CLOCK_MONOTONIC)
