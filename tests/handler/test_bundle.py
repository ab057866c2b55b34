"""handler/bundle.py: modules from one file are the modules they would have been."""

import gc
import importlib.util
import marshal
import os
import posix
import sys
import traceback

import pytest

from firstbyte.handler.bundle import load

TEXTS = {
    "bundled.inner": "'''Package.'''\n",
    "bundled.inner.module": '''"""Doc."""
import sys
here = __file__, __name__, __package__, __spec__.name
is_collecting = sys.modules["gc"].isenabled()

def fail():
    raise ValueError("as written")
''',
}


class Tree:
    """A package `inner` of `bundled` with a module in it, and the bundle of both."""

    def __init__(self, folder):
        self.folder = folder
        self.sources = {
            "bundled.inner": folder / "inner" / "__init__.py",
            "bundled.inner.module": folder / "inner" / "module.py",
        }
        (folder / "inner").mkdir()
        for name, text in TEXTS.items():
            self.sources[name].write_text(text)
        (folder / "inner" / "other.py").write_text("text = 'from its own file'\n")
        self.path = folder / "bundle"
        self.path.touch()

    def load(self, *extensions):
        """Load the bundle as it was made of the texts, with `extensions` before them."""
        places = {
            name: "/" + self.sources[name].relative_to(self.folder).as_posix() for name in TEXTS
        }
        modules = [
            (name, places[name], compile(text, "elsewhere", "exec"))
            for name, text in TEXTS.items()
        ]
        load(
            str(self.folder),
            str(self.path),
            [(places[name], len(text)) for name, text in TEXTS.items()],
            marshal.dumps([*extensions, *modules]),
        )
        return "bundled.inner.module" in sys.modules


def forget():
    for name in [name for name in sys.modules if name.startswith("bundled.")]:
        del sys.modules[name]


@pytest.fixture
def tree(tmp_path):
    sys.modules["bundled"] = type(sys)("bundled")
    sys.modules["bundled"].__path__ = [str(tmp_path)]
    yield Tree(tmp_path)
    forget()
    del sys.modules["bundled"]
    gc.unfreeze()


def described(module):
    """All that tells where a module comes from, and how it is named."""
    spec = module.__spec__
    return {
        "module": (module.__name__, module.__package__, module.__file__, module.__doc__),
        "path": getattr(module, "__path__", None),
        "spec": (spec.name, spec.parent, spec.origin, spec.has_location, spec.cached),
        "folders": spec.submodule_search_locations,
        "loader": (type(spec.loader), spec.loader.name, spec.loader.path),
        "is its loader": module.__loader__ is spec.loader,
        "members": sorted(set(vars(module)) - {"__cached__"}),
    }


def test_the_modules_are_those_that_importing_makes(tree):
    import bundled.inner.module

    imported = [described(bundled.inner), described(bundled.inner.module)]
    forget()
    assert tree.load()
    loaded = sys.modules["bundled.inner"]
    assert [described(loaded), described(sys.modules["bundled.inner.module"])] == imported
    assert loaded.module is sys.modules["bundled.inner.module"]


def test_a_traceback_shows_the_line_of_the_source(tree):
    assert tree.load()
    with pytest.raises(ValueError, match="as written") as raised:
        sys.modules["bundled.inner.module"].fail()
    last = traceback.extract_tb(raised.value.__traceback__)[-1]
    assert (last.filename, last.line) == (
        str(tree.sources["bundled.inner.module"]),
        'raise ValueError("as written")',
    )


def test_what_is_not_in_it_is_imported_as_ever(tree):
    assert tree.load()
    import bundled.inner.other

    assert bundled.inner.other.text == "from its own file"


def test_a_reload_runs_the_source_as_it_is_now(tree):
    assert tree.load()
    tree.sources["bundled.inner.module"].write_text("here = 'edited'\n")
    importlib.invalidate_caches()
    assert importlib.reload(sys.modules["bundled.inner.module"]).here == "edited"


def test_garbage_is_collected_again_once_all_is_loaded(tree):
    assert tree.load()
    assert not sys.modules["bundled.inner.module"].is_collecting
    assert gc.isenabled()


def test_it_is_used_when_all_times_are_one(tree):
    for path in (tree.path, *tree.sources.values()):
        os.utime(path, (0, 0))
    assert tree.load()


def test_it_is_used_where_there_are_no_sources(tree):
    tree.sources["bundled.inner.module"].unlink()
    assert tree.load()


def test_one_that_is_older_than_a_source_is_not_used(tree):
    later_ns = posix.stat(tree.path).st_mtime_ns + 1
    os.utime(tree.sources["bundled.inner.module"], ns=(later_ns, later_ns))
    assert not tree.load()


def test_one_of_a_source_of_another_size_is_not_used(tree):
    with tree.sources["bundled.inner.module"].open("a") as file:
        file.write("#")
    os.utime(tree.sources["bundled.inner.module"], (0, 0))
    assert not tree.load()


def test_an_extension_is_loaded_from_where_it_is_said_to_lie(tree, monkeypatch):
    import _json

    monkeypatch.delitem(sys.modules, "_json")
    assert tree.load(("_json", _json.__file__, None))
    loaded = sys.modules["_json"]
    assert loaded is not _json
    assert described(loaded) == described(_json)


def test_an_extension_that_is_not_there_is_left_to_be_searched_for(tree, monkeypatch):
    import _json

    monkeypatch.delitem(sys.modules, "_json")
    assert tree.load(("_json", str(tree.folder / "_json.so"), None))
    assert "_json" not in sys.modules
    assert importlib.import_module("_json").__file__ == _json.__file__
