"""Take an array of messages apart: calls to be answered, each in its place, and the rest.

Source: MCP 2025-03-26, "Base protocol", batching; JSON-RPC 2.0 section 6.
"""

from firstbyte.transport import meta
from firstbyte.transport.fault import INVALID_REQUEST, Rejection, reject
from firstbyte.transport.message import Call, parse_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firstbyte.transport.message import ClientResponse, Notification
    from firstbyte.transport.method import Method


def sort_batch(
    elements: "Sequence[object]", find_method: "Callable[[Call], Method | Rejection]"
) -> "tuple[list[tuple[Call, Method] | Rejection], list[Notification | ClientResponse]]":
    """Judge each element by itself; what is no message is answered in its place."""
    calls: list[tuple[Call, Method] | Rejection] = []
    unanswered: list[Notification | ClientResponse] = []
    for element in elements:
        message = parse_message(element)
        if isinstance(message, Rejection):
            calls.append(message)
        elif not isinstance(message, Call):
            unanswered.append(message)
        elif message.method == "initialize":
            # "MUST NOT be part of a JSON-RPC batch": the others would not know the outcome.
            calls.append(reject(INVALID_REQUEST, "initialize comes alone", message.id))
        elif meta.names_version(message.params):
            text = "a request with a protocol version in its _meta comes alone"
            calls.append(reject(INVALID_REQUEST, text, message.id))
        else:
            method = find_method(message)
            calls.append(method if isinstance(method, Rejection) else (message, method))
    return calls, unanswered
