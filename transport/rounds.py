"""Ask a modern client: the call ends with the questions, and is run again with the answers.

What is known from earlier rounds travels with the client, sealed:

    {"steps":   {step: what it came to},
     "answers": {key: [digest of the question, the client's answer]},
     "asked":   {key: digest of the question}}

An answer counts for the very question it was given to. A client that sends answers but no state
knows what it will be asked: there an answer counts for the question of its key. The seal holds
for this call alone, by its method, name and arguments, this server and this principal, and for
ten minutes.

Source: MCP 2026-07-28, "Multi round-trip requests".
"""

from _thread import allocate_lock

from firstbyte.transport.capability import find_obstacle, lacks, merge
from firstbyte.transport.digest import digest
from firstbyte.transport.errors import CallEnded
from firstbyte.transport.fault import INVALID_PARAMS, MISSING_CAPABILITY, Fault
from firstbyte.transport.interruption import Suspended, Unanswerable
from firstbyte.transport.result import complete, encode_result
from firstbyte.transport.token import Tokens, audience_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Question

_PURPOSE = "requestState"
_TTL_S = 600

MAX_STATE_BYTES = 524_288
"""What steps and answers may come to as JSON. The official Python client reads no event of more
than 1 MiB; the state is all in one, and sealed in Base64 it is a third longer."""

_STATE = "requestState"
_RESPONSES = "inputResponses"
_ASKABLE = frozenset(("elicitation/create", "sampling/createMessage", "roots/list"))
_INVALID_STATE = Fault(
    INVALID_PARAMS,
    "requestState is invalid or has expired",
    {"reason": "invalid_request_state"},
)


