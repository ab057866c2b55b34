"""Make rivals written in Python: packages by hashes, a server of `python/`, both compiled."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from benchmarks.cache import cached, python_packages
from benchmarks.candidate import Candidate, Unavailable
from benchmarks.command import run
from benchmarks.events import LEGACY, legacy_questions, modern_questions
from benchmarks.interpreter import describe_python
from benchmarks.rivals.adapter import put_before

_SOURCES: Final = Path(__file__).with_name("python")
_TOOLS: Final = _SOURCES / "three_tools.py"
_AWS_LOOP: Final = ("-m", "awslambdaric", "app.handler")


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonRival:
    """A server in a folder of `python/`, and the packages it needs."""

    key: str
    title: str
    folder: str
    arguments: Sequence[str] = _AWS_LOOP
    """Of the interpreter."""
    adapted: bool = False
    """It is uvicorn, and the Lambda Web Adapter stands before it."""
    environment: Mapping[str, str] = field(default_factory=dict)
    shown: Sequence[str]
    """The packages whose versions matter."""
    questions: Mapping[str, bytes]
    revision: str = LEGACY
    note: str = ""

    def make(self, python: Path) -> Candidate:
        """Install the packages and lay out the server.

        Raises:
            Unavailable: pip fails, or a package is not for this Python.
        """
        description = describe_python(python)
        if description is None:
            raise Unavailable(f"{python} does not run here")
        version = description["version"]
        packages = self._install(python, version)
        folder = self._lay_out(python, version)
        candidate = Candidate(
            key=self.key,
            title=self.title,
            family="python",
            versions={"python": version, **self._versions(packages, version)},
            command=[str(python), *self.arguments],
            environment={"PYTHONPATH": str(packages), **self.environment},
            folder=folder,
            installed=[packages, folder],
            questions=self.questions,
            revision=self.revision,
            note=self.note,
        )
        if not self.adapted:
            return candidate
        candidate = put_before(candidate)
        port = candidate.environment["AWS_LWA_PORT"]
        return replace(candidate, environment={**candidate.environment, "UVICORN_PORT": port})

    def _install(self, python: Path, version: str) -> Path:
        pins = (_SOURCES / self.folder / "requirements.txt").read_text()
        return python_packages(python, version, self.folder, pins)

    def _versions(self, packages: Path, version: str) -> dict[str, str]:
        found = {item.name: item.version for item in distributions(path=[str(packages)])}
        for name in self.shown:
            # A marker in the requirements leaves it out.
            if name not in found:
                raise Unavailable(f"{name} is not for Python {version}")
        return {name: found[name] for name in self.shown}

    def _lay_out(self, python: Path, version: str) -> Path:
        sources = [_TOOLS, *sorted((_SOURCES / self.folder).glob("*.py"))]

        def build(folder: Path) -> None:
            for source in sources:
                shutil.copy(source, folder)
            flags = ["-q", "--invalidation-mode", "unchecked-hash"]
            run(python, "-m", "compileall", *flags, folder)

        definition = "".join([version, *(source.read_text() for source in sources)])
        return cached(f"{self.folder}-server", definition, build)


_LEGACY: Final = legacy_questions()
_BOTH: Final = modern_questions() | {"initialize": _LEGACY["initialize"]}


def _without_events(questions: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: event for name, event in questions.items() if name != "events"}


_UVICORN: Final = (
    *("-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--no-access-log"),
    *("--log-level", "warning", "--loop", "uvloop", "--http", "httptools"),
)
_SERVER: Final = ("uvicorn", "uvloop", "httptools")
_NO_PROGRESS: Final = "drops progress reports in this form"


def _behind_adapter(name: str, folder: str, note: str = "") -> tuple[PythonRival, ...]:
    """Both forms of answers of one SDK."""
    json_form = PythonRival(
        key=f"adapter-{folder}-json",
        title=f"Lambda Web Adapter + {name}, JSON",
        folder=folder,
        arguments=_UVICORN,
        adapted=True,
        environment={"BENCHMARK_ANSWERS": "json"},
        shown=(folder, *_SERVER),
        questions=_without_events(_BOTH),
        note="; ".join(filter(None, [note, _NO_PROGRESS])),
    )
    sse_form = PythonRival(
        key=f"adapter-{folder}-sse",
        title=f"Lambda Web Adapter + {name}, SSE",
        folder=folder,
        arguments=_UVICORN,
        adapted=True,
        environment={"BENCHMARK_ANSWERS": "sse"},
        shown=(folder, *_SERVER),
        questions=_BOTH,
        note=note,
    )
    return json_form, sse_form


PYTHON_RIVALS: Final = (
    *_behind_adapter("mcp (official SDK)", "mcp"),
    *_behind_adapter(
        "FastMCP", "fastmcp", "FastMCP 4.1.6 is newer and wants a certifi not yet released"
    ),
    PythonRival(
        key="mcp-mangum",
        title="mcp (official SDK) + Mangum",
        folder="mangum",
        shown=("mcp", "mangum", "awslambdaric"),
        questions=_without_events(_BOTH),
        note="buffers its answers",
    ),
    PythonRival(
        key="awslabs",
        title="awslabs-mcp-lambda-handler",
        folder="awslabs",
        shown=("awslabs.mcp-lambda-handler", "awslambdaric"),
        questions=_without_events(_LEGACY),
        revision="2024-11-05",
        note="answers in the form of 2024-11-05; buffers; has no progress reports",
    ),
    PythonRival(
        key="modmex",
        title="modmex-lambda",
        folder="modmex",
        shown=("modmex-lambda", "awslambdaric"),
        questions=_without_events(modern_questions()),
        note="2026-07-28 only; buffers without the adapter",
    ),
    PythonRival(
        key="hayate-worker",
        title="hayate, mount for Workers",
        folder="hayate",
        arguments=("worker.py",),
        shown=("hayate", "hayate-mcp"),
        questions=_without_events(_BOTH),
        note="tools only, without progress reports; its package brings the SDK, unused here",
    ),
    PythonRival(
        key="hayate-mcp",
        title="hayate + mcp (official SDK)",
        folder="hayate",
        arguments=("over_sdk.py",),
        shown=("hayate", "hayate-mcp", "mcp"),
        questions=_BOTH,
        note="progress reports leave with the result",
    ),
)
"""Everything on PyPI that was found to answer on Lambda."""
