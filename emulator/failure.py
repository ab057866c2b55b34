"""What went wrong with an invocation, in the platform's words."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an invocation has no answer, or only part of one.

    `kind` is an error type such as `Runtime.ExitError`. `body` is what the invoke API hands
    out: the runtime's own octets, or `platform_failure`'s. With `is_cut` the octets sent so far
    are not the whole answer and the client has to notice; without, the stream ended in good
    order and its trailers told of the error.
    """

    kind: str
    body: bytes
    is_cut: bool = True

    def summary(self) -> str:
        """Word it as one line for a log."""
        return f"{self.kind}: {self.body.decode(errors='replace')}"


def platform_failure(kind: str, message: str) -> Failure:
    """Word a failure that the platform, not the function, found."""
    return Failure(kind, json.dumps({"errorType": kind, "errorMessage": message}).encode())
