"""handler/bootstrap: how it may be started, and what it leaves on the path."""

import json
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.handler.fakes import BOOTSTRAP, ROOT, child, run_python

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


SPAWNING = """
import multiprocessing

def speak(connection):
    connection.send("from a process of its own")

def spawn(event, context):
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=speak, args=(theirs,))
    process.start()
    theirs.close()
    said = ours.recv() if ours.poll(5) else "nothing"
    process.kill()
    return said
"""


def test_a_process_that_a_handler_spawns_polls_nothing(server, tmp_path):
    (tmp_path / "task.py").write_text(SPAWNING)
    with child(server, "task:spawn", folder=tmp_path):
        server.invoke()
        assert json.loads(server.post().body) == "from a process of its own"
        server.poll()
        server.poll()
        assert not server.has_poll()
