"""emulator/bandwidth.py: six MiB at once, then two a second, in steps."""

from hypothesis import given
from hypothesis import strategies as st

from firstbyte.emulator.bandwidth import BURST_BYTES, STEP_BYTES, STEP_S, TokenBucket


def test_the_burst_waits_for_nothing():
    bucket = TokenBucket(100.0)
    assert [bucket.take(BURST_BYTES // 2, 100.0) for _ in range(2)] == [0.0, 0.0]


def test_after_the_burst_each_step_waits_for_its_turn():
    bucket = TokenBucket(0.0)
    bucket.take(BURST_BYTES, 0.0)
    assert bucket.take(1, 0.0) == STEP_S
    assert bucket.take(STEP_BYTES, 0.0) == 2 * STEP_S
    assert bucket.take(1, STEP_S) == STEP_S


def test_what_is_not_used_is_saved_up_to_the_burst():
    bucket = TokenBucket(0.0)
    bucket.take(BURST_BYTES, 0.0)
    assert bucket.take(BURST_BYTES, 1000.0) == 0.0
    assert bucket.take(1, 1000.0) == STEP_S


@given(st.lists(st.tuples(st.integers(0, 2_000_000), st.floats(0, 1)), max_size=50))
def test_no_more_leaves_than_the_burst_and_the_rate(amounts):
    bucket = TokenBucket(0.0)
    now_s = total = 0
    for octets, pause_s in amounts:
        now_s += pause_s
        now_s += bucket.take(octets, now_s)
        total += octets
        assert total <= BURST_BYTES + (now_s + 1e-6) / STEP_S * STEP_BYTES
