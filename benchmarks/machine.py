"""Describe the machine of a run, as far as a reader needs it to judge the figures."""

import os
import platform
from pathlib import Path
from typing import Any


def describe_machine() -> dict[str, Any]:
    """Tell processor, cores, kernel, memory and how busy it is."""
    processor = _read_fields(Path("/proc/cpuinfo"))
    memory = _read_fields(Path("/proc/meminfo"))
    return {
        "cpu": processor.get("model name") or platform.processor() or platform.machine(),
        "architecture": platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "is_virtual": "hypervisor" in processor.get("flags", "").split(),
        "memory_bytes": int(memory.get("MemTotal", "0").split()[0]) * 1024,
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "kernel": platform.release(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _read_fields(path: Path) -> dict[str, str]:
    """Read `name : value` lines; of several processors the last one's."""
    fields = {}
    for line in path.read_text().splitlines():
        name, _, value = line.partition(":")
        fields[name.strip()] = value.strip()
    return fields
