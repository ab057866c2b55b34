"""Find the session a legacy request belongs to, or why it is not served.

    no session id                                            400
    altered, expired, another principal's or server's, ended  404

The session's revision counts, also where the version header names another that is served: the
text only has one refused that is not.

Source: MCP 2025-11-25, "Transports", session management, protocol version header.
"""

from firstbyte.transport import header, session
from firstbyte.transport.errors import StoreFailed
from firstbyte.transport.fault import INVALID_REQUEST, Fault, Rejection, store_failed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbyte.transport.memory import Memory
    from firstbyte.transport.request import Request
    from firstbyte.transport.session import Record, Session


class Member:
    """A session and what the store has of it; the record is None where there is no store.

    It was looked up at `begun_s`, in seconds since 1970.
    """

    __slots__ = ("begun_s", "record", "session")

    def __init__(self, session: "Session", record: "Record | None", begun_s: float) -> None:
        self.session = session
        self.record = record
        self.begun_s = begun_s


def find_member(
    request: "Request",
    memory: "Memory",
    audience: str,
    report: "Callable[[BaseException], None]",
    call_id: "str | int | None" = None,
) -> Member | Rejection:
    """Judge a legacy request of a server that has keys.

    A store that fails is told to `report`. A call hears of it under its id, as an error of the
    call's; what has no id is refused.
    """
    token = header.find_value(request.headers, header.SESSION_ID)
    if token is None:
        text = "Mcp-Session-Id is missing: a session begins with initialize"
        return Rejection(400, Fault(INVALID_REQUEST, text), call_id)
    found = session.find(memory, audience, token, request.principal)
    # "A different credential must look like not found": one answer to all of these.
    if found is None:
        return _gone(call_id)
    begun_s = memory.clock.epoch_s()
    if not memory.has_store:
        return Member(found, None, begun_s)
    try:
        record = session.load_record(memory, found)
    except StoreFailed as error:
        report(error)
        return store_failed(call_id)
    return _gone(call_id) if record.is_ended else Member(found, record, begun_s)


def _gone(call_id: "str | int | None") -> Rejection:
    text = "there is no such session, or it is over: begin one with initialize"
    return Rejection(404, Fault(INVALID_REQUEST, text), call_id)
