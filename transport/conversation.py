"""Ask a legacy client: questions go out on the call's stream, and the call waits.

The client answers by a POST of its own, which any environment may get. So each question is an
item of the store, empty until the answer is written to it, once:

    {"result": {...}} or {"error": "why there is none"}

Source: MCP 2025-11-25, "Transports"; "Elicitation", "Sampling", "Roots", "Ping".
"""

from firstbyte.transport.capability import lacks
from firstbyte.transport.errors import NotJson
from firstbyte.transport.interruption import Cancelled
from firstbyte.transport.question import question_for
from firstbyte.transport.session import is_over

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from firstbyte.transport.cancellation import Cancellation
    from firstbyte.transport.codec import Codec
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Question
    from firstbyte.transport.session import Session

_TTL_S = 3_600.0
"""For longer than any invocation lasts, so that a late answer is still known for one."""
_FIRST_PAUSE_S = 0.025
_LONGEST_PAUSE_S = 0.25
_SPARE_MS = 500
"""Left to the function when it has to go on without an answer."""
_ID_LENGTH = 22
"""Of what `KeyRing.new_id` makes."""
_MAX_REASON_LENGTH = 300
"""In characters, of what a client says about why it does not answer."""


class Conversation:
    """What is asked of one legacy client during one call. Satisfies `Dialogue`."""

    __slots__ = ("_cancellation", "_exchange", "_session")

    def __init__(
        self, exchange: "Exchange", session: "Session", cancellation: "Cancellation"
    ) -> None:
        self._exchange = exchange
        self._session = session
        self._cancellation = cancellation

    def ask(self, questions: "Mapping[str, Question]") -> "dict[str, object]":
        """Send all questions, then wait until each is answered.

        Raises:
            Cancelled: the client took the call back.
            StoreFailed: the store did not answer.
            Exception: a question's `refusal`: it cannot be asked, so none is; or its answer is
                an error, no answer to it, or does not come while it can.
        """
        asked = {key: self._word(question) for key, question in questions.items()}
        exchange = self._exchange
        for key, (call_id, params) in asked.items():
            exchange.memory.store.put(_name(self._session, call_id), b"", _TTL_S)
            exchange.answer.request(call_id, questions[key].method, params)
        ids = {key: call_id for key, (call_id, _) in asked.items()}
        told, reason = self._wait(ids)
        for key in ids.keys() - told.keys():
            params = {"requestId": ids[key], "reason": reason}
            exchange.answer.notify("notifications/cancelled", params)
            told[key] = {"error": reason}
        return {key: _read(question, told[key]) for key, question in questions.items()}

    def recall(self, _step: str) -> None:
        """Return None: the function runs once."""

    def remember(self, step: str, value: object) -> None:
        """Do nothing: the function runs once."""

    def _word(self, question: "Question") -> "tuple[str, dict[str, Any]]":
        """Give a question an id nobody can guess, and the form the client's revision has."""
        exchange = self._exchange
        if lacks(exchange.capabilities, question.needs):
            raise question.refusal("the client does not declare the capability for it")
        assert exchange.memory.keys is not None  # noqa: S101  # where there is a session
        call_id = exchange.memory.keys.new_id()
        params = question_for(exchange.revision, question.method, question.params, call_id)
        if params is None:
            raise question.refusal("the client's protocol revision does not know it")
        return call_id, params

    def _wait(self, ids: "Mapping[str, str]") -> "tuple[dict[str, dict[str, Any]], str]":
        """Return what the client told, and why some of it is missing, if it is."""
        exchange = self._exchange
        memory, invocation = exchange.memory, exchange.invocation
        told: dict[str, dict[str, Any]] = {}
        pause_s = _FIRST_PAUSE_S
        while True:
            for key in ids.keys() - told.keys():
                item = memory.store.get(_name(self._session, ids[key]))
                if item is not None and item[0]:
                    told[key] = exchange.codec.decode(item[0])
            if len(told) == len(ids):
                return told, ""
            if invocation.remaining_ms() <= _SPARE_MS:
                return told, "the time for the call is up"
            if self._cancellation.has_come():
                raise Cancelled
            # From then on the client's answers are 404.
            if pause_s == _LONGEST_PAUSE_S and is_over(memory, self._session):
                return told, "its session is over"
            memory.clock.pause(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


def deliver(
    memory: "Memory", codec: "Codec", session: "Session", message: "Mapping[str, Any]"
) -> str:
    """Bring a JSON-RPC response of a client to the call that waits for it.

    It is "taken", "repeated" if the question is answered already, or "unasked". Needs
    `memory.has_store`.

    Raises:
        StoreFailed: the store did not answer.
    """
    call_id = message.get("id")
    if not _may_be_ours(call_id):
        return "unasked"
    name = _name(session, call_id)
    item = memory.store.get(name)
    if item is None:
        return "unasked"
    value, version = item
    if value or not memory.store.put(name, _told(codec, message), _TTL_S, version):
        return "repeated"
    return "taken"


def _may_be_ours(call_id: object) -> bool:
    return isinstance(call_id, str) and len(call_id) == _ID_LENGTH and call_id.isascii()


def _told(codec: "Codec", message: "Mapping[str, Any]") -> bytes:
    """Write down what the client says, whatever JSON that is."""
    result, error = message.get("result"), message.get("error")
    if isinstance(result, dict):
        try:
            return codec.encode({"result": result})
        except NotJson:
            return codec.encode({"error": "its answer is nested too deeply"})
    reason = error.get("message") if isinstance(error, dict) else None
    if isinstance(reason, str):
        return codec.encode({"error": f"it says: {reason[:_MAX_REASON_LENGTH]}"})
    return codec.encode({"error": "its answer is no object, and no error with a message"})


def _read(question: "Question", told: "Mapping[str, Any]") -> object:
    if "error" in told:
        raise question.refusal(f"the client did not answer; {told['error']}")
    try:
        return question.read(told["result"])
    except ValueError as error:
        raise question.refusal("the client's answer does not fit the question") from error


def _name(session: "Session", call_id: object) -> str:
    return f"question:{session.key}:{call_id}"
