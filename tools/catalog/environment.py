"""Tell about the process that answers, without asking AWS."""

import os
import platform
from typing import TypedDict

from firstbyte.tools import Context, tool


class Environment(TypedDict):
    """`invocations` counts what this environment was asked, this call included; 1 is cold."""

    cold: bool
    invocations: int
    memory_limit_mb: int | None
    peak_rss_mb: float | None
    remaining_ms: int
    region: str | None
    python_version: str


@tool(title="Describe the environment", read_only=True, open_world=False)
def environment(context: Context) -> Environment:
    """Tell whether this Lambda environment is cold or warm, its memory and the time left."""
    memory_limit = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    return Environment(
        cold=context.invocation_number == 1,
        invocations=context.invocation_number,
        memory_limit_mb=int(memory_limit) if memory_limit else None,
        peak_rss_mb=_read_peak_rss(),
        remaining_ms=context.remaining_ms(),
        region=os.environ.get("AWS_REGION"),
        python_version=platform.python_version(),
    )


def _read_peak_rss() -> float | None:
    """Read the most megabytes resident so far; None where there is no /proc.

    Not getrusage: its figure starts at that of the process which started this one.
    """
    # Not pathlib, which nothing else of a light tool's cold call needs: 7 ms by
    # `python -X importtime -c "import msgspec, orjson, platform, pathlib"`.
    try:
        status = open("/proc/self/status", encoding="ascii", errors="replace")  # noqa: PTH123, SIM115 - see above; closed below
    except FileNotFoundError:
        return None
    with status:
        kilobytes = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
    return int(kilobytes) / 1024
