"""A tool that tells how far it is."""

import time

from firstbyte.tools import Context, tool


@tool
def count(n: int, context: Context) -> str:
    """Count to n and tell each number's moment."""
    for number in range(1, n + 1):
        time.sleep(0.002)
        context.progress(number, total=n, message=str(time.monotonic_ns()))
    return "done"
