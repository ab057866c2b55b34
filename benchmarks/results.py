"""Read the raw results of a run as values, and answer what tables, plots and budgets ask.

The raw results are one JSON document; seconds and bytes throughout. A run that measured less
(`--quick`, `--only`) has fewer members, and whatever needs them has nothing to say.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from benchmarks.own import STOCK
from benchmarks.share import size_of
from benchmarks.spread import Spread, quantile, spread_of

ADAPTER: Final = "adapter-mcp-json"
"""The Lambda Web Adapter with the official Python SDK."""

Seconds = Sequence[float]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate as it was measured, or why it was not."""

    key: str
    title: str
    family: str = ""
    versions: Mapping[str, str] = {}
    note: str = ""
    installed_bytes: int | None = None
    reason: str | None = None


class Files(msgspec.Struct, frozen=True):
    """What a process opened until its first answer, and read with a cold file cache."""

    opened: int | None = None
    cold_bytes_read: int | None = None


class Memory(msgspec.Struct, frozen=True):
    """Peak memory of all processes of an environment, in bytes."""

    after_1: int | None = None
    after_1000: int | None = None


class Fault(msgspec.Struct, frozen=True):
    """Something that did not count, and whose fault that was."""

    key: str
    whose: str
    text: str
    question: str = ""
    round: int | None = None


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """One run."""

    when: str
    machine: Mapping[str, Any] = {}
    pythons: Mapping[str, Mapping[str, Any]] = {}
    options: Mapping[str, Any] = {}
    candidates: Sequence[Row] = ()
    cold: Mapping[str, Mapping[str, Mapping[str, Seconds]]] = {}
    """CPU share, question, key: process start to the last byte of the answer."""
    cold_first_byte: Mapping[str, Mapping[str, Mapping[str, Seconds]]] = {}
    """The same to the answer's first byte."""
    cold_by_tools: Mapping[str, Mapping[str, Seconds]] = {}
    """Key, number of tools: process start to the last byte of tools/list."""
    warm: Mapping[str, Mapping[str, Seconds]] = {}
    meter: Mapping[str, float] = {}
    """The processor time that the meter takes in a warm call, in seconds; the median."""
    first_byte: Mapping[str, Seconds] = {}
    event_delay: Mapping[str, Seconds] = {}
    throughput: Mapping[str, float] = {}
    memory: Mapping[str, Memory] = {}
    files: Mapping[str, Files] = {}
    instructions: Mapping[str, int] = {}
    """Until the first answer, as callgrind counts them."""
    faults: Sequence[Fault] = ()

    @property
    def shares(self) -> list[str]:
        """The CPU shares that were measured, the whole processor first."""
        return sorted(self.cold, key=size_of, reverse=True)

    @property
    def present(self) -> list[Row]:
        """The candidates that ran, the soonest first answer first."""
        rows = [row for row in self.candidates if row.reason is None]
        return sorted(rows, key=lambda row: _first_of(self.first_answer(row.key)))

    @property
    def absent(self) -> list[Row]:
        """The candidates that could not run, with their reasons."""
        return [row for row in self.candidates if row.reason is not None]

    def started(self, question: str, key: str, share: str | None = None) -> Seconds:
        """Give cold starts to the end of the answer to `question`; empty if there were none."""
        return self._at(self.cold, share).get(question, {}).get(key, ())

    def ratio(self, question: str, key: str, share: str | None = None) -> Spread | None:
        """Give cold starts as multiples of the empty function's median at that share."""
        return self._ratio(self.started(question, key, share), share)

    def first_byte_ratio(self, question: str, key: str) -> Spread | None:
        """Do the same to the answer's first byte; the divisor is to the last one here too."""
        sample = self._at(self.cold_first_byte).get(question, {}).get(key, ())
        return self._ratio(sample, None)

    def first_question(self, key: str) -> str:
        """Name what a client asks first: initialize, or server/discover where that is all.

        Who fails at initialize was asked it, and another answer does not stand for that one.
        """
        has_failed = any(
            fault.key == key and fault.question == "initialize" for fault in self.faults
        )
        return "initialize" if has_failed or self.started("initialize", key) else "discover"

    def first_answer(self, key: str, share: str | None = None) -> Spread | None:
        """Give the ratio for the question that a client asks first."""
        return self.ratio(self.first_question(key), key, share)

    def warm_quantile(self, key: str, share: float) -> float | None:
        """Give a quantile of warm calls in seconds; of a constant handler, of its answers."""
        asked = self.warm.get(key, {})
        sample = asked.get("call") or asked.get("initialize")
        return quantile(sample, share) if sample else None

    def _at(
        self,
        by_share: Mapping[str, Mapping[str, Mapping[str, Seconds]]],
        share: str | None = None,
    ) -> Mapping[str, Mapping[str, Seconds]]:
        share = share or (self.shares[0] if self.shares else "")
        return by_share.get(share, {})

    def _ratio(self, sample: Seconds, share: str | None) -> Spread | None:
        stock = self.started("initialize", STOCK, share)
        return spread_of(sample).scaled(1 / quantile(stock, 0.5)) if sample and stock else None


def parse_results(raw: Mapping[str, Any]) -> Results:
    """Read the decoded JSON of a run.

    Raises:
        msgspec.ValidationError: a member is not of its type.
    """
    return msgspec.convert(raw, Results, strict=True)


def _first_of(spread: Spread | None) -> float:
    return spread.median if spread else float("inf")
