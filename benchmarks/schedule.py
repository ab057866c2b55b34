"""Do many jobs one after the other, and know at each moment how long the rest will take."""

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Job(NamedTuple):
    """Something to measure once."""

    kind: tuple[str, ...]
    """Jobs of one kind take alike."""
    label: str
    rough_s: float
    """How long it may take; a guess, until one of its kind was done."""
    run: Callable[[], None]


class Schedule:
    """A list of jobs and what is known of their durations."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = list(jobs)
        self._done = 0
        self._took_s: dict[tuple[str, ...], float] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def left_s(self) -> float:
        """The time that the rest will take, if jobs of a kind take alike."""
        seen = [(job.rough_s, self._took_s[job.kind]) for job in self._jobs[: self._done]]
        guessed, took = sum(guess for guess, _ in seen), sum(took for _, took in seen)
        # Guesses are scaled by how well they fared so far.
        scale = took / guessed if guessed and took else 1
        return sum(
            self._took_s.get(job.kind, scale * job.rough_s) for job in self._jobs[self._done :]
        )

    @property
    def left_out(self) -> list[str]:
        """Say what time did not suffice for."""
        count = len(self._jobs) - self._done
        return [f"the last {count} of {len(self._jobs)} measurements, for want of time"] * (
            count > 0
        )

    def run(self, before: Callable[[int, Job], None], end_s: float | None) -> None:
        """Do all of them; `before` is told of each, and how many are done.

        The last ones are left out if they would not be done by `end_s`, of the monotonic clock.
        """
        for number, job in enumerate(self._jobs):
            began_s = time.monotonic()
            if end_s is not None and began_s > end_s:
                return
            before(number, job)
            job.run()
            # The last one counts: the first of a kind compiles and fills the file cache.
            self._took_s[job.kind] = time.monotonic() - began_s
            self._done = number + 1
