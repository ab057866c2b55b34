"""Turn a checkout of the MCP specification's repository into the schemas the tests judge by.

    git clone https://github.com/modelcontextprotocol/modelcontextprotocol
    python scripts/schemas.py modelcontextprotocol

Writes `tests/schemas/<revision>.json`, one line each: the published schema without its prose.
The checkout may be bare; it is read at the commit that `tests/schemas/README.md` names.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMIT = "b0f60ba5409db7a6582440a7b473cc0398890f15"
REVISIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28")
TARGET = Path(__file__).parents[1] / "tests/schemas"

_PROSE = {"description", "$comment", "examples"}
_MAPS = {"$defs", "definitions", "properties", "patternProperties"}
"""Keywords whose members are named by the author: a property may be called `description`."""


def without_prose(schema: Any, is_map: bool = False) -> Any:
    """Take the annotations out of a schema, wherever they are."""
    if isinstance(schema, list):
        return [without_prose(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: without_prose(value, key in _MAPS and not is_map)
        for key, value in schema.items()
        if is_map or key not in _PROSE
    }


def main(checkout: str) -> None:
    """Write all of them."""
    for revision in REVISIONS:
        source = f"{COMMIT}:schema/{revision}/schema.json"
        # The one command is ours, its one argument the caller's own folder.
        text = subprocess.run(  # noqa: S603
            ["git", "-C", checkout, "show", source],  # noqa: S607  # wherever git is installed
            check=True,
            capture_output=True,
        ).stdout
        schema = without_prose(json.loads(text))
        compact = json.dumps(schema, separators=(",", ":"), sort_keys=True)
        (TARGET / f"{revision}.json").write_text(compact + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
