"""Import our own modules from one file instead of one each: compiled, and read at one go.

The file is made by `handler.bundling`; this code travels in it, and `handler/bootstrap` runs
it. A module is taken from it once: what is reloaded is loaded as ever.
"""

import _imp
import posix
import sys
from marshal import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    Entry = tuple[str, int, bytes]
    """Where the source lies, from our folder on; its size in octets; the code, marshalled."""


class Bundle:
    """Finds and loads the modules of a bundle; a finder of `sys.meta_path` and their loader."""

    def __init__(self, root: str, entries: "Mapping[str, Entry]") -> None:
        self._root = root
        self._entries = dict(entries)

    def find_spec(
        self, name: str, _path: "Sequence[str] | None" = None, _target: object = None
    ) -> "ModuleSpec | None":
        """Tell what a module is made of, if it is still in here."""
        if name not in self._entries:
            return None
        source = self._root + self._entries[name][0]
        folder, _, file = source.rpartition("/")
        make = sys.modules["_frozen_importlib"].ModuleSpec
        spec: ModuleSpec = make(name, self, origin=source, is_package=file == "__init__.py")
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(folder)
        return spec

    def create_module(self, _spec: "ModuleSpec") -> None:
        """Leave it to the import system."""

    def exec_module(self, module: "ModuleType") -> None:
        """Run the module's code, which tracebacks find in its source."""
        source, _, octets = self._entries.pop(module.__name__)
        module.__file__ = self._root + source
        code = loads(octets)  # noqa: S302 (compiled by us, like any .pyc)
        _imp._fix_co_filename(code, module.__file__)  # type: ignore[attr-defined] # as importlib
        exec(code, module.__dict__)  # noqa: S102 (what importing is)


def install(root: str, path: str, entries: "Mapping[str, Entry]") -> None:
    """Import from the bundle at `path`, unless one of its sources is newer or of another size.

    So a deployment that sets all times to one keeps it; what has no source is trusted.
    """
    made_ns = posix.stat(path).st_mtime_ns
    for source, size, _ in entries.values():
        try:
            there = posix.stat(root + source)
        except OSError:
            continue
        if there.st_size != size or there.st_mtime_ns > made_ns:
            return
    sys.meta_path.insert(0, Bundle(root, entries))
