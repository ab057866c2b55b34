"""benchmarks/spread.py: quantiles as numpy has them, and what follows from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.spread import Spread, quantile, spread_of

samples = st.lists(st.floats(0, 1e6), min_size=1, max_size=50)
shares = st.floats(0, 1)


@given(samples, shares)
def test_a_quantile_is_numpys(sample, share):
    assert quantile(sample, share) == pytest.approx(np.quantile(sample, share), abs=1e-9)


@given(samples)
def test_the_ends_are_the_least_and_the_largest(sample):
    assert (quantile(sample, 0), quantile(sample, 1)) == (min(sample), max(sample))


@given(samples, st.randoms())
def test_the_order_of_measurements_does_not_matter(sample, dice):
    shuffled = list(sample)
    dice.shuffle(shuffled)
    assert spread_of(shuffled) == spread_of(sample)


@given(samples, shares)
def test_a_larger_share_is_no_smaller_value(sample, share):
    tolerance = 1e-9 * max(sample)
    assert quantile(sample, share / 2) <= quantile(sample, share) + tolerance


def test_one_measurement_is_its_own_spread():
    assert spread_of([0.25]) == Spread(0.25, 0.25, 0.25)


def test_a_spread_scales_as_a_whole():
    assert Spread(1.0, 2.0, 4.0).scaled(0.5) == Spread(0.5, 1.0, 2.0)


@pytest.mark.parametrize(("sample", "share"), [([], 0.5), ([1.0], -0.1), ([1.0], 1.1)])
def test_there_is_no_quantile_of_nothing_or_beyond_the_ends(sample, share):
    with pytest.raises(ValueError, match="no quantile"):
        quantile(sample, share)
