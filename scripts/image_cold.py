"""Measure cold starts in containers: ours beside AWS's own runtime client in the same base.

Both run as `container.sandbox` says, at the CPU share of 512 MB. The clock starts with a
process that is held back inside its container, so neither docker nor podman counts; it stops
with the last octet of the answer. Ends with status 1 if an answer is wrong.
"""

import gc
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from container import CPU_SHARE, IMAGE, ROOT, cleared, inspect, sandbox
from image import build

sys.path.append(str(ROOT))

from benchmarks.candidate import Candidate
from benchmarks.environment import Environment, Failed
from benchmarks.events import legacy_questions, modern_questions
from benchmarks.own import CONSTANT
from benchmarks.spread import Spread, spread_of
from benchmarks.verdict import Wrong, judge

ROUNDS: Final = 12

_SETTLE_S: Final = 0.1
"""Longer than a period of the quota, some of which entering the container has used up."""

_APP: Final = """
from firstbyte.tools import Server

server = Server("benchmark", "1.0.0", tools=["add:add", "count:count", "read_item:read_item"])
"""
_BASE: Final = "org.opencontainers.image.base.name"

Times = dict[tuple[str, str], list[float]]
"""Seconds of each image's answers to each question."""


def main() -> int:
    """Build both images, measure them in turns and print the table."""
    base = inspect()["Labels"][_BASE]
    with tempfile.TemporaryDirectory() as folder, cleared():
        rows = [_stock(Path(folder, "stock"), base), _ours(Path(folder, "ours"))]
        try:
            times = _measure(rows)
        except (Failed, Wrong) as error:
            _tell(f"✗ {error}")
            return 1
    for line in _table(rows, times, base):
        _tell(line)
    return 0


def _stock(folder: Path, base: str) -> Candidate:
    folder.mkdir()
    (folder / "constant.py").write_text(CONSTANT)
    image = "localhost/firstbyte-stock:latest"
    file = ROOT / "tests/image/stock.Dockerfile"
    build(folder, image, base, f"--file={file}", "--quiet", f"--build-arg=OURS={IMAGE}")
    questions = {"initialize": legacy_questions()["initialize"]}
    return _candidate("stock", image, folder, questions, b"x")


def _ours(folder: Path) -> Candidate:
    for recipe in ("benchmarks/served", "deploy/server"):
        shutil.copytree(ROOT / recipe, folder, dirs_exist_ok=True)
    (folder / "app.py").write_text(_APP)
    (folder / "requirements.txt").touch()
    image = "localhost/firstbyte-served:latest"
    build(folder, image, IMAGE, "--quiet")
    legacy, modern = legacy_questions(), modern_questions()
    questions = {
        "initialize": legacy["initialize"],
        "discover": modern["discover"],
        "list": modern["list"],
        "call": modern["call"],
    }
    return _candidate("firstbyte", image, folder, questions, None)


def _candidate(
    key: str, image: str, folder: Path, questions: dict[str, bytes], constant: bytes | None
) -> Candidate:
    config = inspect(image)["Config"]
    return Candidate(
        key=key,
        title=image,
        family=key,
        versions={},
        command=[*config["Entrypoint"], *config["Cmd"]],
        shell=sandbox(image=image, program="/bin/sh", reads_input=True),
        folder=folder,
        installed=[],
        questions=questions,
        constant=constant,
    )


def _measure(rows: list[Candidate]) -> Times:
    """Start each image once for each question and round, in a new order each round.

    Raises:
        Failed, Wrong: an image does not answer, or not with the truth.
    """
    times: Times = defaultdict(list)
    starts = [(row, question) for row in rows for question in row.questions]
    # A collection of ours would be within their time.
    gc.disable()
    # The first round fills the file cache.
    for number in range(ROUNDS + 1):
        for row, question in random.sample(starts, len(starts)):
            with Environment(row, {}) as environment:
                time.sleep(_SETTLE_S)
                asked = environment.ask(row.questions[question])
            judge(row, question, asked.answer)
            if number:
                times[row.key, question].append(asked.seconds)
    return times


def _table(rows: list[Candidate], times: Times, base: str) -> Iterator[str]:
    stock = spread_of(times[rows[0].key, "initialize"])
    base_mb = inspect(base)["Size"] / 1e6
    yield (
        f"cold start in a container, {ROUNDS} starts each, CPU share {CPU_SHARE}, 512 MB, "
        f"base {base}"
    )
    yield "image      question     ms, median (quartiles)    ratio   MB in all   MB beyond base"
    for row in rows:
        size_mb = inspect(row.title)["Size"] / 1e6
        for question in row.questions:
            spread = spread_of(times[row.key, question])
            ratio = spread.median / stock.median
            yield (
                f"{row.key:9}  {question:10}  {_told(spread):>23}  {ratio:6.2f} ×  "
                f"{size_mb:9.0f}   {size_mb - base_mb:14.0f}"
            )


def _told(spread: Spread) -> str:
    ms = spread.scaled(1000)
    return f"{ms.median:.1f} ({ms.low:.1f}–{ms.high:.1f})"


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (a person reads it)


if __name__ == "__main__":
    sys.exit(main())
