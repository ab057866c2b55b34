"""handler/bundling.py: a start imports the same from a bundle as without, and opens less."""

import inspect
import marshal
import os
import shutil
import subprocess
import sys
from importlib.util import MAGIC_NUMBER

import pytest

from tests.handler.fakes import ROOT, child, imported, mcp_event, messages, runtime_api

WRITE = """
from firstbyte.handler.bundling import write_bundle
print(write_bundle("{}"))
"""
WRITE_ALL = """
from firstbyte.handler.command import main
sys.exit(main(["manifest", "{}"]))
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
def described() -> dict[str, list[str]]:
    "Tell of each of our modules where it comes from."
    names = [name for name in sys.modules if name.startswith("firstbyte.")]
    return {name: describe(sys.modules[name]) for name in names}

def describe(module):
    spec = module.__spec__
    path = getattr(module, "__path__", None)
    told = module.__file__, module.__package__, path, spec.name, spec.origin, spec.cached
    return [*map(str, told), type(module.__loader__).__name__, module.__loader__.path]

server = Server(name="app", version="1", tools=[described])
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


def write(ours, name, folder, source=WRITE_ALL):
    return subprocess.run(
        [sys.executable, "-c", PRELUDE.format(str(ours)) + source.format(name)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def find_bundle(ours):
    return ours / "handler" / "__pycache__" / f"bundle.{MAGIC_NUMBER.hex()}.0"


@pytest.fixture
def bundle(ours, app):
    """The bundle of the server in `app`."""
    written = write(ours, "app:server", app)
    assert written.returncode == 0, written.stderr
    return find_bundle(ours)


def start(ours, folder, *flags):
    """List a server's tools and call one: what of ours was imported, and all there is."""
    bare = (sys.executable, "-I", "-S", "-X", "importtime", *flags)
    command = (*bare, str(ours / "handler" / "bootstrap"))
    with (
        runtime_api() as server,
        child(server, "app:server", folder=folder, command=command) as runtime,
    ):
        server.invoke(mcp_event("tools/list", {"_meta": META}, **HEADERS))
        (answer,) = messages(server.post())
        assert [tool["name"] for tool in answer["result"]["tools"]] == ["described"]
        call = {"_meta": META, "name": "described", "arguments": {}}
        named = {**HEADERS, "mcp-method": "tools/call", "mcp-name": "described"}
        server.invoke(mcp_event("tools/call", call, **named))
        (answer,) = messages(server.post())
        server.refuse()
        _, _, said = runtime.end()
    return imported(said, "firstbyte."), answer["result"]["structuredContent"]


def test_what_a_start_takes_from_a_bundle_is_what_it_would_have_imported(ours, app):
    written = write(ours, "app:server", app)
    assert written.returncode == 0, written.stderr
    imports, bundled = start(ours, app)
    find_bundle(ours).unlink()
    plain_imports, plain = start(ours, app)
    assert bundled == plain
    assert plain_imports == set(plain)
    assert {"firstbyte.handler.loop", "firstbyte.transport.endpoint"} <= plain_imports - imports
    assert "firstbyte.transport.tool_call" in imports


def test_a_bundle_ends_where_the_servers_own_imports_begin(ours, app):
    written = write(ours, "app:server", app, WRITE)
    assert written.returncode == 0, written.stderr
    imports, modules = start(ours, app)
    assert "firstbyte.handler.__main__" in set(modules) - imports
    assert "firstbyte.tools.signature" in imports


@pytest.mark.parametrize("change", ["other flags", "other interpreter", "edited source"])
def test_a_bundle_that_does_not_fit_is_not_used(ours, app, change):
    assert write(ours, "app:server", app).returncode == 0
    if change == "other interpreter":
        bundle = find_bundle(ours)
        bundle.rename(bundle.with_name("bundle.00000d0a.0"))
    elif change == "edited source":
        (ours / "transport" / "sse.py").touch()
    imports, modules = start(ours, app, *(["-O"] if change == "other flags" else []))
    assert imports == set(modules)


@pytest.mark.parametrize("kept", [0, 0.001, 0.5, 0.99])
def test_a_bundle_that_is_cut_off_is_not_used(ours, app, bundle, kept):
    octets = bundle.read_bytes()
    bundle.write_bytes(octets[: int(kept * len(octets))])
    imports, modules = start(ours, app)
    assert imports == set(modules)


def test_every_user_may_read_a_bundle(ours, app):
    before = os.umask(0o077)
    try:
        assert write(ours, "app:server", app).returncode == 0
    finally:
        os.umask(before)
    assert find_bundle(ours).stat().st_mode & 0o777 == 0o644


def told_by(code):
    """All names and texts in a code object."""
    texts = {*code.co_names, *(text for text in code.co_consts if isinstance(text, str))}
    return texts.union(*(told_by(inner) for inner in code.co_consts if inspect.iscode(inner)))


def test_what_is_for_readers_is_left_out(bundle):
    _, _, modules = marshal.loads(bundle.read_bytes())
    codes = {name: code for name, _, code in marshal.loads(modules)}
    served = codes["firstbyte.handler.served"]
    assert {"Protocol", "ResponseStream", "Watch"}.isdisjoint(told_by(served))
    assert "What one invocation is answered with" not in " ".join(told_by(served))


@pytest.mark.parametrize("name", ["absent:server", "no name"])
def test_a_server_that_does_not_answer_is_told_with_its_reason(ours, name, tmp_path):
    failed = write(ours, name, tmp_path, WRITE)
    assert failed.returncode == 1
    assert "BundleFailed" in failed.stderr
    assert "ServerNotFound" in failed.stderr
