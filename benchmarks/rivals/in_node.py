"""Make rivals written for Node: each bundled, with the compile cache its image would carry.

AWS's own runtime for Node stays outside of the bundles, as it does in AWS's images.
"""

import json
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.cache import cached
from benchmarks.candidate import Candidate, Unavailable
from benchmarks.command import run
from benchmarks.dynamodb import CREDENTIALS
from benchmarks.environment import Environment, Failed
from benchmarks.events import legacy_questions, modern_questions
from benchmarks.rivals.adapter import put_before

_ROOT: Final = Path(__file__).resolve().parents[2]
_SOURCES: Final = Path(__file__).with_name("node")
_REQUIRE: Final = (
    "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"
)
_BUNDLING: Final = (
    *("--bundle", "--minify", "--splitting", "--platform=node", "--format=esm"),
    *("--target=node22", "--main-fields=module,main", "--out-extension:.js=.mjs"),
    # What is bundled of CommonJS still requires Node's own modules.
    f"--banner:js={_REQUIRE}",
    "--log-level=error",
)
"""esbuild's. Split, so that what a tool imports late is read late."""
_SETTINGS: Final = {"NODE_ENV": "production"}
"""Otherwise Express caches no views and answers with stack traces."""
_INSTALL: Final = """
import subprocess, sys
from scripts.foreign import PROGRAMS
try:
    print(PROGRAMS[sys.argv[1]].install())
except subprocess.CalledProcessError as error:
    sys.exit(f"{error.cmd[0]} ended with status {error.returncode}")
except FileNotFoundError as error:
    sys.exit(f"{error.filename} is not installed here")
"""
_NOWHERE: Final = "http://127.0.0.1:9"
_FLUSHED_WITHIN_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRival:
    """A module in `node/`."""

    key: str
    title: str
    module: str
    adapted: bool = False
    shown: Mapping[str, str]
    """A name in the table to the package whose version it tells."""
    questions: Mapping[str, bytes]
    constant: bytes | None = None

    def make(self, python: Path) -> Candidate:  # noqa: ARG002 (another Rival's needs it)
        """Install its packages, bundle it, and fill its compile cache.

        Raises:
            Unavailable: Node, npm or what AWS's runtime is compiled with are missing.
        """
        node = _install_node()
        packages = _install_packages()
        folder = self._bundle(packages)
        versions = {"node": run(node, "--version").strip().removeprefix("v")}
        versions |= {name: _version(packages, item) for name, item in self.shown.items()}
        candidate = Candidate(
            key=self.key,
            title=self.title,
            family="node",
            versions=versions,
            command=[str(node), f"{self.module}.mjs"],
            environment=_SETTINGS,
            folder=folder,
            installed=[folder],
            questions=self.questions,
            constant=self.constant,
            note="bundled, compile cache filled",
        )
        place = put_before if self.adapted else _put_on_runtime
        return _with_compile_cache(place(candidate))

    def _bundle(self, packages: Path) -> Path:
        modules = sorted(_SOURCES.glob("*.mjs"))
        texts = [path.read_text() for path in (*modules, _SOURCES / "package-lock.json")]

        def build(folder: Path) -> None:
            bundler = packages / "node_modules" / ".bin" / "esbuild"
            entry = _SOURCES / f"{self.module}.mjs"
            run(
                *(bundler, entry, f"--outdir={folder}", *_BUNDLING),
                environment={"NODE_PATH": str(packages / "node_modules")},
            )

        return cached(f"node-{self.module}", "".join([*_BUNDLING, *texts]), build)


def _put_on_runtime(candidate: Candidate) -> Candidate:
    """Let AWS's own runtime call the handler of the candidate's module."""
    runtime = _install_runtime()
    node, module = candidate.command
    version = _version(runtime.parents[1], "aws-lambda-ric")
    return replace(
        candidate,
        versions={**candidate.versions, "aws-lambda-ric": version},
        command=[node, str(runtime / "index.mjs")],
        environment={
            **candidate.environment,
            "_HANDLER": f"{module.removesuffix('.mjs')}.handler",
        },
        installed=[
            *candidate.installed,
            runtime / "index.mjs",
            runtime / "rapid-client.node",
        ],
    )


