"""handler/manifest.py, manifesting.py: what was written is read back while it fits."""

import importlib
import json
import py_compile
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstbyte.handler import manifest
from firstbyte.handler.errors import ManifestUnfit
from firstbyte.handler.manifest import VERSION, open_manifest
from firstbyte.handler.manifesting import Draft
from firstbyte.transport.codec import Codec
from firstbyte.transport.rehearsal import rehearse
from tests.handler.fakes import ROOT, child, mcp_event, messages
from tests.handler.listed import APP, write_app, written


@pytest.fixture
def app(tmp_path, monkeypatch):
    """The name of a module with a server, in `tmp_path`, which is on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return write_app(tmp_path)


def opened(name, said=None):
    """The manifest of `name`; what it warns of goes to `said`."""
    return open_manifest(name, Codec(), [].append if said is None else said.append)


def reason(name):
    """Why the manifest of `name` is not used."""
    with pytest.raises(ManifestUnfit) as raised:
        opened(name)
    return str(raised.value)


def move(folder, app, target):
    """Put the module `app` to another place, where it is imported from now."""
    target.parent.mkdir(exist_ok=True)
    (folder / f"{app}.py").rename(target)
    importlib.invalidate_caches()
    sys.modules.pop(app, None)


def test_the_version_is_the_distributions():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION


def test_what_is_prepared_is_read_back_octet_by_octet(app):
    name = f"{app}:server"
    draft = written(name)
    found = opened(name)
    prepared = rehearse(sys.modules[app].server, Codec())
    assert prepared
    for answer, octets in prepared.items():
        assert found.get(answer) == found.get(answer) == octets
    for part in draft.values.keys() - prepared.keys():
        assert found.read(part) == json.loads(draft.values[part])
    assert found.get("tools/list 1999-01-01") is None
    found["tools/list 1999-01-01"] = b"{}"
    assert found.get("tools/list 1999-01-01") == b"{}"


@pytest.mark.parametrize("form", ["{}:server", "{}.server"])
def test_it_is_found_beside_its_module_however_that_is_named(app, form, tmp_path):
    draft = written(form.format(app))
    assert draft.path == tmp_path / f"{app}.server.manifest"
    assert opened(form.format(app)) is not None


@pytest.mark.parametrize("has_code", [False, True])
def test_it_is_found_in_a_namespace_inside_of_what_is_not_imported(app, tmp_path, has_code):
    outer = f"outer_{app}"
    folder = tmp_path / outer / "inner"
    folder.mkdir(parents=True)
    if has_code:
        (tmp_path / outer / "__init__.py").write_text("raise AssertionError('imported')")
    (tmp_path / f"{app}.py").rename(folder / "app.py")
    assert opened(f"{outer}.inner.app:server") is None
    (folder / "app.server.manifest").write_bytes(b"")
    assert reason(f"{outer}.inner.app:server").endswith("is no manifest, or damaged")


def test_without_one_there_is_none(app):
    assert opened(f"{app}:server") is None


def opened_of_paths(app, folder, said):
    """The manifest of a server that names its tool by a path, before anything is imported."""
    path = folder / f"{app}.py"
    path.write_text(path.read_text().replace("[word]", f"['{app}:word']"))
    written(f"{app}:server")
    del sys.modules[app]
    return opened(f"{app}:server", said)


def test_it_is_dropped_when_a_changed_module_is_imported(app, tmp_path):
    said = []
    found = opened_of_paths(app, tmp_path, said)
    assert found.verify()
    name = "tools/list 2026-07-28"
    assert found.get(name) is not None
    (tmp_path / f"{app}.py").write_text(APP.format(name=app) + "\n")
    __import__(app)
    assert not found.verify()
    assert not found.verify()
    assert said == [f"{tmp_path}/{app}.server.manifest was made of another {app}"]
    assert found.get(name) is None
    assert found.read("offer") is None
    found[name] = b"{}"
    assert found.get(name) == b"{}"


def test_it_stays_when_an_unchanged_module_is_imported(app, tmp_path):
    found = opened_of_paths(app, tmp_path, said := [])
    __import__(app)
    assert found.verify()
    assert found.get("tools/list 2026-07-28") is not None
    assert said == []


def test_a_module_that_a_list_was_made_with_counts_like_one_that_is_named(app, tmp_path):
    helper = f"{app}_helper"
    (tmp_path / f"{helper}.py").write_text("TITLE = 'before'\n")
    path = tmp_path / f"{app}.py"
    path.write_text(f"import {helper}\n" + path.read_text())
    importlib.invalidate_caches()
    found = opened_of_paths(app, tmp_path, said := [])
    del sys.modules[helper]
    (tmp_path / f"{helper}.py").write_text("TITLE = 'now and longer'\n")
    importlib.invalidate_caches()
    __import__(app)
    assert not found.verify()
    assert said == [f"{tmp_path}/{app}.server.manifest was made of another {helper}"]


def test_descriptors_that_a_tool_closes_are_none_of_its(app):
    written(f"{app}:server")
    before = set(Path("/proc/self/fd").iterdir())
    found = opened(f"{app}:server")
    found.get("tools/list 2026-07-28")
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_one_of_another_source_is_not_used(app, tmp_path):
    written(f"{app}:server")
    path = tmp_path / f"{app}.py"
    path.write_text(path.read_text().replace("Say one.", "Say 1 :)"))
    assert f"was made of another {app}.py" in reason(f"{app}:server")


def test_one_of_a_module_that_became_a_package_is_not_used(app, tmp_path):
    draft = written(f"{app}:server")
    move(tmp_path, app, tmp_path / app / "__init__.py")
    assert f"was made of another {app}.py" in reason(f"{app}:server")
    assert written(f"{app}:server").path == draft.path
    assert opened(f"{app}:server") is not None


def test_one_beside_a_module_that_is_not_imported_from_there_is_not_used(
    app, tmp_path, monkeypatch
):
    written(f"{app}:server")
    (tmp_path / "front").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path / "front"))
    (tmp_path / "front" / f"{app}.py").write_text(APP.format(name="front"))
    sys.modules.pop(app)
    assert opened(f"{app}:server") is None


def test_without_its_module_it_is_not_looked_for(app, tmp_path):
    written(f"{app}:server")
    move(tmp_path, app, tmp_path / "elsewhere" / f"{app}.py")
    assert opened(f"{app}:server") is None
    assert opened(f"{app}.deeper:server") is None


def test_of_a_deployment_of_bytecode_the_bytecode_is_compared(app, tmp_path):
    path = tmp_path / f"{app}.py"
    py_compile.compile(str(path), f"{path}c", doraise=True)
    path.unlink()
    importlib.invalidate_caches()
    written(f"{app}:server")
    sys.modules.pop(app)
    assert opened(f"{app}:server") is not None
    path.with_suffix(".pyc").write_bytes(b"other")
    assert f"was made of another {app}.pyc" in reason(f"{app}:server")


def test_one_of_another_version_is_not_used(app, monkeypatch):
    written(f"{app}:server")
    monkeypatch.setattr(manifest, "VERSION", "999")
    assert "another version" in reason(f"{app}:server")


def test_one_that_cannot_be_read_is_not_taken_for_none(app, tmp_path):
    (tmp_path / f"{app}.server.manifest").symlink_to(f"{app}.server.manifest")
    assert "cannot be read: Too many levels of symbolic links" in reason(f"{app}:server")


def read_all(draft, name):
    """What a manifest has of all that `draft` wrote, up to the first damage."""
    try:
        found = opened(name)
    except ManifestUnfit:
        return {}
    values = {value: found.get(value) for value in draft.values}
    return {value: octets for value, octets in values.items() if octets is not None}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_is_damaged_is_noticed_and_never_handed_out(app, data):
    name = f"{app}:server"
    draft = written(name)
    octets = bytearray(draft.octets)
    at = data.draw(st.integers(0, len(octets) - 2))  # a last newline says nothing
    if data.draw(st.booleans()):
        del octets[at:]
    else:
        octets[at] ^= 1 << data.draw(st.integers(0, 7))
    draft.path.write_bytes(octets)
    found = read_all(draft, name)
    assert found.items() <= draft.values.items()
    # Between two lines a flip is harmless.
    is_between = draft.octets[at : at + 1] == b"\n" and len(octets) == len(draft.octets)
    assert is_between or len(found) < len(draft.values)


def test_one_that_is_replaced_meanwhile_is_not_used_any_more(app, monkeypatch):
    monkeypatch.setattr(manifest, "_READ", 40)
    draft = written(f"{app}:server")
    found = opened(f"{app}:server", said := [])
    draft.path.write_bytes(draft.octets.replace(b"Say one.", b"Say two."))
    assert found.get("tools/list 2026-07-28") is None
    assert said == [f"{draft.path} is damaged, or another than it was"]


def test_one_of_many_tools_is_read_back_beyond_the_first_read(app, monkeypatch):
    monkeypatch.setattr(manifest, "_READ", 40)
    draft = written(f"{app}:server")
    assert read_all(draft, f"{app}:server") == draft.values


def test_a_folder_of_that_name_is_no_manifest(app, tmp_path):
    (tmp_path / f"{app}.server.manifest").mkdir()
    assert "cannot be read: Is a directory" in reason(f"{app}:server")


HEADS = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda values: st.lists(values) | st.dictionaries(st.just("format") | st.text(), values),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | HEADS)
def test_any_octets_are_a_manifest_or_are_refused(app, octets):
    if not isinstance(octets, bytes):
        head = json.dumps(octets).encode()
        octets = json.dumps(manifest.sum_up(head)).encode() + b"\n" + head + b"\n"
    Draft(f"{app}:server").path.write_bytes(octets)
    assert "manifest" in reason(f"{app}:server")


MODERN = {
    "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
}
HEADERS = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list"}


def listed(server, app, folder, **environment):
    """The names a process lists, and what it wrote to its log."""
    arguments = (f"{app}:server",)
    with child(server, *arguments, folder=folder, environment=environment) as runtime:
        server.invoke(mcp_event("tools/list", MODERN, **HEADERS))
        (answer,) = messages(server.post())
        server.refuse()
        _, _, errors = runtime.end()
    return [tool["name"] for tool in answer["result"]["tools"]], errors


def test_a_process_says_that_it_has_no_manifest(server, app, tmp_path):
    names, errors = listed(server, app, tmp_path)
    assert names == ["word"]
    assert f"there is no manifest of {app}:server" in errors


def test_a_process_says_that_its_manifest_does_not_fit(server, app, tmp_path):
    written(f"{app}:server")
    (tmp_path / f"{app}.py").write_text(APP.format(name=app) + "\n")
    names, errors = listed(server, app, tmp_path)
    assert names == ["word"]
    assert f"was made of another {app}.py" in errors


def test_with_one_that_fits_a_process_lists_what_it_could_not_import(server, app, tmp_path):
    (tmp_path / f"{app}.py").write_text(APP.format(name=app) + "import absent_now\n")
    (tmp_path / "absent_now.py").write_text("")
    written(f"{app}:server")
    (tmp_path / "absent_now.py").unlink()
    names, errors = listed(server, app, tmp_path)
    assert names == ["word"]
    assert "manifest" not in errors


def test_one_that_is_to_be_ignored_is_not_looked_for(server, app, tmp_path):
    (tmp_path / f"{app}.server.manifest").write_text("nonsense")
    names, errors = listed(server, app, tmp_path, FIRSTBYTE_MANIFEST="ignore")
    assert names == ["word"]
    assert "manifest" not in errors


def test_where_no_path_leads_to_a_tool_a_call_imports_the_server(server, app, tmp_path):
    source = (tmp_path / f"{app}.py").read_text()
    made = (
        "def outer():\n"
        "    @tool\n"
        "    def word() -> str: return 'inner'\n"
        "    return word\n"
        "word = outer()\n"
    )
    (tmp_path / f"{app}.py").write_text(source.replace("server =", f"{made}server ="))
    written(f"{app}:server")
    with child(server, f"{app}:server", folder=tmp_path):
        call = {**MODERN, "name": "word", "arguments": {}}
        headers = {**HEADERS, "mcp-method": "tools/call", "mcp-name": "word"}
        server.invoke(mcp_event("tools/call", call, **headers))
        (answer,) = messages(server.post())
    assert answer["result"]["content"] == [{"type": "text", "text": "inner"}]


def test_a_process_says_when_a_module_it_imports_is_another(server, app, tmp_path):
    (tmp_path / f"{app}_part.py").write_text((tmp_path / f"{app}.py").read_text())
    (tmp_path / f"{app}.py").write_text(
        "from firstbyte.tools import Server\n"
        f"server = Server(name='s', version='1', tools=['{app}_part:word'])\n"
    )
    written(f"{app}:server")
    (tmp_path / f"{app}_part.py").write_text(APP.format(name=app) + "\n")
    with child(server, f"{app}:server", folder=tmp_path) as runtime:
        call = {**MODERN, "name": "word", "arguments": {}}
        headers = {**HEADERS, "mcp-method": "tools/call", "mcp-name": "word"}
        server.invoke(mcp_event("tools/call", call, **headers))
        (answer,) = messages(server.post())
        server.refuse()
        _, _, errors = runtime.end()
    assert answer["result"]["content"] == [{"type": "text", "text": "word"}]
    assert f"was made of another {app}_part; `firstbyte manifest {app}:server`" in errors
