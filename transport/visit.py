"""Judge and answer what comes without a message: a GET that listens, a DELETE that leaves.

    GET                  a stream of what changes          while there is something that may
    GET, Last-Event-ID   the rest of a stream              405 if there is none
    DELETE               the end of the session            204

All of it is legacy, and needs a session and a store.

Source: MCP 2025-11-25, "Transports", listening for messages, resumability, session management.
"""

from firstbyte.transport import header, listening, session, sse
from firstbyte.transport.channel import Channel
from firstbyte.transport.errors import StoreFailed
from firstbyte.transport.fault import INVALID_REQUEST, Fault, Rejection, store_failed
from firstbyte.transport.journal import parse_event_id
from firstbyte.transport.membership import find_member
from firstbyte.transport.modern import unserved
from firstbyte.transport.patience import Patience
from firstbyte.transport.replay import Replay
from firstbyte.transport.revision import LEGACY, MODERN, REVISIONS, find_revision
from firstbyte.transport.session import Record
from firstbyte.transport.token import audience_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.invocation import Invocation
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.request import Request
    from firstbyte.transport.service import Service
    from firstbyte.transport.session import Session
    from firstbyte.transport.sink import Sink

    Stream = Callable[[Channel, Patience], None]


def judge_method(request: "Request", service: "Service", memory: "Memory") -> Rejection | None:
    """Refuse a method other than POST where it means nothing."""
    version = header.find_value(request.headers, header.PROTOCOL_VERSION)
    has_sessions = memory.has_store and find_revision(version, MODERN) is None
    is_resuming = header.LAST_EVENT_ID in request.headers
    is_listening = request.method == "GET" and has_sessions
    if request.method == "DELETE" and has_sessions:
        return None
    # In one piece it would hear of nothing before the end.
    if not request.door.is_live:
        is_listening = False
    if is_listening and (is_resuming or listening.promised_changes(service, LEGACY, memory)):
        return None
    methods = ["GET", "DELETE", "POST"] if has_sessions else ["POST"]
    if not request.door.is_live:
        methods = methods[-2:]
    allowed = ", ".join(method for method in methods if method != request.method)
    fault = Fault(INVALID_REQUEST, f"{request.method[:16]} is not served, only {allowed}")
    return Rejection(405, fault, headers={"allow": allowed})


def judge_visit(
    request: "Request",
    service: "Service",
    memory: "Memory",
    report: "Callable[[BaseException], None]",
) -> "Visit | Rejection":
    """Find out whose visit it is, and whether it can be answered."""
    version = header.find_value(request.headers, header.PROTOCOL_VERSION)
    if version is not None and version not in REVISIONS:
        return unserved(version)
    accept = header.find_value(request.headers, header.ACCEPT)
    is_leaving = request.method == "DELETE"
    if not (is_leaving or header.accepts(accept, header.SSE)):
        return Rejection(406, Fault(INVALID_REQUEST, f"only {header.SSE} is served"))
    member = find_member(request, memory, audience_of(service), report)
    if isinstance(member, Rejection):
        return member
    event_id = header.find_value(request.headers, header.LAST_EVENT_ID)
    return Visit(member.session, is_leaving=is_leaving, event_id=event_id)


class Visit:
    """A GET or a DELETE of one session; `event_id` is the last a client got, or None."""

    __slots__ = ("_event_id", "_is_leaving", "_session")

    def __init__(self, session: "Session", *, is_leaving: bool, event_id: str | None) -> None:
        self._session = session
        self._is_leaving = is_leaving
        self._event_id = event_id

    def answer(
        self,
        service: "Service",
        memory: "Memory",
        codec: "Codec",
        sink: "Sink",
        invocation: "Invocation",
    ) -> Rejection | None:
        """Answer on `sink` to the end, or say why not before anything is sent.

        Raises:
            BaseException: what `sink` raised, or the deadline's.
        """
        try:
            stream = self._begin(service, memory, codec)
        except StoreFailed as error:
            invocation.report(error)
            return store_failed()
        if isinstance(stream, Rejection):
            return stream
        if stream is None:
            sink.open(204, {})
            sink.close()
            return None
        is_primed = self._session.revision.has_priming
        channel = Channel(sink, sse.encode_retry() if is_primed else b"")
        invocation.watch(channel)
        try:
            stream(channel, Patience(memory, invocation))
        except StoreFailed as error:
            invocation.report(error)
            channel.hang_up()
        finally:
            invocation.unwatch()
        return None

    def _begin(
        self, service: "Service", memory: "Memory", codec: "Codec"
    ) -> "Stream | Rejection | None":
        """Return what is to be sent; None for nothing.

        Raises:
            StoreFailed: the store did not answer.
        """
        if self._is_leaving:
            session.change_record(memory, self._session, _ended)
            return None
        stream = listening.StandaloneStream(service, memory, self._session, codec)
        if self._event_id is None:
            return stream.listen
        name, position = parse_event_id(self._event_id) or ("", 0)
        if name.startswith(listening.STREAM_PREFIX):
            return stream.listen if stream.resume(name, position) else _unknown()
        replay = Replay(memory, self._session, codec, name, position)
        is_going_on = replay.find() if position else None
        if is_going_on is None:
            return _unknown()
        return replay.play if is_going_on else _over()


def _ended(record: Record) -> Record:
    return Record(record.level, record.subscriptions, is_ended=True)


def _over() -> Rejection:
    # "The server MUST either return Content-Type: text/event-stream in response to this HTTP
    # GET, or else return HTTP 405": clients take the latter for the sign not to come back.
    fault = Fault(INVALID_REQUEST, "the stream is over, and all of it was sent")
    return Rejection(405, fault, headers={"allow": "DELETE, POST"})


def _unknown() -> Rejection:
    text = "Last-Event-ID is no event of this session that could still be known"
    return Rejection(400, Fault(INVALID_REQUEST, text))
