"""Act on what a legacy client says that needs no answer: its responses, its change of mind.

Source: MCP 2025-11-25, "Transports", sending messages; "Cancellation".
"""

from firstbyte.transport.cancellation import cancel
from firstbyte.transport.conversation import deliver
from firstbyte.transport.errors import StoreFailed
from firstbyte.transport.fault import INVALID_REQUEST, Rejection, reject, store_failed
from firstbyte.transport.message import ClientResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.invocation import Invocation
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.message import Notification
    from firstbyte.transport.session import Session


def receive(
    messages: "Sequence[Notification | ClientResponse]",
    session: "Session",
    memory: "Memory",
    codec: "Codec",
    invocation: "Invocation",
) -> Rejection | None:
    """Take all that can be taken; return why not, if there was something that could not.

    An answer that comes a second time is taken, and changes nothing.
    """
    refusal = None
    try:
        for message in messages:
            if isinstance(message, ClientResponse):
                if deliver(memory, codec, session, message.body) == "unasked":
                    text = "nothing was asked that this could be a response to"
                    refusal = reject(INVALID_REQUEST, text)
            elif message.method == "notifications/cancelled":
                cancel(memory, session, message.params.get("requestId"))
    except StoreFailed as error:
        invocation.report(error)
        return store_failed()
    return refusal
