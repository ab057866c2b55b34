"""handler/clock.py: wall time in milliseconds since 1970, and a time that never goes back."""

from datetime import UTC, datetime

from firstbyte.handler.clock import epoch_ms, monotonic_s


def test_epoch_milliseconds_count_as_everybody_elses():
    before = int(datetime.now(UTC).timestamp() * 1000)
    read = epoch_ms()
    assert before <= read <= int(datetime.now(UTC).timestamp() * 1000) + 1


def test_monotonic_seconds_do_not_go_back():
    readings = [monotonic_s() for _ in range(1000)]
    assert readings == sorted(readings)
