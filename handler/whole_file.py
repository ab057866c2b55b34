"""Write a file that is made ahead: whole or not at all, and for every user to read.

An image is built by one user and run by another, whatever the former's umask.
"""

from pathlib import Path
from typing import Final

_READABLE: Final = 0o644


def write_whole(path: Path, octets: bytes) -> None:
    """Put `octets` in the place of what is at `path`, by way of a file beside it.

    Raises:
        OSError: it cannot be written there; what was there still is.
    """
    beside = path.with_suffix(".new")
    beside.write_bytes(octets)
    beside.chmod(_READABLE)
    beside.replace(path)
