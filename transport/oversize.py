"""Turn a result that is too large for the way back into one that says so.

Of a tool it is a failed result: the model may ask for less. Of anything else it is an error.
"""

from firstbyte.transport.fault import INTERNAL_ERROR, Fault
from firstbyte.transport.message import error_message
from firstbyte.transport.older import call_result_for
from firstbyte.transport.result import complete, encode_result
from firstbyte.transport.revision import MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.transport.answer import Answer
    from firstbyte.transport.codec import Codec
    from firstbyte.transport.message import Call
    from firstbyte.transport.revision import Revision
    from firstbyte.transport.service import Service


def replace_result(
    call: "Call",
    message: bytes,
    answer: "Answer",
    revision: "Revision",
    service: "Service",
    codec: "Codec",
) -> bytes:
    """Write the message that `call` is answered with instead of `message`."""
    size = answer.door.size_of(message)
    text = f"the result takes {size} bytes, at most {answer.room} get through; ask for less"
    if call.method != "tools/call":
        return codec.encode(error_message(call.id, Fault(INTERNAL_ERROR, text)))
    told = [{"type": "text", "text": text}]
    result = call_result_for(revision, told, None, False, True)
    if revision.era == MODERN:
        result = complete(service, result, False)
    return encode_result(codec, call.id, result)
