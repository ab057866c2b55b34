"""Run one measurement of one candidate, and keep whose fault it is when it fails."""

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from subprocess import SubprocessError

from benchmarks.candidate import Candidate, Unavailable
from benchmarks.environment import Asked, Environment, Failed
from benchmarks.recording import Path, Recording
from benchmarks.share import Share
from benchmarks.verdict import Wrong, judge


@dataclass(frozen=True, slots=True)
class Meter:
    """What all measurements share."""

    recording: Recording
    settings: Mapping[str, str]
    """What every environment finds among its variables."""

    def start(self, candidate: Candidate, share: Share | None) -> Environment:
        """Make ready an environment; its context starts it."""
        return Environment(candidate, self.settings, share)

    def ask(self, environment: Environment, candidate: Candidate, question: str) -> Asked:
        """Put a question and judge its answer.

        Raises:
            Failed, Wrong: the candidate's fault.
        """
        asked = environment.ask(candidate.questions[question])
        judge(candidate, question, asked.answer)
        return asked

    def attempt(
        self,
        candidate: Candidate,
        question: str,
        number: int,
        paths: Sequence[Path],
        measure: Callable[[], None],
    ) -> None:
        """Measure, unless the candidate failed at one of `paths` before."""
        if any(map(self.recording.is_struck, paths)):
            return
        # A collection of ours would be within their time.
        gc.collect()
        gc.disable()
        try:
            measure()
        except (Failed, Wrong) as error:
            self.recording.blame_candidate(paths, candidate.key, question, number, str(error))
        # Whatever else goes wrong is ours, and costs us one figure.
        except (OSError, ValueError, AssertionError, SubprocessError, Unavailable) as error:
            text = f"{type(error).__name__}: {error}"
            self.recording.blame_meter(candidate.key, question, number, text)
        finally:
            gc.enable()
