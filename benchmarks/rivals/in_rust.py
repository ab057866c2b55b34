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
from benchmarks.events import legacy_questions, modern_questions
from benchmarks.rivals.command import run

_SOURCES: Final = Path(__file__).with_name("rust")


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
        manifest = tomllib.loads((_SOURCES / self.package / "Cargo.toml").read_text())
        pins = {
            name: manifest["dependencies"][name]["version"].removeprefix("=")
            for name in self.shown
        }

        def build(folder: Path) -> None:
            # Cargo writes beside what it builds.
            with tempfile.TemporaryDirectory() as workshop:
                sources = Path(workshop, "rust")
                shutil.copytree(_SOURCES, sources)
                package = sources / self.package
                run("cargo", "install", "--quiet", "--path", package, "--root", folder)

        texts = (path.read_text() for path in sorted((_SOURCES / self.package).rglob("*.*")))
        workspace = (_SOURCES / "Cargo.toml").read_text()
        definition = "".join([compiler, workspace, *texts])
        folder = cached(f"rust-{self.package}", definition, build) / "bin"
        program = folder / self.package
        return Candidate(
            key=self.key,
            title=self.title,
            family="rust",
            versions={"rustc": compiler, **pins},
            command=[str(program)],
            folder=folder,
            installed=[program],
            questions=self.questions,
            constant=self.constant,
        )


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
