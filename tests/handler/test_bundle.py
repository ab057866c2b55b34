"""handler/bundle.py: modules from one file are the modules they would have been."""

import marshal
import os
import posix
import sys
import traceback

import pytest

from firstbyte.handler.bundle import Bundle, install

SOURCE = '''"""Doc."""
import sys
here = __file__, __name__, __package__, __spec__.name
imported = [*sys.meta_path]

def fail():
    raise ValueError("as written")
'''


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A package `bundled` with a module in it, and the entries of both."""
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.syspath_prepend(str(tmp_path))
    entries = {}
    for name, source, text in (
        ("bundled", "/bundled/__init__.py", "'''Package.'''\n"),
        ("bundled.module", "/bundled/module.py", SOURCE),
    ):
        path = tmp_path / source[1:]
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        code = compile(text, "elsewhere", "exec")
        entries[name] = (source, len(text), marshal.dumps(code))
    (tmp_path / "bundled" / "other.py").write_text("text = 'from its own file'\n")
    bundle = tmp_path / "bundle"
    bundle.touch()
    yield tmp_path, bundle, entries
    for name in [name for name in sys.modules if name.startswith("bundled")]:
        del sys.modules[name]


def is_installed():
    return isinstance(sys.meta_path[0], Bundle)


def test_a_module_knows_where_it_comes_from(tree):
    root, bundle, entries = tree
    install(str(root), str(bundle), entries)
    import bundled.module

    assert isinstance(bundled.module.__loader__, Bundle)
    assert bundled.module.here == (
        str(root / "bundled" / "module.py"),
        "bundled.module",
        "bundled",
        "bundled.module",
    )
    assert bundled.__path__ == [str(root / "bundled")]
    assert bundled.__doc__ == "Package."


def test_a_traceback_shows_the_line_of_the_source(tree):
    root, bundle, entries = tree
    install(str(root), str(bundle), entries)
    import bundled.module

    with pytest.raises(ValueError, match="as written") as raised:
        bundled.module.fail()
    last = traceback.extract_tb(raised.value.__traceback__)[-1]
    assert (last.filename, last.line) == (
        str(root / "bundled" / "module.py"),
        'raise ValueError("as written")',
    )


def test_what_is_not_in_it_is_imported_as_ever(tree):
    root, bundle, entries = tree
    install(str(root), str(bundle), entries)
    import bundled.other

    assert bundled.other.text == "from its own file"


def test_a_reload_runs_the_source_as_it_is_now(tree):
    import importlib

    root, bundle, entries = tree
    install(str(root), str(bundle), entries)
    import bundled.module

    (root / "bundled" / "module.py").write_text("here = 'edited'\n")
    importlib.invalidate_caches()
    assert importlib.reload(bundled.module).here == "edited"


def test_it_is_used_when_all_times_are_one(tree):
    root, bundle, entries = tree
    for path in (bundle, root / "bundled" / "module.py", root / "bundled" / "__init__.py"):
        os.utime(path, (0, 0))
    install(str(root), str(bundle), entries)
    assert is_installed()


def test_it_is_used_where_there_are_no_sources(tree):
    root, bundle, entries = tree
    (root / "bundled" / "module.py").unlink()
    install(str(root), str(bundle), entries)
    assert is_installed()


def test_one_that_is_older_than_a_source_is_not_used(tree):
    root, bundle, entries = tree
    later_ns = posix.stat(bundle).st_mtime_ns + 1
    os.utime(root / "bundled" / "module.py", ns=(later_ns, later_ns))
    install(str(root), str(bundle), entries)
    assert not is_installed()


def test_one_of_a_source_of_another_size_is_not_used(tree):
    root, bundle, entries = tree
    with (root / "bundled" / "module.py").open("a") as file:
        file.write("#")
    os.utime(root / "bundled" / "module.py", (0, 0))
    install(str(root), str(bundle), entries)
    assert not is_installed()
