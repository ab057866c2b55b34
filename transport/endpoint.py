"""Turn one HTTP request into its MCP answer: the transport's front and only door."""

from firstbyte.transport import meta
from firstbyte.transport.admission import Acknowledged, Admission, Admitted
from firstbyte.transport.answer import JSON_HEADERS, Answer
from firstbyte.transport.errors import CallEnded, CallFailed, StoreFailed
from firstbyte.transport.fault import (
    BAD_REQUEST,
    INTERNAL_ERROR,
    Fault,
    Rejection,
    store_failed,
)
from firstbyte.transport.message import error_message
from firstbyte.transport.method import Exchange
from firstbyte.transport.result import complete, encode_result
from firstbyte.transport.revision import MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.invocation import Invocation
    from firstbyte.transport.journal import Journal
    from firstbyte.transport.membership import Member
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.message import Call, ClientResponse, Notification
    from firstbyte.transport.method import Method
    from firstbyte.transport.policy import Policy
    from firstbyte.transport.request import Request
    from firstbyte.transport.result import Prepared
    from firstbyte.transport.service import Service
    from firstbyte.transport.sink import Sink


class Endpoint:
    """One MCP endpoint: a service under a policy.

    It remembers nothing of its clients; only what is the same for all is kept in `prepared`,
    where some may lie already.
    """

    __slots__ = ("_admission", "_codec", "_memory", "_prepared", "_service")

    def __init__(
        self,
        service: "Service",
        policy: "Policy",
        codec: "Codec",
        memory: "Memory",
        prepared: "Prepared | None" = None,
    ) -> None:
        self._service = service
        self._prepared: Prepared = {} if prepared is None else prepared
        self._codec = codec
        self._memory = memory
        self._admission = Admission(service, policy, codec, memory)

    def answer(self, request: "Request", sink: "Sink", invocation: "Invocation") -> None:
        """Answer `request` on `sink`, opened here and closed before returning.

        Raises:
            BaseException: what `sink` raised, or the service where it must not. A client that
                hears events already has heard of it; `sink` is not closed, and untouched
                otherwise. If it is the deadline's, `invocation` was given the answer to end.
        """
        account = invocation.account
        verdict = self._admission.judge(request, invocation.report)
        if isinstance(verdict, Admitted):
            self._perform(request, verdict, sink, invocation)
            return
        if isinstance(verdict, Rejection):
            refusal: Rejection | None = verdict
        elif isinstance(verdict, Acknowledged):
            refusal = self._acknowledge(verdict, sink, invocation)
        else:
            refusal = verdict.answer(self._service, self._memory, self._codec, sink, invocation)
        if refusal is not None:
            account["reason"] = refusal.fault.message
            sink.open(refusal.status, {**JSON_HEADERS, **refusal.headers})
            sink.close(self._codec.encode(error_message(refusal.call_id, refusal.fault)))

    def _acknowledge(
        self, acknowledged: Acknowledged, sink: "Sink", invocation: "Invocation"
    ) -> Rejection | None:
        refusal = self._receive(acknowledged.messages, acknowledged.member, invocation)
        if refusal is None:
            sink.open(202, {})
            sink.close()
        return refusal

    def _receive(
        self,
        messages: "Sequence[Notification | ClientResponse]",
        member: "Member | None",
        invocation: "Invocation",
    ) -> Rejection | None:
        """Act on what has no answer, or tell why one of the messages cannot be taken."""
        if not messages or member is None or not self._memory.has_store:
            return None
        from firstbyte.transport.receiving import receive

        return receive(messages, member.session, self._memory, self._codec, invocation)

    def _perform(
        self,
        request: "Request",
        admitted: Admitted,
        sink: "Sink",
        invocation: "Invocation",
    ) -> None:
        """Run the methods and finish the answer; what may take long is watched to the end."""
        calls = admitted.calls
        account = invocation.account
        account["era"], account["version"] = admitted.revision.era, admitted.revision.version
        if admitted.member is not None:
            account["session"] = admitted.member.session.key
        account["calls"] = []
        account["asked"] = len(calls)
        answer = Answer(
            [call.call_id if isinstance(call, Rejection) else call[0].id for call in calls],
            sink,
            self._codec,
            accepts_json=admitted.accepts_json,
            accepts_sse=admitted.accepts_sse,
            is_batch=admitted.is_batch,
            journal=self._make_journal(request, admitted, invocation),
            door=request.door,
        )
        methods = [call[1] for call in calls if not isinstance(call, Rejection)]
        is_watched = any(method.is_watched for method in methods)
        if is_watched:
            invocation.watch(answer)
        try:
            # A response nobody waits for takes nothing from the batch's calls.
            self._receive(admitted.unanswered, admitted.member, invocation)
            for call in calls:
                if isinstance(call, Rejection):
                    message = error_message(call.call_id, call.fault)
                    answer.finish(self._codec.encode(message))
                    account["calls"].append({"outcome": "error"})
                else:
                    self._respond(request, admitted, call, answer, invocation)
        except BaseException:
            if not invocation.has_fired:
                text = f"the server failed; its log has request id {invocation.request_id}"
                answer.fail(Fault(INTERNAL_ERROR, text))
            raise
        finally:
            if is_watched:
                invocation.unwatch()
        # Where one function was called others will be, and nobody waits for an answer now.
        called = any(method.is_watched and not method.is_prepared for method in methods)
        if called and invocation.remaining_ms():
            self._codec.load()

    def _make_journal(
        self, request: "Request", admitted: Admitted, invocation: "Invocation"
    ) -> "Journal | None":
        member = admitted.member
        # What comes in one piece comes whole or not at all.
        if member is None or not (self._memory.has_store and request.door.is_live):
            return None
        if not (admitted.accepts_sse and admitted.revision.has_event_ids):
            return None
        from firstbyte.transport.journal import Journal

        return Journal(self._memory, member.session, self._codec, invocation)

    def _respond(
        self,
        request: "Request",
        admitted: Admitted,
        admitted_call: "tuple[Call, Method]",
        answer: Answer,
        invocation: "Invocation",
    ) -> None:
        """Perform one call and end it, as its method says."""
        call, method = admitted_call
        is_modern = admitted.revision.era == MODERN
        told: dict[str, Any] = {"method": call.method, "params": call.params}
        told["outcome"] = "failed"
        invocation.account["calls"].append(told)
        response = self._result(request, admitted, admitted_call, answer, invocation)
        if response is None:
            told["outcome"] = "cancelled"
            answer.abandon()
        elif isinstance(response, Fault):
            told["outcome"], told["code"] = "error", response.code
            is_bad = is_modern and response.code in BAD_REQUEST
            message = error_message(call.id, response)
            answer.finish(self._codec.encode(message), 400 if is_bad else 200)
        else:
            if is_modern and isinstance(response, dict):
                response = complete(self._service, response, method.is_cacheable)
            told["outcome"] = _outcome_of(response)
            octets = encode_result(self._codec, call.id, response)
            if not answer.has_room(octets):
                from firstbyte.transport.oversize import replace_result

                told["outcome"] = "tool failed"
                octets = replace_result(
                    call, octets, answer, admitted.revision, self._service, self._codec
                )
            answer.finish(octets)

    def _result(
        self,
        request: "Request",
        admitted: Admitted,
        admitted_call: "tuple[Call, Method]",
        answer: Answer,
        invocation: "Invocation",
    ) -> "dict[str, Any] | bytes | Fault | None":
        """Return a call's result, why there is none, or None if its client wants no answer."""
        call, method = admitted_call
        revision, member = admitted.revision, admitted.member
        session = record = None
        begun_s = 0.0
        capabilities: Any = {}
        if revision.era == MODERN:
            capabilities = meta.capabilities_of(call.params)
        elif member is not None:
            session, record, begun_s = member.session, member.record, member.begun_s
            capabilities = session.capabilities
        wishes = meta.parse_wishes(call.params, revision, record)
        if isinstance(wishes, Fault):
            return wishes
        exchange = Exchange(
            call,
            request.headers,
            request.principal,
            revision,
            capabilities,
            session,
            wishes,
            self._service,
            self._codec,
            self._memory,
            self._prepared,
            answer,
            invocation,
            begun_s,
            has_waited=admitted_call is not admitted.calls[0],
        )
        try:
            return method.perform(exchange)
        except CallEnded as end:
            return end.response
        except CallFailed as failure:
            return Fault(INTERNAL_ERROR, str(failure))
        except StoreFailed as error:
            invocation.report(error)
            return store_failed(call.id).fault


def _outcome_of(result: "dict[str, Any] | bytes") -> str:
    """Name what came of a call that has a result, in the words of `Invocation.account`."""
    if isinstance(result, bytes):
        return "ok"
    if result.get("resultType") == "input_required":
        return "input required"
    return "tool failed" if result.get("isError") is True else "ok"
