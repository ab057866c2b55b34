"""handler/target.py: names that are served, and what a wrong one is told."""

import sys

import pytest

from firstbyte.handler.errors import ServerNotFound
from firstbyte.handler.target import CATALOG, load_target


@pytest.fixture(autouse=True)
def task_folder(tmp_path, monkeypatch):
    """A task folder on the path; what tests import from it is forgotten again."""
    package = tmp_path / "firstbyte_sample"
    package.mkdir()
    (package / "__init__.py").write_text("name = 'package'\n")
    (package / "app.py").write_text("class server:\n    inner = 'inner'\nname = 'app'\n")
    (package / "broken.py").write_text("import firstbyte_absent\n")
    (package / "crashing.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in [name for name in sys.modules if name.startswith("firstbyte_sample")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        pytest.param("firstbyte_sample.app:name", "app", id="module:attribute"),
        pytest.param("firstbyte_sample.app.name", "app", id="module.attribute"),
        pytest.param("firstbyte_sample/app.name", "app", id="folder/module.attribute"),
        pytest.param("firstbyte_sample:name", "package", id="a package's own"),
        pytest.param("firstbyte_sample.app:server.inner", "inner", id="an attribute of one"),
    ],
)
def test_a_name_finds_its_object(name, target):
    assert load_target(name) == target


@pytest.mark.parametrize("name", ["", ":", "module", "module:", ":attribute", ".x", "x."])
def test_what_names_nothing_is_told_the_form(name):
    with pytest.raises(ServerNotFound, match="needs the form module:attribute"):
        load_target(name)


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("firstbyte_nowhere:server", "firstbyte_nowhere"),
        ("firstbyte_nowhere.app:server", "firstbyte_nowhere"),
        ("firstbyte_sample.absent:server", "firstbyte_sample.absent"),
        ("firstbyte_sample.app.absent:server", "firstbyte_sample.app.absent"),
    ],
)
def test_an_absent_module_is_named(name, absent):
    with pytest.raises(ServerNotFound, match=f"^there is no module '{absent}' for '{name}'$"):
        load_target(name)


@pytest.mark.parametrize("name", ["firstbyte_sample.app:absent", "firstbyte_sample:app.absent"])
def test_an_absent_attribute_is_named(name):
    with pytest.raises(ServerNotFound, match="has no attribute"):
        load_target(name)


def test_a_module_that_misses_another_one_says_which():
    with pytest.raises(ModuleNotFoundError, match="firstbyte_absent"):
        load_target("firstbyte_sample.broken:server")


def test_what_a_module_raises_comes_out():
    with pytest.raises(ZeroDivisionError):
        load_target("firstbyte_sample.crashing:server")


def test_the_catalog_is_there():
    assert callable(load_target(CATALOG).find_tool)
