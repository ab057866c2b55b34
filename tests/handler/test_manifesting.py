"""handler/manifesting.py: what is written fits the server, and is told from what does not."""

import json
import os
import sys

import pytest

from firstbyte.handler import manifesting
from firstbyte.handler.errors import ManifestUnfit, ServerNotFound
from firstbyte.handler.manifest import open_manifest
from firstbyte.handler.manifesting import Draft
from firstbyte.handler.target import CATALOG
from firstbyte.transport.codec import Codec
from tests.handler.listed import APP, write_app, written


@pytest.fixture
def app(tmp_path, monkeypatch):
    """The name of a module with a server, in `tmp_path`, which is on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return write_app(tmp_path)


def test_the_catalogs_manifest_is_up_to_date():
    Draft(CATALOG).compare()


def test_each_line_is_a_json_text_a_person_can_look_at(app):
    lines = written(f"{app}:server").octets.splitlines()
    assert len([json.loads(line) for line in lines]) > 10
    assert len(set(lines)) == len(lines)


def test_a_packages_lies_beside_the_package(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    name = f"package_of_{write_app(tmp_path)}"
    (tmp_path / name / "inner").mkdir(parents=True)
    (tmp_path / name / "__init__.py").write_text("")
    (tmp_path / name / "inner" / "__init__.py").write_text(APP.format(name="inner"))
    assert written(f"{name}.inner:server").path == tmp_path / name / "inner.server.manifest"
    assert open_manifest(f"{name}/inner.server", Codec(), [].append) is not None


def test_a_function_has_no_manifest(app):
    with pytest.raises(ServerNotFound, match="no Server"):
        Draft(f"{app}:function")


def test_what_is_out_of_date_is_named(app, monkeypatch):
    draft = written(f"{app}:server")
    Draft(f"{app}:server").compare()
    changed = draft.octets.replace(b"Say one.", b"Say two.")
    draft.path.write_bytes(changed)
    with pytest.raises(ManifestUnfit, match=r"is out of date: tools/list 2026-07-28"):
        Draft(f"{app}:server").compare()
    monkeypatch.setattr(manifesting, "VERSION", "999")
    with pytest.raises(ManifestUnfit, match="is out of date"):
        Draft(f"{app}:server").compare()
    draft.path.unlink()
    with pytest.raises(ManifestUnfit, match="there is no"):
        Draft(f"{app}:server").compare()


def test_one_that_cannot_be_written_leaves_the_old_one(app, tmp_path):
    draft = written(f"{app}:server")
    (tmp_path / f"{app}.server.new").mkdir()
    with pytest.raises(OSError, match="new"):
        draft.write()
    draft.compare()


def sources(draft):
    """The modules a manifest is compared with."""
    return set(json.loads(draft.values["sources"]))


def test_its_sources_are_the_authors_modules_and_no_installed_ones(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    name = write_app(tmp_path)
    (tmp_path / f"{name}_helper").mkdir()
    (tmp_path / f"{name}_helper" / "__init__.py").write_text("")
    (tmp_path / f"{name}_helper" / "deep.py").write_text("")
    (tmp_path / f"{name}_installed.py").write_text("")
    (tmp_path / f"{name}-1.dist-info").mkdir()
    (tmp_path / f"{name}-1.dist-info" / "METADATA").write_text(f"Name: {name}-installed\n")
    (tmp_path / f"{name}-1.dist-info" / "top_level.txt").write_text(f"{name}_installed\n")
    source = f"import {name}_helper.deep, {name}_installed, json\n"
    (tmp_path / f"{name}.py").write_text(source + APP.format(name=name))
    assert sources(Draft(f"{name}:server")) == {
        name,
        f"{name}_helper",
        f"{name}_helper.deep",
    }


def test_what_runs_and_what_an_environment_holds_is_no_source(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    name = write_app(tmp_path)
    held = tmp_path / ".venv" / "lib" / "site-packages"
    held.mkdir(parents=True)
    (held / f"{name}_held.py").write_text("")
    monkeypatch.syspath_prepend(str(held))
    (tmp_path / "program.py").write_text("")
    program = sys.modules["__main__"]
    monkeypatch.setattr(program, "__file__", str(tmp_path / "program.py"))
    monkeypatch.setitem(sys.modules, "__mp_main__", program)
    source = f"import {name}_held\n" + APP.format(name=name)
    (tmp_path / f"{name}.py").write_text(source)
    assert sources(Draft(f"{name}:server")) == {name}


def test_a_module_that_imports_what_it_is_asked_for_is_no_hindrance(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    name = write_app(tmp_path)
    lazy = type(sys)(f"{name}_lazy")
    lazy.__getattr__ = lambda _: __import__("no_such_module")
    monkeypatch.setitem(sys.modules, lazy.__name__, lazy)
    assert sources(Draft(f"{name}:server")) == {name}


def test_the_sources_of_a_package_are_its_own_modules(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    package = f"package_of_{write_app(tmp_path)}"
    (tmp_path / package / "inner").mkdir(parents=True)
    (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / package / "beside.py").write_text("")
    source = f"import {package}.beside\n" + APP.format(name="inner")
    (tmp_path / package / "inner" / "__init__.py").write_text(source)
    draft = Draft(f"{package}.inner:server")
    assert sources(draft) == {package, f"{package}.beside", f"{package}.inner"}


def test_every_user_may_read_what_one_wrote(app):
    before = os.umask(0o077)
    try:
        draft = written(f"{app}:server")
    finally:
        os.umask(before)
    assert draft.path.stat().st_mode & 0o777 == 0o644


def test_what_is_no_manifest_is_called_none(app):
    draft = written(f"{app}:server")
    draft.path.write_text("nonsense")
    with pytest.raises(ManifestUnfit, match="is no manifest"):
        Draft(f"{app}:server").compare()


def test_another_source_of_the_same_lists_is_out_of_date(app, tmp_path):
    written(f"{app}:server")
    path = tmp_path / f"{app}.py"
    path.write_text(path.read_text() + "# the same\n")
    with pytest.raises(ManifestUnfit, match="is out of date: sources, source"):
        Draft(f"{app}:server").compare()
