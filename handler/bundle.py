"""Load our own modules from one file instead of one each: compiled, and read at one go.

The file is made by `handler.bundling`; this code travels in it, and `handler/bootstrap` runs
it. The modules are run one after the other, past the import system, which would take 60,000 to
85,000 instructions for each; they come out as importing would have made them, and are reloaded
from their sources. Compiled extensions that are needed at once are loaded from where they were
found when the bundle was made: no folder has to be searched for them.
"""

import _imp
import gc
import posix
import sys
from marshal import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType


def load(root: str, path: str, sources: "Iterable[tuple[str, int]]", octets: bytes) -> None:
    """Load what is in the bundle at `path`, unless a source is newer or of another size.

    So a deployment that sets all times to one keeps it; what has no source is trusted.
    `sources` has their paths below `root`, our folder, and their sizes; `octets` are, when
    unmarshalled, the name of each module, its path (below `root`, if it is ours) and its code
    (None of an extension), in the order in which they can be run.
    """
    made_ns = posix.stat(path).st_mtime_ns
    for source, size in sources:
        try:
            there = posix.stat(root + source)
        except OSError:
            continue
        if there.st_size != size or there.st_mtime_ns > made_ns:
            return
    # What is made here stays: looking through it for garbage finds none, now or later.
    gc.disable()
    for name, file, code in loads(octets):  # noqa: S302 (compiled by us, like any .pyc)
        if code:
            _run(name, root + file, code)
        else:
            _link(name, file)
    gc.freeze()
    gc.enable()


def _run(name: str, file: str, code: "CodeType") -> None:
    """Do what importing a module does, once it is found and compiled."""
    folder, _, base = file.rpartition("/")
    parent, _, tail = name.rpartition(".")
    loader = sys.modules["_frozen_importlib_external"].SourceFileLoader(name, file)
    spec = sys.modules["_frozen_importlib"].ModuleSpec(name, loader, origin=file)
    spec.has_location = True
    module = type(sys)(name)
    if base == "__init__.py":
        module.__path__ = spec.submodule_search_locations = [folder]
        module.__package__ = name
    else:
        module.__package__ = parent
    module.__spec__, module.__loader__, module.__file__ = spec, loader, file
    sys.modules[name] = module
    _imp._fix_co_filename(code, file)  # type: ignore[attr-defined] # as importlib
    exec(code, module.__dict__)  # noqa: S102 (what importing is)
    setattr(sys.modules[parent], tail, module)


def _link(name: str, file: str) -> None:
    """Load an extension; where it is not there, it is left to be searched for."""
    try:
        posix.stat(file)
    except OSError:
        return
    loader = sys.modules["_frozen_importlib_external"].ExtensionFileLoader(name, file)
    importing = sys.modules["_frozen_importlib"]
    spec = importing.ModuleSpec(name, loader, origin=file)
    spec.has_location = True
    importing._load(spec)
