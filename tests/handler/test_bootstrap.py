"""handler/bootstrap: how it may be started, what it leaves on the path, what it imports."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.handler.fakes import (
    BOOTSTRAP,
    ROOT,
    child,
    mcp_event,
    messages,
    run_python,
)

SITE = sysconfig.get_path("purelib")
BARE = ("-I", "-S")
TASK = """
import sys
import handler, tools.shelf
from firstbyte.handler.response_stream import streamify_response

def report(event, context):
    ours = sys.modules["firstbyte.handler.loop"].__file__
    return {
        "path": sys.path,
        "handler": handler.whose,
        "tools": tools.shelf.whose,
        "ours": ours,
        "script": "bootstrap" in sys.modules,
    }
"""


@pytest.fixture
def folder(tmp_path):
    """A task folder whose module and package bear the names of ours."""
    (tmp_path / "task.py").write_text(TASK)
    (tmp_path / "handler.py").write_text("whose = 'the task'\n")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "shelf.py").write_text("whose = 'the task'\n")
    return tmp_path


@pytest.mark.parametrize("flags", [BARE, ("-S",), ("-I",), (), ("-P",)], ids=" ".join)
def test_however_it_is_started_the_tasks_modules_and_ours_do_not_collide(server, folder, flags):
    command = (sys.executable, *flags, BOOTSTRAP)
    with child(server, "task:report", folder=folder, command=command):
        server.invoke()
        report = json.loads(server.post().body)
    path = report.pop("path")
    assert report == {
        "handler": "the task",
        "tools": "the task",
        "ours": str(ROOT / "handler" / "loop.py"),
        "script": False,
    }
    assert path[0] == str(folder)
    assert str(BOOTSTRAP.parent) not in path
    assert SITE in path
    assert len(set(path)) == len(path)


def test_bare_the_path_is_the_task_the_library_and_what_is_installed(server, folder):
    with child(server, "task:report", folder=folder):
        server.invoke()
        path = json.loads(server.post().body)["path"]
    library = json.loads(run_python("import json; print(json.dumps(sys.path))", flags=BARE))
    assert path == [str(folder), *library, SITE]


def test_it_runs_by_its_own_name(server, folder):
    path = {"PATH": str(Path(sys.executable).parent) + ":/usr/bin:/bin"}
    with child(server, "task:report", folder=folder, environment=path, command=(BOOTSTRAP,)):
        server.invoke()
        assert json.loads(server.post().body)["handler"] == "the task"


FOREIGN = {"_json", "_socket", "runtime_client"}
"""What a start imports beyond the bare interpreter's modules and ours: C, each of them."""

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
FIRST_CALLS = {
    "initialize": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "probe", "version": "1"},
    },
    "server/discover": {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "probe", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
    },
}
VERSIONS = {"initialize": {}, "server/discover": {"mcp-protocol-version": "2026-07-28"}}


def imported(report):
    """The names in what `-X importtime` printed."""
    lines = [line for line in report.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines}


@pytest.mark.parametrize("method", FIRST_CALLS)
def test_the_first_answer_waits_for_no_import_but_these(server, tmp_path, method):
    listing = (sys.executable, "-I", "-S", "-X", "importtime")
    bare = subprocess.run([*listing, "-c", "pass"], capture_output=True, text=True, check=True)
    headers = VERSIONS[method] | ({"mcp-method": method} if VERSIONS[method] else {})
    with child(server, folder=tmp_path, command=(*listing, BOOTSTRAP)) as runtime:
        server.invoke(mcp_event(method, FIRST_CALLS[method], **headers))
        (answer,) = messages(server.post())
        server.refuse()
        _, _, report = runtime.end()
    names = imported(report) - imported(bare.stderr)
    ours = {name for name in names if name.startswith("firstbyte.")}
    assert answer["result"].keys() >= {"capabilities"}
    assert names - ours == FOREIGN
    assert {name for name in ours if name.startswith("firstbyte.handler.")} == {
        f"firstbyte.handler.{name}" for name in HANDLER
    }
