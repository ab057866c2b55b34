"""Visit an MCP server as clients do, and say what is wrong with it.

    python -m firstbyte.probe URL [--tool NAME --arguments JSON] [--format text|json|junit]

`--help` tells the rest.
"""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Probe and return the exit status; without `arguments`, those of the process.

    Raises:
        SystemExit: the arguments are wrong.
    """
    try:
        from firstbyte.probe.command import run
    except ModuleNotFoundError as error:
        sys.stderr.write(f"{error}; it comes with: pip install 'firstbyte[probe]'\n")
        return 2
    try:
        return run(arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
