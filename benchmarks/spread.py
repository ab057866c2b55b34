"""Reduce repeated timings to what a table shows: a median and how far they lie apart."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """A median between its quartiles, in the unit of what was measured."""

    low: float
    median: float
    high: float

    def scaled(self, factor: float) -> "Spread":
        """Give the same in another unit, or as a ratio."""
        return Spread(self.low * factor, self.median * factor, self.high * factor)


def spread_of(sample: Sequence[float]) -> Spread:
    """Give the median and the quartiles of a sample that is not empty."""
    return Spread(quantile(sample, 0.25), quantile(sample, 0.5), quantile(sample, 0.75))


def quantile(sample: Sequence[float], share: float) -> float:
    """Give the value that `share` of the sample, 0 to 1, does not exceed.

    Between two neighbours it is a straight line (Hyndman and Fan, 1996, type 7; what numpy
    does unasked).

    Raises:
        ValueError: the sample is empty, or the share not within 0 and 1.
    """
    if not sample or not 0 <= share <= 1:
        raise ValueError(f"no quantile {share} of {len(sample)} values")
    ordered = sorted(sample)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    weight = position - below
    return ordered[below] * (1 - weight) + ordered[above] * weight
