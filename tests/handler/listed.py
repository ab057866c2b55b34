"""Servers to be written down, each in a module of its own."""

from itertools import count

from firstbyte.handler.manifesting import Draft

NUMBERS = count()
APP = """
from firstbyte.tools import Server, tool

@tool
def word() -> str:
    "Say one."
    return "word"

server = Server(name="{name}", version="1", tools=[word])

def function(event, context): ...
"""


def write_app(folder):
    """Write a module with a server into `folder`; its new name comes back."""
    name = f"manifest_app_{next(NUMBERS)}"
    (folder / f"{name}.py").write_text(APP.format(name=name))
    return name


def written(name):
    """Write the manifest of `name`."""
    draft = Draft(name)
    draft.write()
    return draft
