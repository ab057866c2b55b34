"""handler/bundling.py: a start imports the same from a bundle as without, and opens less."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.handler.fakes import ROOT, child, mcp_event, messages

WRITE = """
import sys
from firstbyte.handler.bundling import write_bundle
print(write_bundle(sys.argv[1]))
"""
PRELUDE = (
    "import sys; p = type(sys)('firstbyte'); p.__path__ = [{!r}]; sys.modules['firstbyte'] = p"
)
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
HEADERS = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list"}
APP = """
import sys
from firstbyte.tools import Server, tool

@tool
def loaders() -> dict[str, str]:
    "Tell by what our modules were loaded."
    modules = {name: sys.modules[name] for name in [*sys.modules]}
    return {
        name: type(modules[name].__spec__.loader).__name__
        for name in modules
        if name.startswith("firstbyte.")
    }

server = Server(name="app", version="1", tools=[loaders])
"""


@pytest.fixture
def app(tmp_path):
    """A folder with a server in it."""
    (tmp_path / "app.py").write_text(APP)
    return tmp_path


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """Our packages, copied to where a bundle may be written."""
    folder = tmp_path_factory.mktemp("copied")
    for package in ("handler", "transport", "tools"):
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    return folder


def write(ours, name, folder):
    return subprocess.run(
        [sys.executable, "-c", PRELUDE.format(str(ours)) + WRITE, name],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def start(server, ours, folder, *flags):
    """Which of ours a start imports until it has listed tools and called one, and who by."""
    command = (sys.executable, "-I", "-S", *flags, str(ours / "handler" / "bootstrap"))
    with child(server, "app:server", folder=folder, command=command):
        server.invoke(mcp_event("tools/list", {"_meta": META}, **HEADERS))
        (answer,) = messages(server.post())
        assert [tool["name"] for tool in answer["result"]["tools"]] == ["loaders"]
        call = {"_meta": META, "name": "loaders", "arguments": {}}
        named = {**HEADERS, "mcp-method": "tools/call", "mcp-name": "loaders"}
        server.invoke(mcp_event("tools/call", call, **named))
        (answer,) = messages(server.post())
    loaders = json.loads(answer["result"]["content"][0]["text"])
    return {name for name in loaders if loaders[name] == "Bundle"}, set(loaders)


def test_a_start_takes_from_a_bundle_what_it_would_have_imported(server, ours, app):
    assert not start(server, ours, app)[0]
    written = write(ours, "app:server", app)
    assert written.returncode == 0, written.stderr
    bundled, imported = start(server, ours, app)
    plain = start(server, ours, app, "-O")
    assert plain == (set(), imported)
    assert {"firstbyte.handler.loop", "firstbyte.transport.endpoint"} <= bundled
    assert "firstbyte.transport.tool_call" in imported - bundled
    (ours / "transport" / "sse.py").touch()
    assert not start(server, ours, app)[0]


def test_a_bundle_of_another_interpreter_is_not_used(server, ours, app):
    assert write(ours, "app:server", app).returncode == 0
    path = ours / "handler" / "__pycache__" / f"bundle.{sys.implementation.cache_tag}"
    path.write_bytes(b"\0\0\r\n" + path.read_bytes()[4:])
    assert not start(server, ours, app)[0]


@pytest.mark.parametrize("name", ["absent:server", "no name"])
def test_a_server_that_does_not_answer_is_told_with_its_reason(ours, name, tmp_path):
    failed = write(ours, name, tmp_path)
    assert failed.returncode == 1
    assert "BundleFailed" in failed.stderr
    assert "ServerNotFound" in failed.stderr
