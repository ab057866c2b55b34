"""What a running function can say to its caller, ask of it, and keep of its call."""

from firstbyte.tools.errors import Unsendable

TYPE_CHECKING = False
if not TYPE_CHECKING:
    from firstbyte.tools.declaration import overload
else:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any, Literal, Protocol, TypeAlias, TypeVar, Unpack, overload

    from firstbyte.tools.question import Elicited, Question, Root
    from firstbyte.tools.sampling import Conversation, Options, Sampled

    T = TypeVar("T")
    Change = Literal["tools", "prompts", "resources", "updates"]
    JsonValue: TypeAlias = Any
    """What JSON carries: text, a number, a boolean, None, or a list or a dict of such."""

    class Caller(Protocol):
        """The connection to whoever called; the transport implements it."""

        request_id: str
        invocation_number: int
        """Which invocation of this environment this is; the first, 1, is the cold one."""
        capabilities: Mapping[str, object]
        """What the client can be asked for; empty where it cannot be asked."""

        def progress(self, progress: float, total: float | None, message: str | None) -> None:
            """Report progress; silent when the client did not ask for it."""

        def log(self, level: str, data: object, logger: str | None) -> None:
            """Send a log message (RFC 5424 level name); silent below the client's level."""

        def remaining_ms(self) -> int:
            """Tell the milliseconds until the call is interrupted, never negative."""

        @property
        def is_cancelled(self) -> bool:
            """Tell whether the client took the call back."""

        def ask(self, questions: Mapping[str, Question]) -> dict[str, object]:
            """Return an answer to each question, or leave the function until there is one.

            Raises:
                BaseException: the call ends here, and is run again with the answers.
                Exception: a question's `refusal`.
            """

        def recall(self, step: str) -> tuple[object] | None:
            """Return what an earlier round remembered of `step`, in a tuple, or None."""

        def remember(self, step: str, value: object) -> None:
            """Let later rounds of this call recall a JSON `value`."""

        def announce(self, change: Change, uri: str) -> None:
            """Tell all clients that listen; `uri` for "updates"."""

        def let_go(self, retry_ms: int | None) -> None:
            """Hang up, where the client can fetch what is still to come; else go on."""


LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
"""The log levels of MCP, mildest first (RFC 5424, section 6.2.1)."""


def declares(capabilities: "Mapping[str, object]", capability: str) -> bool:
    """Tell whether a client with these capabilities has one, such as "sampling.tools"."""
    name, _, mode = capability.partition(".")
    declared = capabilities.get(name)
    if not isinstance(declared, dict):
        return False
    if name == "elicitation" and mode in ("", "form"):
        # "An empty object is equivalent to declaring support for form mode only."
        return "form" in declared or "url" not in declared
    return not mode or isinstance(declared.get(mode), dict)


