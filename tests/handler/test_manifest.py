"""handler/manifest.py, manifesting.py: what was written is read back while it fits."""

import json
import sys
import tomllib

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


def reason(name):
    """Why the manifest of `name` is not used."""
    with pytest.raises(ManifestUnfit) as raised:
        open_manifest(name, Codec())
    return str(raised.value)


def test_the_version_is_the_distributions():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION


def test_what_is_prepared_is_read_back_octet_by_octet(app):
    name = f"{app}:server"
    draft = written(name)
    found = open_manifest(name, Codec())
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
    assert open_manifest(form.format(app), Codec()) is not None


def test_without_one_there_is_none(app):
    assert open_manifest(f"{app}:server", Codec()) is None


def opened_of_paths(app, folder):
    """The manifest of a server that names its tool by a path, before anything is imported."""
    path = folder / f"{app}.py"
    path.write_text(path.read_text().replace("[word]", f"['{app}:word']"))
    written(f"{app}:server")
    del sys.modules[app]
    return open_manifest(f"{app}:server", Codec())


def test_a_changed_module_is_named_once_when_it_is_imported(app, tmp_path):
    found = opened_of_paths(app, tmp_path)
    assert found.find_changed() == []
    (tmp_path / f"{app}.py").write_text(APP.format(name=app) + "\n")
    __import__(app)
    assert found.find_changed() == [app]
    assert found.find_changed() == []


def test_an_unchanged_module_is_not_named(app, tmp_path):
    found = opened_of_paths(app, tmp_path)
    __import__(app)
    assert found.find_changed() == []


def test_one_of_another_source_is_not_used(app, tmp_path):
    written(f"{app}:server")
    path = tmp_path / f"{app}.py"
    path.write_text(path.read_text().replace("Say one.", "Say 1 :)"))
    assert f"was made of another {app}.py" in reason(f"{app}:server")


def test_without_a_source_there_is_nothing_to_compare(app, tmp_path):
    written(f"{app}:server")
    (tmp_path / f"{app}.py").unlink()
    assert open_manifest(f"{app}:server", Codec()) is not None


def test_one_of_another_version_is_not_used(app, monkeypatch):
    written(f"{app}:server")
    monkeypatch.setattr(manifest, "VERSION", "999")
    assert "another version" in reason(f"{app}:server")


@pytest.mark.parametrize("kept", [1, 0.5, 0.99])
def test_one_that_is_cut_off_is_not_used(app, kept):
    draft = written(f"{app}:server")
    end = int(len(draft.octets) * kept) - 1
    draft.path.write_bytes(draft.octets[:end])
    assert str(draft.path) in reason(f"{app}:server")


def test_a_folder_of_that_name_is_no_manifest(app, tmp_path):
    (tmp_path / f"{app}.server.manifest").mkdir()
    assert "no manifest" in reason(f"{app}:server")


HEADS = st.fixed_dictionaries(
    {},
    optional={
        "format": st.just(manifest.FORMAT) | st.integers(),
        "made_by": st.just(VERSION) | st.text(),
        "source": st.just(["absent.py", 1]) | st.lists(st.text() | st.integers()),
        "size": st.integers(-9, 9),
        "places": st.dictionaries(st.text(), st.lists(st.integers(-9, 9) | st.none()))
        | st.integers(),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | st.tuples(HEADS, st.binary(max_size=9)))
def test_any_octets_are_a_manifest_or_are_refused(app, octets):
    if isinstance(octets, tuple):
        octets = json.dumps(octets[0]).encode() + b"\n" + octets[1]
    draft = Draft(f"{app}:server")
    draft.path.write_bytes(octets)
    try:
        found = open_manifest(f"{app}:server", Codec())
    except ManifestUnfit:
        return
    places = json.loads(octets.partition(b"\n")[0])["places"]
    assert all(len(found.get(name)) == length for name, (_, length) in places.items())


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
    assert f"{app}_part is not what the manifest of {app}:server was made of" in errors
