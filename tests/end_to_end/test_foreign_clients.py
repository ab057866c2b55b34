"""Clients of other makers visit our server in each of their modes, and find what is there."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.emulating import BOOTSTRAP, emulator, memory_in
from tests.end_to_end.tour import FINDINGS
from tests.installed import installed

CLIENTS = Path(__file__).parent / "clients"
PATIENCE_S = 120

ARGUMENTS = ["--prompt-args", "arg1=green", "arg2=b"]

pytestmark = pytest.mark.foreign


def run(command, **options):
    """Run a program and return what it prints; what it complains of is shown if it fails."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    settings = memory_in(tmp_path_factory.mktemp("store"))
    # Some leave without a word, and until its end a stream keeps an environment from others.
    settings["FIRSTBYTE_LISTEN_S"] = "3"
    command = (*BOOTSTRAP, "tests.end_to_end.paged:server")
    with emulator(*command, env=settings, concurrency=6, spread=True) as running:
        yield running.url


@pytest.fixture(scope="module")
def node():
    return installed("node")


@pytest.fixture(scope="module")
def inspector():
    return installed("inspector")


@pytest.fixture(scope="module")
def typescript(tmp_path_factory):
    """The tour's program where its imports are found: beside the packages."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "node_modules").symlink_to(installed("typescript"))
    return shutil.copy(CLIENTS / "typescript.mjs", folder)


def test_the_first_python_sdk_finds_everything(url):
    found = run([installed("python-1"), CLIENTS / "python_1.py", url])
    assert json.loads(found) == FINDINGS


@pytest.mark.parametrize("mode", ["legacy", "auto", "2026-07-28"])
def test_fastmcp_finds_everything(url, mode):
    found = run([installed("fastmcp"), CLIENTS / "fastmcp_client.py", url, mode])
    assert json.loads(found) == FINDINGS


@pytest.mark.parametrize("mode", ["1", "legacy", "auto", "2026-07-28"])
def test_both_typescript_sdks_find_everything(url, node, typescript, mode):
    assert json.loads(run([node, typescript, url, mode])) == FINDINGS


@pytest.mark.parametrize("era", ["legacy", "auto", "modern"])
@pytest.mark.parametrize(
    ("arguments", "pick", "found"),
    [
        (["tools/list"], lambda it: _each(it["tools"], "name"), "tools"),
        (["resources/list"], lambda it: _each(it["resources"], "uri"), "resources"),
        (
            ["resources/templates/list"],
            lambda it: _each(it["resourceTemplates"], "uriTemplate"),
            "templates",
        ),
        (["prompts/list"], lambda it: _each(it["prompts"], "name"), "prompts"),
        (
            ["tools/call", "--tool-name", "test_multiple_content_types"],
            lambda it: _each(it["content"], "type"),
            "kinds",
        ),
        (
            ["resources/read", "--uri", "test://static-text"],
            lambda it: it["contents"][0]["text"],
            "resource",
        ),
        (
            ["prompts/get", "--prompt-name", "test_prompt_with_arguments", *ARGUMENTS],
            lambda it: it["messages"][0]["content"]["text"],
            "prompt",
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_the_inspector_finds_it(url, node, inspector, tmp_path, era, arguments, pick, found):
    place = ["--transport", "http", "--server-url", url, "--protocol-era", era]
    # What it keeps of its own goes into its user's home.
    printed = run(
        [node, inspector, "--cli", *place, "--format", "json", "--method", *arguments],
        env={"HOME": str(tmp_path)},
    )
    assert pick(json.loads(printed)["result"]) == FINDINGS[found]


def _each(items, key):
    return [item[key] for item in items]
