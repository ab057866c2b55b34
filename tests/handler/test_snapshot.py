"""handler/snapshot.py: hooks run before the snapshot and after it, and no copy is another's."""

import json

import pytest

from tests.handler.fakes import API, child, patiently, runtime_api

TASK = """
import random
from snapshot_restore_py import register_after_restore, register_before_snapshot

seen = []

def before():
    seen.append(("before", random.random()))
    random.seed(1)

def after():
    seen.append(("after", random.random()))

register_before_snapshot(before)
register_after_restore(after)

def handler(event, context):
    return [name for name, _ in seen], [seen[-1:], random.random()]

def fail():
    raise LookupError("no disk")

def broken_before(event, context):
    return None

def broken_after(event, context):
    return None
"""
SNAP_START = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "task.py").write_text(TASK)
    for when in ("before_snapshot", "after_restore"):
        registered = f"task.register_{when}(task.fail)"
        (tmp_path / f"{when}.py").write_text(
            f"import task\n{registered}\nhandler = task.handler\n"
        )
    return tmp_path


def first_numbers(folder):
    # A server of its own: what polled before would take the next process's invocation.
    with (
        runtime_api() as server,
        child(server, "task:handler", folder=folder, environment=SNAP_START) as process,
    ):
        patiently(server.restored.wait)
        server.invoke()
        answer = json.loads(server.post().body)
        process.stop()
    return answer


def test_hooks_run_around_the_snapshot_and_chance_is_made_anew(folder):
    (names, one), (_, other) = (first_numbers(folder) for _ in range(2))
    assert names == ["before", "after"]
    # What was seeded before the snapshot is not what is drawn after it, by a hook or later.
    assert all(mine != theirs for mine, theirs in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("module", "path", "status"),
    [
        ("before_snapshot", f"{API}/init/error", 64),
        ("after_restore", f"{API}/restore/error", 65),
    ],
)
def test_a_hook_that_fails_is_reported_and_ends_the_process(
    server, folder, module, path, status
):
    with child(server, f"{module}:handler", folder=folder, environment=SNAP_START) as process:
        post = server.post()
        assert post.path == path
        assert json.loads(post.body)["errorMessage"] == "no disk"
        assert process.end()[0] == status


def test_an_environment_on_demand_waits_for_no_snapshot(server, folder):
    with child(server, "task:handler", folder=folder):
        server.invoke()
        assert json.loads(server.post().body)[0] == []
    assert not server.restored.is_set()
