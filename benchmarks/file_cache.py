"""Throw files out of the system's file cache, and tell how much of them is in it.

What another process has mapped cannot be thrown out: the meter itself holds a part of
libstdc++, since it draws plots. So what a start needs of its files is not what the disk gave
for it (`read_bytes` in `/proc/PID/io`, which varies with all else that runs), but what of them
is in the cache afterwards.

Source: mincore(2), posix_fadvise(2). A file of another user counts whole, unless we are root.
"""

import ctypes
import mmap
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_NOT_ON_DISK: Final = ("/proc/", "/sys/", "/dev/")
_mincore: Final = ctypes.CDLL(None, use_errno=True).mincore
_mincore.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p)


def evict(paths: Iterable[str]) -> None:
    """Throw files out of the file cache, as far as nobody uses them."""
    for path in _on_disk(paths):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def resident_bytes(paths: Iterable[str]) -> int:
    """Add up what of these files is in the cache, each file once, in whole pages.

    Raises:
        OSError: the system does not tell.
    """
    found = {(path.stat().st_dev, path.stat().st_ino): path for path in _on_disk(paths)}
    return sum(map(_resident_bytes, found.values()))


def _resident_bytes(path: Path) -> int:
    size = path.stat().st_size
    if not size:
        return 0
    pages = ctypes.create_string_buffer(-(-size // mmap.PAGESIZE))
    # A private copy, of which no page is ever touched: only a writable one tells its address.
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY) as area,
    ):
        first = ctypes.c_char.from_buffer(area)
        failed = _mincore(ctypes.addressof(first), size, pages)
        # The area cannot be closed while something points into it.
        del first
    if failed:
        raise OSError(ctypes.get_errno(), "mincore failed", str(path))
    return sum(page & 1 for page in pages.raw) * mmap.PAGESIZE


def _on_disk(paths: Iterable[str]) -> list[Path]:
    return [
        Path(path)
        for path in sorted(set(paths))
        if not path.startswith(_NOT_ON_DISK) and Path(path).is_file()
    ]
