"""Open the dialogue in which a running function asks its caller, in the way of the era.

    2026-07-28          rounds: the call ends with the questions, and is run again
    until 2025-11-25    conversation: the questions go out, and the call waits

Source: MCP 2026-07-28, "Multi round-trip requests"; MCP 2025-11-25, "Client features".
"""

from firstbyte.transport.capability import ASKING, find_obstacle
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


def open_dialogue(exchange: "Exchange", cancellation: "Cancellation | None") -> "Dialogue":
    """Open the dialogue of one call; `cancellation` is None where nobody can take it back.

    Raises:
        CallEnded: what a modern client sent along is not what we asked for.
    """
    if exchange.revision.era == MODERN and exchange.method in ASKING:
        # Also of a client that cannot be asked: it may have sent answers ahead.
        from firstbyte.transport.rounds import Rounds

        return Rounds(exchange)
    obstacle = find_obstacle(exchange)
    if obstacle:
        return Silence(obstacle)
    assert exchange.session is not None  # noqa: S101  # that would be an obstacle
    assert cancellation is not None  # noqa: S101  # the same
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
