"""Turn one HTTP request into its MCP answer: the transport's front and only door."""

from firstbyte.transport import meta
from firstbyte.transport.admission import Acknowledged, Admission
from firstbyte.transport.answer import JSON_HEADERS, Answer
from firstbyte.transport.fault import INTERNAL_ERROR, Fault, Rejection
from firstbyte.transport.message import error_message, result_message
from firstbyte.transport.method import Exchange
from firstbyte.transport.revision import MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.admission import Admitted
    from firstbyte.transport.codec import Codec
    from firstbyte.transport.invocation import Invocation
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.policy import Policy
    from firstbyte.transport.request import Request
    from firstbyte.transport.service import Service
    from firstbyte.transport.sink import Sink

_CACHE_HINTS = {"ttlMs": 300_000, "cacheScope": "public"}
"""What is offered changes with a deployment only, and is the same for every caller; for five
minutes a client may go on with what the last deployment offered."""


class Endpoint:
    """One MCP endpoint: a service under a policy. It remembers nothing between requests."""

    __slots__ = ("_admission", "_codec", "_memory", "_service")

    def __init__(
        self, service: "Service", policy: "Policy", codec: "Codec", memory: "Memory"
    ) -> None:
        self._service = service
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
        verdict = self._admission.judge(request)
        if isinstance(verdict, Rejection):
            sink.open(verdict.status, {**JSON_HEADERS, **verdict.headers})
            sink.close(self._codec.encode(error_message(verdict.call_id, verdict.fault)))
        elif isinstance(verdict, Acknowledged):
            sink.open(202, {})
            sink.close()
        else:
            answer = Answer(
                verdict.call.id,
                sink,
                self._codec,
                accepts_json=verdict.accepts_json,
                accepts_sse=verdict.accepts_sse,
            )
            self._perform(request, verdict, answer, invocation)

    def _perform(
        self,
        request: "Request",
        admitted: "Admitted",
        answer: Answer,
        invocation: "Invocation",
    ) -> None:
        """Run the method and finish the answer; what may take long is watched to the end."""
        if admitted.method.is_watched:
            invocation.watch(answer)
        try:
            answer.finish(
                self._codec.encode(self._response(request, admitted, answer, invocation))
            )
        except BaseException:
            if not invocation.has_fired:
                text = f"the server failed; its log has request id {invocation.request_id}"
                fault = Fault(INTERNAL_ERROR, text)
                answer.fail(self._codec.encode(error_message(admitted.call.id, fault)))
            raise
        finally:
            if admitted.method.is_watched:
                invocation.unwatch()

    def _response(
        self,
        request: "Request",
        admitted: "Admitted",
        answer: Answer,
        invocation: "Invocation",
    ) -> "dict[str, Any]":
        call, method, revision = admitted.call, admitted.method, admitted.revision
        wishes = meta.parse_wishes(call.params, revision)
        if isinstance(wishes, Fault):
            return error_message(call.id, wishes)
        exchange = Exchange(
            call.id,
            call.method,
            call.params,
            request.headers,
            request.principal,
            revision,
            meta.capabilities_of(call.params),
            None,
            None,
            wishes,
            self._service,
            self._codec,
            self._memory,
            answer,
            invocation,
        )
        result = method.perform(exchange)
        if isinstance(result, Fault):
            return error_message(call.id, result)
        if revision.era == MODERN:
            hints = _CACHE_HINTS if method.is_cacheable else {}
            identity = {meta.SERVER_INFO: self._service.identity}
            result = {"resultType": "complete", **result, **hints, "_meta": identity}
        return result_message(call.id, result)
