"""Run the official conformance suites against our fixtures, each call in another environment.

Five runs in two eras, judged by the checks that were written down, not by what was printed,
and by the server's log, which holds nothing but the calls that were served. With `--image` each
environment is a container of the image that `make image` made. Shows what failed and a table;
ends with status 1 if a run came to less than it must. All that was found, and the log, stays in
build/conformance.
"""

import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from container import cleared, sandbox
from foreign import PROGRAMS

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))

from tests.emulating import BOOTSTRAP, emulator, memory_in  # noqa: E402 (found above)

FOUND: Final = ROOT / "build/conformance"

_FIXTURES: Final = "tests.conformance.server:server"

_ENVIRONMENTS: Final = 6
"""More than the scenarios hold streams open at a time."""

_LISTEN_S: Final = "3"
"""How long a stream is held open on which nothing is said: clients leave without a word, and
until its end a stream keeps an environment from all others."""

_PATIENCE_S: Final = 300
"""A healthy run takes seconds, and the newer suite gives a scenario half a minute."""

_PROGRESS: Final = "=== Running scenario: "

_FOLDER: Final = re.compile(r"(?:server-)?(.+)-\d{4}-\d\d-\d\dT[\d-]+Z")
"""What a scenario writes to: its name and the time."""


_SERVED: Final = re.compile(r"[A-Z]+ +\S+ [1-4]\d\d env .* \d+ B|REPORT (?!.*\tStatus: ).*")
"""What the log says of a call that went well. All else is trouble: fixtures write nothing."""

_LINES_SHOWN: Final = 3
"""Of each trouble; the log has the rest."""


class Run(NamedTuple):
    """One run of a suite, and what it has to come to at least."""

    name: str
    suite: str
    arguments: tuple[str, ...]
    scenarios: int
    checks: int
    required: str = ""
    """The revision whose required scenarios alone are judged; empty means all that ran."""


RUNS: Final = (
    Run("2025-11-25", "suite", ("--suite", "all", "--spec-version", "2025-11-25"), 33, 84),
    Run("2026-07-28", "suite", ("--suite", "all", "--spec-version", "2026-07-28"), 40, 152),
    Run("required of 2025-11-25", "suite", (), 30, 70, required="2025-11-25"),
    Run("required of 2026-07-28", "suite", (), 37, 121, required="2026-07-28"),
    Run("0.1.16", "older-suite", ("--suite", "all"), 32, 47),
)


class Scenario(NamedTuple):
    """What one scenario wrote down."""

    name: str
    checks: list[dict[str, Any]]

    def count(self, status: str) -> int:
        """Count the checks that ended so."""
        return sum(check["status"] == status for check in self.checks)


class Outcome(NamedTuple):
    """What a run came to."""

    run: Run
    scenarios: list[Scenario]
    status: int
    last_line: str
    log: str

    def count(self, status: str) -> int:
        """Count the checks of all scenarios that ended so."""
        return sum(scenario.count(status) for scenario in self.scenarios)

    @property
    def passed(self) -> int:
        """Count the scenarios without a failure."""
        return sum(not scenario.count("FAILURE") for scenario in self.scenarios)

    def faults(self) -> list[str]:
        """Say each thing that is less than it must be."""
        return [*self._failed_checks(), *self._shortfalls(), *self._troubles()]

    def _failed_checks(self) -> Iterator[str]:
        for scenario in self.scenarios:
            for check in scenario.checks:
                if check["status"] in ("FAILURE", "WARNING"):
                    reason = check.get("errorMessage") or json.dumps(check.get("details"))
                    line = " ".join(reason.split())
                    yield f"{scenario.name}: {check['id']} {check['status']}: {line}"

    def _shortfalls(self) -> Iterator[str]:
        if self.passed < self.run.scenarios:
            yield f"{self.passed} scenarios passed, {self.run.scenarios} have to"
        if self.count("SUCCESS") < self.run.checks:
            yield f"{self.count('SUCCESS')} checks passed, {self.run.checks} have to"
        if self.status:
            yield f"the suite ended with status {self.status}: {self.last_line}"

    def _troubles(self) -> Iterator[str]:
        lines = self.log.splitlines()
        for is_fine, them in itertools.groupby(
            lines, lambda line: bool(_SERVED.fullmatch(line))
        ):
            if not is_fine:
                yield "\n    ".join(["the server's log says", *them][: 1 + _LINES_SHOWN])


