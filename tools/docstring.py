"""Turn a docstring into a description for a model."""

from typing import Final

_SECTIONS: Final = ("Args:", "Arguments:", "Raises:", "Returns:", "Yields:")
"""Where a docstring begins to speak to programmers."""


def parse_docstring(docstring: str) -> str:
    """Undo the indentation, and end where the sections for programmers begin."""
    first, *others = docstring.expandtabs().splitlines() or [""]
    indent = min((len(line) - len(line.lstrip()) for line in others if line.strip()), default=0)
    lines = [first.strip(), *(line[indent:].rstrip() for line in others)]
    end = next((at for at, line in enumerate(lines) if line in _SECTIONS), len(lines))
    return "\n".join(lines[:end]).strip()


def describe_docstring(description: str | None, docstring: str) -> str | None:
    """Choose what an author said of a function, or else its docstring; None if neither."""
    return (parse_docstring(docstring) if description is None else description) or None
