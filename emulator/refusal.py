"""What a caller is told when no invocation came of its request."""

from dataclasses import dataclass
from typing import Final

from firstbyte.emulator.body import MAX_REQUEST_BYTES


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP answer of the service itself; `kind` is the exception an SDK raises for it."""

    status: int
    kind: str
    body: bytes
    media_type: str = "application/json"

    def headers(self) -> dict[str, str]:
        """Name the error as the service does; some have no name."""
        named = {"x-amzn-errortype": self.kind} if self.kind else {}
        return {"content-type": self.media_type, **named}


THROTTLED: Final = Refusal(
    429,
    "TooManyRequestsException",
    b'{"Reason":"ConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}',
)
TOO_LARGE: Final = Refusal(
    413,
    "RequestTooLargeException",
    b'{"Type":"User","message":"Request must be smaller than %d bytes"}' % MAX_REQUEST_BYTES,
)
NOT_FOUND: Final = Refusal(
    404, "ResourceNotFoundException", b'{"Type":"User","Message":"Function not found"}'
)
INVALID_CONTEXT: Final = Refusal(
    400,
    "InvalidRequestContentException",
    b'{"Type":"User","message":"Client context must be a JSON object in base64"}',
)
