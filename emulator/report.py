"""Turn the measurements of one invocation into Lambda's REPORT line."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    """What one invocation cost. `init_ms` is 0 if it was warm, `status` empty if it worked."""

    request_id: str
    duration_ms: float
    init_ms: float
    memory_mb: int
    max_memory_mb: int
    status: str

    def line(self) -> str:
        """Render the line. Init is billed with the invocation it was made for."""
        fields = [
            f"RequestId: {self.request_id}",
            f"Duration: {self.duration_ms:.2f} ms",
            f"Billed Duration: {math.ceil(self.duration_ms + self.init_ms)} ms",
            f"Memory Size: {self.memory_mb} MB",
            f"Max Memory Used: {self.max_memory_mb} MB",
        ]
        if self.init_ms:
            fields.append(f"Init Duration: {self.init_ms:.2f} ms")
        if self.status:
            fields.append(f"Status: {self.status}")
        return "REPORT " + "\t".join(fields)