def main(arguments: list[str]) -> int:
    """Run all and print the table; status 1 if anything is less than it must be."""
    if arguments == ["--image"]:
        with cleared():
            return _play_all(is_contained=True)
    return _play_all(is_contained=False)


def _play_all(*, is_contained: bool) -> int:
    shutil.rmtree(FOUND, ignore_errors=True)
    outcomes = []
    for run in RUNS:
        outcome = _play(run, is_contained)
        outcomes.append(outcome)
        _tell(f"{run.name}: {outcome.passed} of {len(outcome.scenarios)} scenarios passed")
        for fault in outcome.faults():
            _tell(f"  ✗ {fault}")
    for row in _table(outcomes):
        _tell(row)
    return 1 if any(outcome.faults() for outcome in outcomes) else 0


def _play(run: Run, is_contained: bool) -> Outcome:
    program = [PROGRAMS["node"].install(), PROGRAMS[run.suite].install(), "server"]
    folder = FOUND / run.name.replace(" ", "-")
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as shared:
        # The fixtures have no manifest, and are not to say so in the log.
        settings = {
            **memory_in(shared),
            "FIRSTBYTE_LISTEN_S": _LISTEN_S,
            "FIRSTBYTE_MANIFEST": "ignore",
        }
        server = _server(shared, settings) if is_contained else (*BOOTSTRAP, _FIXTURES)
        options = {"concurrency": _ENVIRONMENTS, "spread": True}
        with emulator(*server, env=settings, **options) as running:
            status, last_line = _run_suite(run, [*program, "--url", running.url], folder)
            log = running.log()
    (folder / "server.log").write_text(log, encoding="utf-8")
    return Outcome(run, list(_scenarios(run, folder)), status, last_line, log)


def _server(shared: str, settings: Iterable[str]) -> list[str]:
    """Start the fixtures in a container, whose user then writes to `shared`."""
    folder = Path(shared)
    folder.chmod(0o777)
    mounts = {ROOT / "tests": "/mnt/tests"}
    return sandbox(
        _FIXTURES, folder="/mnt", mounts=mounts, writable=[folder], variables=settings
    )


def _run_suite(run: Run, program: list[str | Path], folder: Path) -> tuple[int, str]:
    """Return the suite's exit status and the last thing it said."""
    arguments = ("--requirements", run.required) if run.required else run.arguments
    line = ""
    with subprocess.Popen(  # noqa: S603 (pinned programs, the arguments above)
        [*program, *arguments, "--output-dir", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as suite:
        patience = threading.Timer(_PATIENCE_S, suite.kill)
        patience.start()
        for line in suite.stdout or ():
            if line.startswith(_PROGRESS):
                _show(f"{run.name}: {line.removeprefix(_PROGRESS).strip().rstrip(' =')}")
        patience.cancel()
    _show("")
    return suite.returncode, line.strip()


def _scenarios(run: Run, folder: Path) -> Iterator[Scenario]:
    """Read what was written down, of the scenarios to be judged."""
    required = set(_required(run.required)) if run.required else None
    for path in sorted(folder.glob("*/checks.json")):
        match = _FOLDER.fullmatch(path.parent.name)
        if match and (required is None or match[1] in required):
            yield Scenario(match[1], json.loads(path.read_bytes()))


def _required(revision: str) -> list[str]:
    """Name the scenarios that the suite holds a server of a revision to."""
    package = PROGRAMS["suite"].install().parents[1]
    lists = yaml.safe_load((package / "requirements" / f"{revision}.yaml").read_bytes())
    names: list[str] = lists["server"]
    return names


def _table(outcomes: list[Outcome]) -> Iterator[str]:
    yield ""
    yield "run                     scenarios  required  checks  required  failed  warnings"
    for outcome in outcomes:
        run = outcome.run
        scenarios = f"{outcome.passed} of {len(outcome.scenarios)}"
        yield (
            f"{run.name:22}  {scenarios:>9}  {run.scenarios:8}  {outcome.count('SUCCESS'):6}  "
            f"{run.checks:8}  {outcome.count('FAILURE'):6}  {outcome.count('WARNING'):8}"
            f"  {'not enough' if outcome.faults() else 'ok'}"
        )


def _show(progress: str) -> None:
    """Say what is going on, until the next thing is said."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K{progress}")
        sys.stdout.flush()


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (a person reads it)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
