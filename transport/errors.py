"""Everything the transport can raise, and who has to care."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.fault import Fault


class TransportError(Exception):
    """Base of every error raised by this package."""


class MalformedJson(TransportError):
    """The octets are no JSON text. The client's fault: admission makes it a rejection."""


class NotJson(TransportError):
    """The value has no JSON form. Reaches the tool that reported it, or the log."""


class UnknownLevel(TransportError):
    """A tool logged at a level RFC 5424 does not name. A bug of the tool's."""


class StoreFailed(TransportError):
    """The store did not do what it was asked to. Ours to log; the client may try again."""


class CallEnded(TransportError):
    """A call came to its end otherwise than by its function returning.

    `response` is the result or the fault to answer with, or None where the client took the call
    back and wants no answer.
    """

    def __init__(self, response: "dict[str, Any] | Fault | None") -> None:
        super().__init__()
        self.response = response


class CallFailed(TransportError):
    """A function of the server's authors raised; the log has it, `str()` is for the client."""