class Context:
    """The call a function runs in. A parameter of this type is filled by us, whatever its name.

    What is reported here is on the wire when the method returns.

    A question to the client waits for its answer, in an `async def` too: nothing else of the
    function runs meanwhile. Most clients are asked in rounds: the function is left at the
    question, and *run again from the start* once there is an answer, maybe days and machines
    away from the first run; it then gets the answers it had and goes on to the next question.
    So what it does before a question it does once more in every round. Three rules follow:

    1. What has an effect, or may come out differently, belongs into a `step`, whose function
       runs once over all rounds: a charge, a new id, a look at the clock.
    2. Given the same arguments, steps and answers it asks the same questions in the same order,
       or gives each a key: an answer counts only for the very question it was given to.
    3. No `except BaseException` keeps it going when it is to leave: it ends there all the same.

    Where a client can be asked on the open connection the function runs once, straight through.
    """

    __slots__ = ("_asked", "_caller", "_keys", "_left", "_open", "_steps")

    def __init__(self, caller: "Caller") -> None:
        self._caller = caller
        self._asked = 0
        self._keys: set[str] = set()
        self._left: BaseException | None = None
        self._open: list[str] = []
        self._steps: set[str] = set()

    @property
    def request_id(self) -> str:
        """Name this invocation as the platform and its log lines do."""
        return self._caller.request_id

    @property
    def invocation_number(self) -> int:
        """Count the invocations of this environment up to this one; 1 is the cold one."""
        return self._caller.invocation_number

    def remaining_ms(self) -> int:
        """Tell the milliseconds until this call is interrupted, never negative."""
        return self._caller.remaining_ms()

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the client took the call back: nobody waits for its result any more."""
        return self._caller.is_cancelled

    def progress(
        self, progress: float, total: float | None = None, message: str | None = None
    ) -> None:
        """Report how far the work is; `progress` must grow with every report of a call."""
        self._caller.progress(progress, total, message)

    def log(self, level: str, data: object, logger: str | None = None) -> None:
        """Send the client a log message; `data` is any JSON value.

        Raises:
            ValueError: `level` is none of `LEVELS`.
        """
        if level not in LEVELS:
            raise ValueError(f"log level {level!r} is none of {', '.join(LEVELS)}")
        self._caller.log(level, data, logger)

    def debug(self, data: object, logger: str | None = None) -> None:
        """Log what only someone looking for a fault wants."""
        self._caller.log("debug", data, logger)

    def info(self, data: object, logger: str | None = None) -> None:
        """Log what goes as it should."""
        self._caller.log("info", data, logger)

    def notice(self, data: object, logger: str | None = None) -> None:
        """Log what goes as it should and is worth a look."""
        self._caller.log("notice", data, logger)

    def warning(self, data: object, logger: str | None = None) -> None:
        """Log what may turn out wrong."""
        self._caller.log("warning", data, logger)

    def error(self, data: object, logger: str | None = None) -> None:
        """Log what went wrong."""
        self._caller.log("error", data, logger)

    def client_can(
        self,
        capability: """Literal[
            "elicitation", "elicitation.url", "roots", "sampling", "sampling.tools"
        ]""",
    ) -> bool:
        """Tell whether the client can be asked so; no mode means by forms."""
        return declares(self._caller.capabilities, capability)

    @overload
    def elicit(
        self, message: str, form: "type[T]", key: str | None = None
    ) -> "Elicited[T]": ...

    @overload
    def elicit(
        self, message: str, form: "Mapping[str, object]", key: str | None = None
    ) -> "Elicited[dict[str, object]]": ...

    def elicit(
        self, message: str, form: "type[T] | Mapping[str, object]", key: str | None = None
    ) -> "Elicited[T] | Elicited[dict[str, object]]":
        """Have the user fill in a form; see `Elicitation`.

        Raises:
            ValueError: the form cannot be shown, or `key` was used already.
            Unanswered: the client cannot be asked.
        """
        # Imported here, like the other questions: most functions ask none.
        from firstbyte.tools.question import Elicitation

        answer: Elicited[T] = self._ask(Elicitation(message, form), key)
        return answer

    def elicit_url(self, message: str, url: str, key: str | None = None) -> "Elicited[None]":
        """Send the user to a page; see `UrlElicitation`.

        Raises:
            ValueError: `url` is not one of the web, or `key` was used already.
            Unanswered: the client cannot be asked.
        """
        from firstbyte.tools.question import UrlElicitation

        answer: Elicited[None] = self._ask(UrlElicitation(message, url), key)
        return answer

    def sample(
        self,
        messages: "Conversation",
        *,
        key: str | None = None,
        **options: "Unpack[Options]",
    ) -> "Sampled":
        """Have the client's model go on with a conversation; see `Sampling` for the options.

        Raises:
            ValueError: the conversation is not one, or `key` was used already.
            Unanswered: the client cannot be asked.
        """
        from firstbyte.tools.sampling import Sampling

        answer: Sampled = self._ask(Sampling(messages, **options), key)
        return answer

    def roots(self, key: str | None = None) -> "list[Root]":
        """Have the client tell where it works.

        Raises:
            ValueError: `key` was used already.
            Unanswered: the client cannot be asked.
        """
        from firstbyte.tools.question import Roots

        answer: list[Root] = self._ask(Roots(), key)
        return answer

    def ping(self) -> None:
        """See that the client is there; only clients before 2026-07-28 can be asked that.

        Raises:
            Unanswered: the client cannot be asked, or does not answer.
        """
        from firstbyte.tools.question import Ping

        self._ask(Ping(), None)

    def ask(self, questions: "Mapping[str, Question]") -> "dict[str, Any]":
        """Ask several questions at once, and return the answers under the same keys.

        Raises:
            ValueError: a key was used already, or a step is not over.
            Unanswered: the client cannot be asked one of them.
        """
        if self._open:
            raise ValueError(
                f"step {self._open[0]!r} is not over: what is asked now would have it run again"
            )
        for key in questions:
            if key in self._keys:
                raise ValueError(f"a question with the key {key!r} was asked already")
        self._keys.update(questions)
        try:
            return self._caller.ask(questions) if questions else {}
        except BaseException as error:
            if not isinstance(error, Exception):
                self._left = error
            raise

    @overload
    def step(
        self, name: str, function: "Callable[[], Awaitable[object]]"
    ) -> "Awaitable[JsonValue]": ...

    @overload
    def step(self, name: str, function: "Callable[[], object]") -> "JsonValue": ...

    def step(self, name: str, function: "Callable[[], object]") -> "JsonValue":
        """Run `function` once over all rounds of this call, and return what it returned then.

        The value is one that JSON can carry, and comes back as JSON has it in the first run
        too: a tuple as a list, a date as text, a dataclass as a dict; so its type is not the
        function's. An async function gives an awaitable. The client keeps it, sealed, so it is
        better small.

        An exception is not remembered: the step can be tried again, and the next round runs it
        anyway. So does a client that repeats a request, and a crash before the answer has left;
        where a second effect would hurt, let what is called know the first by its name or id.

        A step may hold further steps, and no question.

        Raises:
            ValueError: `name` was used already, JSON cannot carry the value, or with it the
                steps and answers of the call come to more than 512 KiB of JSON.
            BaseException: whatever else `function` raised.
        """
        if self._left is not None:
            # What is done now nobody would remember, and the next round would do it again.
            raise self._left
        # Imported here: whoever gets to a step has it loaded, a first answer has not.
        from firstbyte.tools.conversion import through_json

        if name in self._steps:
            raise ValueError(f"there is a step {name!r} in this call already")
        self._steps.add(name)
        recalled = self._caller.recall(name)
        if recalled is not None:
            is_awaited, value = through_json(recalled[0])
            return _wait(value) if is_awaited else value
        self._open.append(name)
        try:
            value = function()
            if hasattr(value, "__await__"):
                return self._finish(name, value)
            return self._keep(name, value, is_awaited=False)
        except BaseException:
            self._give_up(name)
            raise

    def tools_changed(self) -> None:
        """Tell clients that listen to list the tools anew; `Server` has to announce "tools".

        Raises:
            ValueError: it does not; so do the other three.
        """
        self._caller.announce("tools", "")

    def prompts_changed(self) -> None:
        """Tell clients that listen to list the prompts anew."""
        self._caller.announce("prompts", "")

    def resources_changed(self) -> None:
        """Tell clients that listen to list the resources anew."""
        self._caller.announce("resources", "")

    def resource_updated(self, uri: str) -> None:
        """Tell clients that watch the resource at `uri` to read it anew ("updates")."""
        self._caller.announce("updates", uri)

    def close_stream(self, retry_ms: int | None = None) -> None:
        """Hang up on a client that can fetch the rest, and work on; with others, nothing.

        The client comes back after `retry_ms`, or when it sees fit.
        """
        self._caller.let_go(retry_ms)

    def _ask(self, question: "Question", key: str | None) -> "Any":
        if key is None:
            self._asked += 1
            key = f"question_{self._asked}"
        return self.ask({key: question})[key]

    async def _finish(self, name: str, awaitable: "Awaitable[object]") -> "JsonValue":
        try:
            return self._keep(name, await awaitable, is_awaited=True)
        except BaseException:
            self._give_up(name)
            raise

    def _give_up(self, name: str) -> None:
        """End a step that failed; it can be tried again."""
        self._open.remove(name)
        self._steps.remove(name)

    def _keep(self, name: str, value: object, *, is_awaited: bool) -> "JsonValue":
        """End a step that came to `value`."""
        from firstbyte.tools.conversion import through_json

        try:
            value = through_json(value)
        except Unsendable as error:
            raise ValueError(f"what step {name!r} returned is not for JSON: {error}") from error
        self._caller.remember(name, [is_awaited, value])
        self._open.remove(name)
        # A copy, as above: the function may change what it gets.
        return through_json(value)


async def _wait(value: object) -> object:
    return value
