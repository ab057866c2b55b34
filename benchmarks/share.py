"""Give a process a share of one CPU, as Lambda does by memory: a cgroup's quota.

    512 MB ──▶ 0.29      1,024 MB ──▶ 0.58      1,769 MB ──▶ 1

Source: Linux, Documentation/scheduler/sched-bwc.rst (cgroup v1) and
Documentation/admin-guide/cgroup-v2.rst, "CPU Interface Files".
"""

import math
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.candidate import Unavailable

UNLIMITED: Final = "unlimited"
"""The name of no share at all: the whole machine."""

PERIOD_US: Final = 20_000
"""With the kernel's 100 ms, short starts are over before the quota is."""

_V1: Final = Path("/sys/fs/cgroup/cpu")
_V2: Final = Path("/sys/fs/cgroup")


class Share(NamedTuple):
    """A group of processes that together get this much of one CPU."""

    group: Path

    @property
    def door(self) -> Path:
        """A process that writes its id here is in."""
        return self.group / "cgroup.procs"

    def settle(self) -> None:
        """Let the quota that entering used up come back."""
        time.sleep(1.25 * PERIOD_US / 1_000_000)


def size_of(name: str) -> float:
    """How much of one CPU a share is, by its name."""
    return math.inf if name == UNLIMITED else float(name)


@contextmanager
def cpu_share(name: str) -> Iterator[Share]:
    """Make the group of a share; it is gone afterwards.

    Raises:
        Unavailable: this machine does not let us.
    """
    is_v1 = (_V1 / "cpu.cfs_quota_us").exists()
    group = (_V1 if is_v1 else _V2) / f"firstbyte-{os.getpid()}-{name}"
    try:
        group.mkdir()
        _limit(group, round(float(name) * PERIOD_US), is_v1=is_v1)
    except (OSError, subprocess.CalledProcessError) as error:
        _remove(group)
        raise Unavailable(f"a share of a CPU is not possible here: {error}") from error
    try:
        yield Share(group)
    finally:
        _remove(group)


def _limit(group: Path, quota_us: int, *, is_v1: bool) -> None:
    """Set the quota, and see whether a process of ours may enter."""
    if is_v1:
        (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
        (group / "cpu.cfs_quota_us").write_text(str(quota_us))
    else:
        (group / "cpu.max").write_text(f"{quota_us} {PERIOD_US}")
    enter = ["/bin/sh", "-c", 'echo $$ > "$0"', str(group / "cgroup.procs")]
    subprocess.run(enter, check=True, stderr=subprocess.DEVNULL)


def _remove(group: Path) -> None:
    """Remove a group as soon as its last process is gone, which was killed before."""
    for _ in range(200):
        try:
            group.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
