"""Measure firstbyte beside its rivals: `python -m benchmarks [--quick]`, or `make bench`."""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.cache import CACHE
from benchmarks.candidate import Absent, Candidate, Unavailable
from benchmarks.dynamodb import CREDENTIALS, local_dynamodb
from benchmarks.interpreter import describe_python, find_python, isolate
from benchmarks.machine import describe_machine
from benchmarks.meter import Meter
from benchmarks.own import STOCK, Workshop
from benchmarks.plan import FULL, QUICK, Plan, make_jobs
from benchmarks.recording import Recording
from benchmarks.report import REPORT, ROOT, print_table, write_report
from benchmarks.rivals import find_rivals
from benchmarks.schedule import Job, Schedule


def main(arguments: Sequence[str]) -> int:
    """Measure, write the report, print its table."""
    # Both end the environments, and clear what was laid out for the run.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console()
    options = _parse(arguments)
    plan = QUICK if options.quick else FULL
    if options.rounds:
        plan = replace(plan, rounds=options.rounds, small_share_rounds=options.rounds)
    if options.only:
        left_out = ("all candidates that were not named", *plan.left_out[1:])
        plan = replace(plan, keys=(STOCK, *options.only), limit_s=None, left_out=left_out)
    try:
        results = _run(plan, options, console)
    except Unavailable as error:
        # What pip says may look like markup.
        console.print(str(error), style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("stopped; nothing is written")
        return 130
    # What is not the whole does not replace the report that lies in the repository.
    is_whole = not (options.quick or options.only or options.rounds or options.python)
    folder = options.output or (REPORT if is_whole else ROOT / "build" / "bench")
    write_report(results, folder)
    print_table(results, console)
    console.print(f"The report is in {folder}")
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the main rivals, in two minutes")
    parser.add_argument("--rounds", type=int, help="cold starts of each that count")
    parser.add_argument("--python", help="the interpreter that runs the candidates")
    parser.add_argument("--only", nargs="+", metavar="KEY", help="these, beside stock")
    parser.add_argument("--seed", type=int, default=1, help="of the orders (1)")
    parser.add_argument("--output", type=Path, help="the report's folder")
    return parser.parse_args(arguments)


def _run(plan: Plan, options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Make the candidates ready, measure them, and return the raw results."""
    found_python = find_python(options.python)
    python = isolate(found_python)
    description = describe_python(python)
    if description is None:
        raise Unavailable(f"{python} does not run; remove its folder and it is made anew")
    console.print(f"Candidates run on Python {description['version']}, {found_python}")
    when, machine = datetime.now(UTC).isoformat(timespec="seconds"), describe_machine()
    CACHE.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=CACHE, prefix=".run-"))
        workshop = Workshop(Path(folder), python, description)
        found = [*workshop.rows(), *find_rivals(python, console.print, plan.keys or None)]
        rows = [row for row in found if not plan.keys or row.key in plan.keys]
        if unknown := set(options.only or ()) - {row.key for row in rows}:
            raise Unavailable(f"no candidate is named {', '.join(sorted(unknown))}")
        candidates = [row for row in rows if isinstance(row, Candidate)]
        forms = workshop.by_tools(plan.further_tools)
        address = stack.enter_context(local_dynamodb())
        recording = Recording()
        settings = {**CREDENTIALS, "AWS_ENDPOINT_URL_DYNAMODB": address}
        jobs, impossible = make_jobs(
            plan,
            Meter(recording, settings),
            candidates,
            forms,
            python,
            random.Random(options.seed),
            stack,
        )
        schedule = Schedule(jobs)
        # Before the run's own folder is gone.
        described = list(map(_describe, rows))
        # What has to be installed first takes what it takes.
        began_s = time.monotonic()
        with _shown(schedule, console) as before:
            schedule.run(before, plan.limit_s and began_s + plan.limit_s)
    return {
        "when": when,
        "machine": machine,
        "pythons": {found_python.name: description},
        "options": {
            "quick": options.quick,
            "rounds": plan.rounds,
            "small_share_rounds": plan.small_share_rounds,
            "seed": options.seed,
            "only": options.only or [],
            "took_s": round(time.monotonic() - began_s),
            "left_out": [*plan.left_out, *impossible, *schedule.left_out],
        },
        "candidates": described,
        **recording.members(),
    }


@contextmanager
def _shown(schedule: Schedule, console: Console) -> Iterator[Callable[[int, Job], None]]:
    """Show what is being done and how long the rest will take."""
    # Drawn between jobs only: a thread of ours would share the processor with candidates.
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        console=console,
        auto_refresh=False,
        disable=not console.is_terminal,
    )
    labels = [""]

    def before(number: int, job: Job) -> None:
        left = f"{_duration(schedule.left_s)} left"
        progress.update(task, completed=number, description=job.label, left=left)
        progress.refresh()
        if job.label != labels[-1]:
            labels.append(job.label)
            if not console.is_terminal:
                console.print(f"{job.label}: {left}")

    with progress:
        task = progress.add_task("", total=len(schedule), left="")
        yield before


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds:.0f} s"


def _describe(row: Candidate | Absent) -> dict[str, Any]:
    if isinstance(row, Absent):
        return {"key": row.key, "title": row.title, "reason": row.reason}
    return {
        "key": row.key,
        "title": row.title,
        "family": row.family,
        "versions": dict(row.versions),
        "note": row.note,
        "installed_bytes": row.installed_bytes,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
