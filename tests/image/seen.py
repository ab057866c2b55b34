"""Run our bootstrap and say which files it opens, one a line, as it opens them.

Its argument is the path of the bootstrap; what follows is served.
"""

import _imp
import os
import runpy
import sys


def tell(path):
    """Write it past all that the server does with its output."""
    os.write(2, f"opens {path}\n".encode())


def note(event, arguments):
    """Tell the names of files."""
    if event == "open" and isinstance(arguments[0], str):
        tell(arguments[0])


def link(spec, *rest):
    """Tell where an extension lies, and load it."""
    tell(spec.origin)
    return create(spec, *rest)


create, _imp.create_dynamic = _imp.create_dynamic, link
sys.argv = sys.argv[1:]
sys.addaudithook(note)
runpy.run_path(sys.argv[0], run_name="__main__")
