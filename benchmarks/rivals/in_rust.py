"""Make rivals written in Rust: each a release build of a package in `rust/`."""

import shutil
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.cache import cached
from benchmarks.candidate import Candidate
from benchmarks.command import run
from benchmarks.events import legacy_questions, modern_questions

_SOURCES: Final = Path(__file__).with_name("rust")
_LOCK: Final = "Cargo.lock"
_BUILD: Final = ("cargo", "install", "--quiet", "--locked")


@dataclass(frozen=True, slots=True, kw_only=True)
class RustRival:
    """A package in `rust/`."""

    key: str
    title: str
    package: str
    shown: Sequence[str]
    """The dependencies whose versions matter."""
    questions: Mapping[str, bytes]
    constant: bytes | None = None

    def make(self, python: Path) -> Candidate:  # noqa: ARG002 (another Rival's needs it)
        """Build it.

        Raises:
            Unavailable: cargo is missing, or fails.
        """
        compiler = run("rustc", "--version").split()[1]

        def build(folder: Path) -> None:
            # Cargo writes beside what it builds.
            with tempfile.TemporaryDirectory() as workshop:
                sources = Path(workshop, "rust")
                shutil.copytree(_SOURCES, sources)
                run("cargo", "generate-lockfile", "--manifest-path", sources / "Cargo.toml")
                run(*_BUILD, "--path", sources / self.package, "--root", folder)
                shutil.copy(sources / _LOCK, folder)

        texts = (path.read_text() for path in sorted((_SOURCES / self.package).rglob("*.*")))
        workspace = (_SOURCES / "Cargo.toml").read_text()
        definition = "".join([compiler, *_BUILD, workspace, *texts])
        built = cached(f"rust-{self.package}", definition, build)
        versions = parse_lock((built / _LOCK).read_text())
        folder = built / "bin"
        program = folder / self.package
        return Candidate(
            key=self.key,
            title=self.title,
            family="rust",
            versions={"rustc": compiler, **{name: versions[name] for name in self.shown}},
            command=[str(program)],
            folder=folder,
            installed=[program],
            questions=self.questions,
            constant=self.constant,
            note="what its crates depend on is of the day it was built",
        )


def parse_lock(text: str) -> dict[str, str]:
    """Read a Cargo.lock: the crates that were built, with their versions."""
    return {crate["name"]: crate["version"] for crate in tomllib.loads(text)["package"]}


_GREETING: Final = {"initialize": legacy_questions()["initialize"]}

RUST_RIVALS: Final = (
    RustRival(
        key="rust-constant",
        title="Rust lambda_runtime, constant streamed answer",
        package="constant",
        shown=("lambda_runtime",),
        questions=_GREETING,
        constant=b"x",
    ),
    RustRival(
        key="rust-rmcp",
        title="Rust rmcp (official SDK), stateless",
        package="stateless",
        shown=("rmcp", "lambda_http"),
        questions=modern_questions() | _GREETING,
    ),
)
"""What the platform allows to a compiled program."""