class Rounds:
    """One round of a call, which knows what the earlier ones came to. Satisfies `Dialogue`."""

    __slots__ = ("_ahead", "_answers", "_exchange", "_lock", "_steps", "_tokens", "_used")

    def __init__(self, exchange: "Exchange") -> None:
        """Read what came along with the call.

        Raises:
            CallEnded: the state is not ours, or something is of a wrong type.
        """
        self._exchange = exchange
        self._tokens = Tokens(exchange.memory, exchange.codec, _PURPOSE, _bound(exchange))
        responses = _responses(exchange.params)
        state = self._unseal(exchange.params)
        self._steps: dict[str, Any] = state.get("steps", {})
        self._answers: dict[str, list[Any]] = state.get("answers", {})
        # What was not asked is ignored, and so is a second answer.
        for key, question in state.get("asked", {}).items():
            if key in responses:
                self._answers[key] = [question, responses[key]]
        self._ahead = {} if _STATE in exchange.params else responses
        self._used: dict[str, str] = {}
        self._lock = allocate_lock()

    def ask(self, questions: "Mapping[str, Question]") -> "dict[str, object]":
        """Return what the client answered to each question, or ask what it did not.

        Raises:
            Suspended: the client has to answer first.
            Unanswerable: it lacks a capability, or has answered too much to be asked more.
            ValueError: a key already stands for another question.
            Exception: a question's `refusal`.
        """
        for question in questions.values():
            if question.method not in _ASKABLE:
                raise question.refusal(
                    f"the client's protocol revision has no {question.method}"
                )
        digests = {key: digest([each.method, each.params]) for key, each in questions.items()}
        with self._lock:
            self._use(digests)
            answers = {}
            for key, question in questions.items():
                if key in self._ahead and key not in self._answers:
                    self._answers[key] = [digests[key], self._ahead[key]]
                kind, answer = self._answers.get(key, ("", {}))
                if kind != digests[key]:
                    continue
                try:
                    answers[key] = question.read(answer)
                except ValueError:
                    del self._answers[key]
                    self._ahead.pop(key, None)
            missing = {key: each for key, each in questions.items() if key not in answers}
            if missing:
                self._suspend(missing, digests)
        return answers

    def recall(self, step: str) -> "tuple[object] | None":
        """Return what an earlier round remembered, in a tuple, or None."""
        return (self._steps[step],) if step in self._steps else None

    def remember(self, step: str, value: object) -> None:
        """Keep a JSON value for later rounds.

        If the deadline comes, the client repeats the call instead of losing what was done.
        Without keys nothing outlives this round.

        Raises:
            NotJson: `value` has no JSON form.
            ValueError: with it the call would keep more than `MAX_STATE_BYTES`.
        """
        exchange = self._exchange
        with self._lock:
            steps = {**self._steps, step: value}
            if surplus := self._find_surplus(steps):
                raise ValueError(f"with step {step!r} {surplus}")
            self._steps = steps
            if exchange.memory.keys is not None:
                result = complete(exchange.service, self._input_required({}), False)
                exchange.answer.last_words = encode_result(
                    exchange.codec, exchange.call_id, result
                )

    def _use(self, digests: "Mapping[str, str]") -> None:
        for key, question in digests.items():
            if self._used.setdefault(key, question) != question:
                raise ValueError(f"the key {key!r} stands for two questions of one call")

    def _find_surplus(self, steps: "Mapping[str, Any]") -> str:
        """Say that `steps` and the answers are more than a state holds; empty if they fit."""
        size = len(self._exchange.codec.encode([steps, self._answers]))
        if size <= MAX_STATE_BYTES:
            return ""
        return (
            f"the call keeps {size} bytes of steps and answers, "
            f"at most {MAX_STATE_BYTES} are kept"
        )

    def _suspend(self, missing: "Mapping[str, Question]", digests: "Mapping[str, str]") -> None:
        exchange = self._exchange
        if obstacle := find_obstacle(exchange):
            question = next(iter(missing.values()))
            raise question.refusal(obstacle)
        required: dict[str, Any] = {}
        for each in missing.values():
            if lacks(exchange.capabilities, each.needs):
                merge(required, each.needs)
        if required:
            text = "the client does not declare a capability that this call needs"
            fault = Fault(MISSING_CAPABILITY, text, {"requiredCapabilities": required})
            raise Unanswerable(fault)
        # Steps were measured when they were made, so it is the client's answers.
        if surplus := self._find_surplus(self._steps):
            raise Unanswerable(Fault(INVALID_PARAMS, surplus))
        requests = {
            key: {"method": each.method, "params": each.params} for key, each in missing.items()
        }
        state = self._input_required({key: digests[key] for key in missing})
        raise Suspended({**state, "inputRequests": requests})

    def _input_required(self, asked: "Mapping[str, str]") -> "dict[str, Any]":
        claims = {"steps": self._steps, "answers": self._answers, "asked": asked}
        return {"resultType": "input_required", _STATE: self._tokens.seal(claims, _TTL_S)}

    def _unseal(self, params: "Mapping[str, Any]") -> "dict[str, Any]":
        """Open the state; where there is none, nothing is known."""
        if _STATE not in params:
            return {}
        sealed = params[_STATE]
        if not isinstance(sealed, str):
            raise CallEnded(Fault(INVALID_PARAMS, f"{_STATE} is not a string"))
        if self._exchange.memory.keys is None:
            raise CallEnded(_INVALID_STATE)
        claims = self._tokens.unseal(sealed)
        if claims is None:
            raise CallEnded(_INVALID_STATE)
        return claims


def _bound(exchange: "Exchange") -> tuple[str, ...]:
    params = exchange.params
    return (
        audience_of(exchange.service),
        exchange.principal,
        exchange.method,
        # The name of a tool or a prompt, or a resource's URI.
        params["uri"] if exchange.method == "resources/read" else params["name"],
        digest(params.get("arguments", {})),
    )


def _responses(params: "Mapping[str, Any]") -> "dict[str, Any]":
    responses = params.get(_RESPONSES, {})
    if not isinstance(responses, dict):
        raise CallEnded(Fault(INVALID_PARAMS, f"{_RESPONSES} is not an object"))
    if not all(isinstance(each, dict) for each in responses.values()):
        raise CallEnded(Fault(INVALID_PARAMS, f"{_RESPONSES} is not an object of objects"))
    return responses
