"""The way from a start to the first answer: what it may import, open and compute.

Instructions are counted by callgrind, files by strace, ours and the stock client's in the same
run: a ratio holds on any machine. Each ceiling is what was reached and a tenth. Raising one is
a decision; lower it where it is beaten.
"""

import subprocess
import sys

import pytest

from tests.handler.deployment import FIRST_CALLS, Deployment, adding
from tests.handler.fakes import imported

FOREIGN = {"_json", "_socket", "runtime_client"}
"""What a start imports beyond the bare interpreter's modules and ours: C, each of them."""

_BUILT_IN = {"_json", "_socket"} & set(sys.builtin_module_names)
"""Some distributions have them within the interpreter, where nothing is read for them."""

HANDLER = {
    "__main__",
    "clock",
    "errors",
    "framing",
    "front_door",
    "invocation",
    "log",
    "loop",
    "manifest",
    "process",
    "response_stream",
    "runtime_api",
    "search_path",
    "served",
    "settings",
    "target",
    "watch",
}
"""The modules of `handler` that a start imports."""

BUDGET = 0.4
INSTRUCTIONS = {(3, 11): 0.385, (3, 13): BUDGET}
"""To the first answer, as a part of stock's, by Python's version."""

FILES = 0.35
"""Opened until the first answer, as a part of stock's."""

FURTHER_FILES = 14
"""Opened beyond the bare interpreter's."""

MANY_TOOLS = 1.05
"""Instructions with 200 tools that import boto3, as a part of those with none of them."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    return Deployment(tmp_path_factory.mktemp("deployed"))


@pytest.fixture(scope="module")
def heavy_deployment(tmp_path_factory):
    return Deployment(tmp_path_factory.mktemp("deployed_heavy"), heavy_tools=200)


@pytest.fixture(scope="module")
def stock_instructions(deployment):
    return deployment.count_instructions("initialize", deployment.stock())


@pytest.fixture(scope="module")
def stock_files(deployment):
    return deployment.count_opened("initialize", deployment.stock())


def imported_by_a_start(deployment, method, *flags):
    """What is imported until the first answer that the bare interpreter does not import."""
    flags = ("-X", "importtime", *flags)
    bare = subprocess.run(
        [sys.executable, "-I", "-S", *flags, "-c", "pass"],
        capture_output=True,
        text=True,
        check=True,
    )
    said = deployment.start(method, deployment.ours(*flags))
    return imported(said) - imported(bare.stderr)


@pytest.mark.parametrize("method", FIRST_CALLS)
def test_the_first_answer_waits_for_no_import_but_these(deployment, method):
    # -O: without the bundle, which is of no other flags; what it loads is not seen.
    names = imported_by_a_start(deployment, method, "-O")
    ours = {name for name in names if name.startswith("firstbyte.")}
    assert names - ours == FOREIGN
    assert {name for name in ours if name.startswith("firstbyte.handler.")} == {
        f"firstbyte.handler.{name}" for name in HANDLER
    }


@pytest.mark.parametrize("method", FIRST_CALLS)
def test_from_a_bundle_nothing_is_left_to_import(deployment, method):
    assert imported_by_a_start(deployment, method) - _BUILT_IN == {"gc"}


@pytest.mark.parametrize("method", FIRST_CALLS)
def test_no_list_imports_a_tool_that_was_written_down(heavy_deployment, method):
    assert imported_by_a_start(heavy_deployment, method) - _BUILT_IN == {"gc"}


def test_after_a_call_the_lists_still_import_no_tool(heavy_deployment):
    command = heavy_deployment.ours("-X", "importtime")
    said = heavy_deployment.start("tools/list", command, after=[adding()])
    names = imported(said)
    assert "offered" in names
    assert not [name for name in names if name.startswith(("app", "heavy_", "boto"))]
    assert "manifest" not in said


@pytest.mark.counted
@pytest.mark.parametrize("method", FIRST_CALLS)
def test_the_files_opened_stay_few(deployment, method, stock_files):
    opened = deployment.count_opened(method, deployment.ours())
    assert opened <= FILES * stock_files
    assert opened - deployment.count_opened_by_none() <= FURTHER_FILES


@pytest.mark.counted
@pytest.mark.parametrize("method", FIRST_CALLS)
def test_the_instructions_stay_few(deployment, method, stock_instructions):
    ceiling = INSTRUCTIONS.get(sys.version_info[:2], BUDGET)
    counted = deployment.count_instructions(method, deployment.ours())
    assert counted <= ceiling * stock_instructions


@pytest.mark.counted
@pytest.mark.parametrize("method", ["initialize", "tools/list"])
def test_200_heavy_tools_cost_the_first_answer_nothing(deployment, heavy_deployment, method):
    alone = deployment.count_instructions(method, deployment.ours())
    beside = heavy_deployment.count_instructions(method, heavy_deployment.ours())
    assert beside <= MANY_TOOLS * alone
