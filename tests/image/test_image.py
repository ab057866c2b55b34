"""The image runs as Lambda runs it, and holds what runs and nothing else."""

import io
import json
import re
import subprocess
import tarfile

import pytest

from scripts.container import IMAGE, ROOT, cleared, engine, inspect, sandbox
from tests.emulating import emulator
from tests.end_to_end.calling import Call
from tests.end_to_end.wire import Wire
from tests.gate import Gate

pytestmark = pytest.mark.image

TASK = "var/task/"


@pytest.fixture(scope="module", autouse=True)
def _nothing_stays():
    with cleared():
        yield


def run(code, *arguments, **options):
    """What Python prints in a container that is limited as a function is."""
    command = sandbox("-I", "-S", "-c", code, *arguments, program="python3", **options)
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


@pytest.fixture(scope="module")
def layers(tmp_path_factory):
    """The names and sizes of the files of each layer, the last one last."""
    path = tmp_path_factory.mktemp("image") / "image.tar"
    subprocess.run([*engine(), "save", "--output", path, IMAGE], check=True)
    with tarfile.open(path) as archive:
        (image,) = json.load(archive.extractfile("manifest.json"))
        return [files_of(archive.extractfile(layer)) for layer in image["Layers"]]


def files_of(layer):
    with tarfile.open(fileobj=io.BytesIO(layer.read())) as archive:
        return {member.name: member.size for member in archive if member.isfile()}


def test_it_says_what_it_is_and_starts_our_bootstrap_as_nobody():
    config = inspect()["Config"]
    labels = {name.rpartition("image.")[2]: value for name, value in config["Labels"].items()}
    assert labels["title"] == "firstbyte"
    assert labels["licenses"] == "Apache-2.0"
    assert {"version", "revision", "base.name", "description"} <= labels.keys()
    assert config["User"] == "993:990"
    assert config["Entrypoint"][-1] == f"/{TASK}firstbyte/handler/bootstrap"
    assert run("import os; print(os.getuid(), os.getgid(), os.getcwd())") == (
        f"993 990 /{TASK}".removesuffix("/") + "\n"
    )


@pytest.mark.parametrize("folder", ["/var/task", "/var/task/firstbyte/handler", "/usr", "/etc"])
def test_nothing_can_be_written_but_tmp(folder):
    code = "import sys; open(sys.argv[1] + '/x', 'w').write('x')"
    assert run(code, "/tmp") == ""
    with pytest.raises(subprocess.CalledProcessError):
        run(code, folder)


def test_it_has_the_memory_of_512_mb():
    code = """
from pathlib import Path
places = ["/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max"]
print(next(Path(place).read_text() for place in places if Path(place).exists()))
"""
    assert int(run(code)) == 512 * 1024 * 1024


def test_only_what_runs_is_there():
    code = "import os; print(*sorted(os.listdir('/var/task/firstbyte')))"
    assert run(code) == "handler tools transport\n"
    code = "import os; print(*(name for name in os.listdir('/var/task') if name == 'bin'))"
    assert run(code) == "\n"


def test_no_start_compares_bytecode_with_a_source():
    code = """
import pathlib
files = [*pathlib.Path("/var/task").rglob("*.pyc")]
print(len(files) > 100, {path.read_bytes()[4] for path in files})
"""
    # PEP 552: bit 0 is "by hash", bit 1 "to be checked".
    assert run(code) == "True {1}\n"


def test_what_a_first_answer_reads_lies_together_in_the_last_layer(layers):
    command = sandbox(
        "/mnt/seen.py",
        f"/{TASK}firstbyte/handler/bootstrap",
        "firstbyte.tools.catalog:server",
        program="python3",
        mounts={ROOT / "tests/image": "/mnt"},
    )
    with emulator(*command) as running, Wire(running.url) as wire:
        assert wire.modern("tools/list").message()["result"]["tools"]
        log = running.wait_for_log("/catalog/__init__.py")
    opened = set(re.findall(rf"opens /({TASK}\S+)", log))
    last = set(layers[-1])
    assert opened == last
    assert sum(layers[-1].values()) < 1_200_000


def test_an_event_is_with_the_client_while_the_tool_waits():
    command = sandbox(
        "tests.end_to_end.server:server", folder="/mnt", mounts={ROOT / "tests": "/mnt/tests"}
    )
    with (
        emulator(*command) as running,
        Gate() as gate,
        Call(running.url, "gated_progress", port=gate.port) as under_way,
    ):
        first = under_way.message()
        gate.open()
        second, last = under_way.message(), under_way.message()
    assert first["params"] == {"progressToken": "t", "progress": 1, "total": 2}
    assert second["params"]["progress"] == 2
    assert last["result"]["content"] == [{"type": "text", "text": "both reported"}]
