"""Open the dialogue in which a running function asks its caller, in the way of the era.

    2026-07-28          rounds: the call ends with the questions, and is run again
    until 2025-11-25    conversation: the questions go out, and the call waits

Source: MCP 2026-07-28, "Multi round-trip requests"; MCP 2025-11-25, "Client features".
"""

from firstbyte.transport.revision import MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    from firstbyte.transport.cancellation import Cancellation
    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Question

    class Dialogue(Protocol):
        """What is asked during one call, and what is remembered until it is answered.

        Any thread of the function may ask.
        """

        def ask(self, questions: Mapping[str, Question]) -> dict[str, object]:
            """Return an answer to each question.

            Raises:
                Interruption: the call ends here.
                Exception: a question's `refusal`.
            """

        def recall(self, step: str) -> tuple[object] | None:
            """Return what an earlier round remembered, in a tuple, or None."""

        def remember(self, step: str, value: object) -> None:
            """Keep a JSON value for later rounds, if there may be any."""


_ASKING = frozenset(("tools/call", "prompts/get", "resources/read"))
"""What a modern client repeats with its answers: no other result may be `input_required`."""


def open_dialogue(exchange: "Exchange", cancellation: "Cancellation | None") -> "Dialogue":
    """Open the dialogue of one call; `cancellation` is None where nobody can take it back.

    Raises:
        CallEnded: what a modern client sent along is not what we asked for.
    """
    if exchange.revision.era == MODERN:
        if exchange.method not in _ASKING:
            return Silence(f"nothing can be asked during {exchange.method}")
        from firstbyte.transport.rounds import Rounds

        return Rounds(exchange)
    if exchange.session is None or cancellation is None:
        return Silence(
            "a client of this protocol revision can be asked only where the server has a store"
        )
    if not exchange.answer.accepts_events:
        return Silence("the client does not accept events, and questions are sent as such")
    from firstbyte.transport.conversation import Conversation

    return Conversation(exchange, exchange.session, cancellation)


class Silence:
    """A dialogue in which nothing can be asked; `reason` says why."""

    __slots__ = ("_reason",)

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def ask(self, questions: "Mapping[str, Question]") -> "dict[str, object]":
        """Refuse the first question, if there is one."""
        for question in questions.values():
            raise question.refusal(self._reason)
        return {}

    def recall(self, _step: str) -> None:
        """Return None: there are no rounds."""

    def remember(self, step: str, value: object) -> None:
        """Do nothing: there are no rounds."""
