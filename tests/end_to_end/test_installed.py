"""Somebody else's server, in a folder with names like ours, is served by an installed wheel."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.emulating import emulator
from tests.end_to_end.calling import call

ROOT = Path(__file__).parents[2]

HANDLER = '''
from firstbyte.tools import Server, tool
from tools.greeting import greeting

@tool
def greet(name: str) -> str:
    """Greet somebody."""
    return greeting(name)

server = Server(name="theirs", version="2.0", tools=[greet])
'''
GREETING = """
from transport import Coach

def greeting(name):
    return f"{Coach.HORN} {name}"
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that pip installed our wheel into, away from the source tree."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    quiet = {"check": True, "capture_output": True, "cwd": wheels}
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels)]
    subprocess.run([*pip, *build, str(ROOT)], **quiet)
    (wheel,) = wheels.glob("firstbyte-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], **quiet)
    return target


@pytest.fixture
def project(tmp_path):
    """Their folder: a handler module, packages named tools and tests, a module transport."""
    files = {
        "handler.py": HANDLER,
        "tools/__init__.py": "",
        "tools/greeting.py": GREETING,
        "transport.py": "class Coach:\n    HORN = 'hello'\n",
        "tests/__init__.py": "",
        "settings.py": "raise ImportError('theirs was taken for ours')\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize("flags", [["-I", "-S"], []], ids=["isolated", "plain"])
def test_nothing_collides_with_their_names(installed, project, flags):
    bootstrap = str(installed / "firstbyte" / "handler" / "bootstrap")
    command = (sys.executable, *flags, bootstrap, "handler:server")
    with emulator(*command, cwd=project) as running:
        result = call(running.url, "greet", name="world")["result"]
    assert result["content"] == [{"type": "text", "text": "hello world"}]


def test_the_wheel_holds_what_runs_and_no_tests(installed):
    assert sorted(path.name for path in (installed / "firstbyte").iterdir()) == [
        "emulator",
        "handler",
        "probe",
        "tools",
        "transport",
    ]
    assert (installed / "firstbyte" / "handler" / "py.typed").exists()
    assert not (installed / "tests").exists()


def test_the_catalog_comes_with_its_manifest(installed):
    assert (installed / "firstbyte" / "tools" / "catalog.server.manifest").is_file()
