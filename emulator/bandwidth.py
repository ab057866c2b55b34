"""Tell how long a streamed octet has to wait: a burst, then a steady rate.

Source: AWS Lambda quotas ("uncapped for the first 6 MB, then 2 MB/s"); the steps are those of
aws-lambda-runtime-interface-emulator, internal/lambda/core/directinvoke.
"""

import math
from typing import Final

BURST_BYTES: Final = 6 * 1024 * 1024
STEP_BYTES: Final = 256 * 1024
STEP_S: Final = 0.125


class TokenBucket:
    """The allowance of one response. Times are seconds of one monotonic clock."""

    def __init__(self, now_s: float) -> None:
        self._tokens = BURST_BYTES
        self._last_step_s = now_s

    def take(self, octets: int, now_s: float) -> float:
        """Reserve `octets` and return the seconds to wait before they may leave."""
        steps = int((now_s - self._last_step_s) / STEP_S)
        self._last_step_s += steps * STEP_S
        self._tokens = min(BURST_BYTES, self._tokens + steps * STEP_BYTES) - octets
        if self._tokens >= 0:
            return 0.0
        missing_steps = math.ceil(-self._tokens / STEP_BYTES)
        return self._last_step_s + missing_steps * STEP_S - now_s
