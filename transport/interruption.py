"""What leaves a running function of an author's; `authored` catches it around the function."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.fault import Fault


class Interruption(BaseException):
    """Leaves a running function. No `Exception`, so authors do not catch it by accident.

    `response` is what the call ends with, as in `CallEnded`.
    """

    def __init__(self, response: "dict[str, Any] | Fault | None" = None) -> None:
        super().__init__()
        self.response = response


class Suspended(Interruption):
    """The client has to answer first."""


class Unanswerable(Interruption):
    """The client cannot be asked: it lacks a capability, or what it answered is too long."""


class Cancelled(Interruption):
    """The client took the call back."""