def _with_compile_cache(candidate: Candidate) -> Candidate:
    """Let it answer everything once, and keep what Node compiled meanwhile.

    In a folder of its own: Node knows what it compiled by its path, so the server must lie
    where it stays.
    """
    flusher = _SOURCES / "flush.mjs"

    def build(folder: Path) -> None:
        warming = replace(
            candidate,
            environment={
                **candidate.environment,
                "NODE_COMPILE_CACHE": str(folder),
                "NODE_OPTIONS": f"--import {flusher.as_uri()}",
            },
        )
        # The tool that asks AWS is to be loaded; that nobody answers it does not matter.
        settings = {**CREDENTIALS, "AWS_ENDPOINT_URL_DYNAMODB": _NOWHERE}
        try:
            with Environment(warming, settings) as environment:
                for event in candidate.questions.values():
                    environment.ask(event)
                time.sleep(_FLUSHED_WITHIN_S)
        except Failed as error:
            raise Unavailable(f"it does not run here: {error}") from error

    definition = "\n".join(
        [*candidate.command[:2], str(candidate.folder), flusher.read_text(), str(_SETTINGS)]
    )
    kept = cached(f"{candidate.folder.name}-compiled", definition, build)
    return replace(
        candidate,
        environment={**candidate.environment, "NODE_COMPILE_CACHE": str(kept)},
        installed=[*candidate.installed, kept],
    )


def _install_node() -> Path:
    return _install_foreign("node", "Node 22")


def _install_foreign(name: str, title: str) -> Path:
    try:
        # In a process of its own: what npm says is to be told, not shown.
        told = run(sys.executable, "-c", _INSTALL, name, folder=_ROOT)
    except Unavailable as error:
        raise Unavailable(f"{title} could not be installed by npm: {error}") from error
    return Path(told.strip())


def _install_packages() -> Path:
    """Return the folder with all packages, of which bundles are made."""
    lists = [_SOURCES / "package.json", _SOURCES / "package-lock.json"]

    def build(folder: Path) -> None:
        for path in lists:
            shutil.copy(path, folder)
        quietly = ["--no-fund", "--no-audit", "--loglevel=error"]
        run("npm", "ci", "--prefix", folder, *quietly)

    return cached("node-packages", "".join(path.read_text() for path in lists), build)


def _install_runtime() -> Path:
    """Return the folder of AWS's runtime; the first call compiles its native part."""
    return _install_foreign("node-ric", "AWS's runtime for Node").parent


def _version(folder: Path, package: str) -> str:
    told = json.loads((folder / "node_modules" / package / "package.json").read_text())
    return str(told["version"])


_GREETING: Final = {"initialize": legacy_questions()["initialize"]}
_SDK_V1: Final = {"typescript-sdk": "@modelcontextprotocol/sdk"}

NODE_RIVALS: Final = (
    NodeRival(
        key="node-constant",
        title="Node aws-lambda-ric, constant streamed answer",
        module="constant",
        shown={},
        questions=_GREETING,
        constant=b"1",
    ),
    NodeRival(
        key="typescript-v2",
        title="TypeScript SDK v2 on streamifyResponse",
        module="sdk_v2",
        shown={"typescript-sdk": "@modelcontextprotocol/server"},
        questions=modern_questions() | _GREETING,
    ),
    NodeRival(
        key="typescript-v1",
        title="TypeScript SDK v1 on streamifyResponse",
        module="sdk_v1",
        shown=_SDK_V1,
        questions=legacy_questions(),
    ),
    NodeRival(
        key="adapter-typescript-v1",
        title="Lambda Web Adapter + TypeScript SDK v1 on Express",
        module="sdk_v1_express",
        adapted=True,
        shown={**_SDK_V1, "express": "express"},
        questions=legacy_questions(),
    ),
)
"""The official SDK in both its lines, and the floor under it."""
