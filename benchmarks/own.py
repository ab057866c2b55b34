"""Make our own rows: the empty function on stock awslambdaric, and firstbyte's servers."""

import re
import shutil
from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from benchmarks.cache import python_packages
from benchmarks.candidate import Candidate
from benchmarks.command import run
from benchmarks.events import legacy_questions, modern_questions
from benchmarks.verdict import further_names

STOCK: Final = "stock"
OURS: Final = "firstbyte"
UNLISTED: Final = "firstbyte-no-manifest"
MANY_TOOLS: Final = "firstbyte-200-tools"

_ROOT: Final = Path(__file__).resolve().parents[1]
_SERVED: Final = Path(__file__).with_name("served")
CONSTANT: Final = 'def handler(event, context):\n    return {"statusCode": 200, "body": "x"}\n'
BOTO3_TOOL: Final = '''
import boto3
from firstbyte.tools import tool


@tool
def {name}(table_name: str, limit: int = 10) -> str:
    """Count a table's items."""
    return str(boto3.client("dynamodb").scan(TableName=table_name, Limit=limit)["Count"])
'''
_SERVER: Final = """
from firstbyte.tools import Server

server = Server("benchmark", "1.0.0", tools={paths!r})
"""


class Workshop:
    """Lays out deployments below `folder`, for one interpreter, as the Dockerfile does.

    Raises:
        Unavailable: pip or our own build fails; without these rows there is nothing to measure.
    """

    def __init__(self, folder: Path, python: Path, description: dict[str, Any]) -> None:
        self._folder = folder
        self._python = python
        self._version = description["version"]
        pins = (_ROOT / "requirements.txt").read_text()
        self._packages = python_packages(python, self._version, "firstbyte", pins)
        stock = _only(pins, ("awslambdaric", "simplejson", "snapshot-restore-py"))
        self._stock = python_packages(python, self._version, "stock", stock)
        self._task = self._install("task")
        # Without the bundle that `firstbyte manifest` puts into it.
        self._plain_task = self._install("plain-task")

    def stock(self) -> Candidate:
        """Make the empty function: what AWS's own client needs to answer with a constant."""
        folder = self._folder / "constant"
        folder.mkdir()
        (folder / "constant.py").write_text(CONSTANT)
        self._compile(folder)
        return Candidate(
            key=STOCK,
            title="stock awslambdaric, constant handler",
            family="stock",
            versions=self._versions(self._stock, ("awslambdaric",)),
            command=[str(self._python), "-m", "awslambdaric", "constant.handler"],
            environment={"PYTHONPATH": str(self._stock)},
            folder=folder,
            installed=[self._stock, folder],
            questions={"initialize": legacy_questions()["initialize"]},
            constant=b"x",
        )

    def firstbyte(
        self, key: str, title: str, further_tools: int = 0, *, has_manifest: bool = True
    ) -> Candidate:
        """Make our server with the three tools, and as many that import boto3 beside them."""
        folder = self._folder / key
        shutil.copytree(_SERVED, folder, ignore=shutil.ignore_patterns("__pycache__"))
        further = folder / "further"
        further.mkdir()
        paths = [f"{name}:{name}" for name in ("add", "count", "read_item")]
        for name in further_names(further_tools):
            (further / f"{name}.py").write_text(BOTO3_TOOL.format(name=name))
            paths.append(f"further.{name}:{name}")
        (folder / "app.py").write_text(_SERVER.format(paths=paths))
        self._compile(folder)
        task, environment = self._plain_task, {"FIRSTBYTE_MANIFEST": "ignore"}
        if has_manifest:
            task, environment = self._task, {}
            self._write_manifest(folder)
        bootstrap = task / "firstbyte" / "handler" / "bootstrap"
        return Candidate(
            key=key,
            title=title,
            family="firstbyte",
            versions=self._versions(
                self._packages, ("awslambdaric", "boto3", "msgspec", "orjson")
            ),
            command=[str(self._python), "-I", "-S", "-X", "utf8", str(bootstrap), "app:server"],
            environment=environment,
            folder=folder,
            installed=[task, folder],
            questions=modern_questions() | {"initialize": legacy_questions()["initialize"]},
            further_tools=further_tools,
            note="-I leaves its hashes to chance: its instructions repeat to 0.1 %",
        )

    def rows(self) -> list[Candidate]:
        """Make stock and each form of ours; a further form is a further line here."""
        return [
            self.stock(),
            self.firstbyte(OURS, "firstbyte"),
            self.firstbyte(UNLISTED, "firstbyte, no manifest", has_manifest=False),
            self.firstbyte(MANY_TOOLS, "firstbyte, 200 tools that import boto3", 200),
        ]

    def by_tools(self, counts: Sequence[int]) -> dict[str, dict[int, Candidate]]:
        """Make our server with different numbers of tools, by the row's key."""
        return {
            OURS: {
                3 + count: self.firstbyte(f"{OURS}-{3 + count}", "firstbyte", count)
                for count in counts
            }
        }

    def _install(self, name: str) -> Path:
        task = self._folder / name
        for package in ("handler", "transport", "tools"):
            shutil.copytree(
                _ROOT / package,
                task / "firstbyte" / package,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        # By hard links: hundreds of megabytes otherwise.
        shutil.copytree(self._packages, task, dirs_exist_ok=True, copy_function=_link)
        self._compile(task / "firstbyte")
        return task

    def _write_manifest(self, folder: Path) -> None:
        command = ("-m", "firstbyte.handler.command", "manifest", "app:server")
        environment = {"PYTHONPATH": str(self._task), "AWS_DEFAULT_REGION": "eu-west-1"}
        run(self._python, *command, folder=folder, environment=environment)

    def _compile(self, folder: Path) -> None:
        flags = ["-q", "--invalidation-mode", "unchecked-hash"]
        run(self._python, "-m", "compileall", *flags, folder)

    def _versions(self, folder: Path, names: Sequence[str]) -> dict[str, str]:
        found = {item.name: item.version for item in distributions(path=[str(folder)])}
        return {"python": self._version} | {name: found[name] for name in names}


def _only(pins: str, names: Sequence[str]) -> str:
    """Keep the entries of a requirements file that are named so."""
    entries = re.split(r"^(?=[a-z])", pins, flags=re.MULTILINE)
    return "".join(entry for entry in entries if entry.partition("==")[0] in names)


def _link(source: str, target: str) -> None:
    try:
        Path(target).hardlink_to(source)
    # Folders of two file systems.
    except OSError:
        shutil.copy2(source, target)
