"""Use a server in process, the way a client's JSON would reach it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, TypeVar

from firstbyte.tools.context import declares
from firstbyte.tools.conversion import encode_text, through_json
from firstbyte.tools.errors import ResourceNotFound, ToolError
from firstbyte.tools.question import Elicited, Ping, Question, Root
from firstbyte.tools.sampling import Sampled
from firstbyte.tools.server import Server
from firstbyte.tools.suggestion import Suggestions
from firstbyte.tools.value import given

if TYPE_CHECKING:
    from firstbyte.tools.context import Change

T = TypeVar("T")

Answer = Elicited[Any] | Sampled | Sequence[Root] | Mapping[str, object] | str
"""A client's answer, or its JSON, or as a text the reason of an error it gives instead.

Only clients before 2026-07-28 can give an error: the function gets `Unanswered`.
"""

Answers = Mapping[str, Answer] | Callable[[str, str, Mapping[str, Any]], Answer]
"""Answers by key, or a function of a question's key, method and params.

Questions without a key of the author's have the keys question_1, question_2 and so on.
"""

EVERYTHING: Final[Mapping[str, object]] = {
    "elicitation": {"form": {}, "url": {}},
    "roots": {},
    "sampling": {"tools": {}},
}
"""The capabilities of a client that can be asked everything."""

MAX_STATE_BYTES: Final = 524_288
"""What the steps and answers of a call may come to as JSON."""

MAX_ROUNDS: Final = 10
"""After so many the clients of the official SDKs give a call up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a function said before it came to its end, in all rounds together.

    `progress` holds (progress, total, message), `logs` (level, data, logger), `questions` (key,
    method, params), `announced` (change, URI). `rounds` counts how often it was run.
    """

    progress: list[tuple[float, float | None, str | None]] = field(default_factory=list)
    logs: list[tuple[str, Any, str | None]] = field(default_factory=list)
    questions: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    announced: list[tuple[str, str]] = field(default_factory=list)
    rounds: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Called(Heard):
    """What a call of a tool came to, after a trip through JSON."""

    content: list[dict[str, Any]]
    structured: Any
    has_structured: bool
    is_error: bool

    @property
    def text(self) -> str:
        """Join the text blocks, each on a line of its own."""
        return "\n".join(block["text"] for block in self.content if block["type"] == "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledIn(Heard):
    """What a prompt came to, after a trip through JSON."""

    messages: list[dict[str, Any]]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WasRead(Heard):
    """What a resource holds, after a trip through JSON; binary parts are base64."""

    contents: list[dict[str, Any]]

    @property
    def text(self) -> str:
        """Join the texts in it, each on a line of its own."""
        return "\n".join(part["text"] for part in self.contents if "text" in part)


class Client:
    """A client of `server` without HTTP between them.

    `answers` are its user's, its model's and its host's. A function that asks is run again from
    the start with each answer, as clients of 2026-07-28 have it; or, if the client is
    `is_legacy`, it waits for the answers and runs once, and an answer that does not fit its
    question or is an error is the function's to deal with. What it keeps by `Context.step` goes
    through JSON in between.

    `capabilities` are those the client declares, and `remaining_ms` is what every call is told
    of the time left. Each run is one invocation of an environment that is cold when the client
    is made.
    """

    def __init__(
        self,
        server: Server,
        answers: Answers | None = None,
        *,
        capabilities: Mapping[str, object] = EVERYTHING,
        is_legacy: bool = False,
        remaining_ms: int = 60_000,
    ) -> None:
        self._server = server
        self._answers = answers or {}
        self._capabilities = capabilities
        self._is_legacy = is_legacy
        self._remaining_ms = remaining_ms
        self._numbers = count(1)

    def list_tools(self) -> list[dict[str, Any]]:
        """List the tools as a client of the newest revision gets them."""
        return _listed(self._server.list_tools())

    def list_prompts(self) -> list[dict[str, Any]]:
        """List the prompts likewise."""
        return _listed(self._server.list_prompts())

    def list_resources(self) -> list[dict[str, Any]]:
        """List the resources that have a URI likewise."""
        return _listed(self._server.list_resources())

    def list_templates(self) -> list[dict[str, Any]]:
        """List the resources that have a template likewise."""
        return _listed(self._server.list_templates())

    def call(self, name: str, /, **arguments: object) -> Called:
        """Call the tool of that name; whatever it raises beside `ToolError` is raised here.

        Raises:
            LookupError: the server has no such tool; or the client lacks a capability or an
                answer the tool wants. So do `fill_in` and `read`.
            ValueError: an answer does not fit its question, or is an error, and the client is
                not `is_legacy`. So do they.
            RecursionError: after `MAX_ROUNDS` the tool still asks. So do they.
        """
        tool = self._server.find_tool(name)
        if tool is None:
            raise LookupError(f"the server has no tool {name!r}")
        outcome, heard = self._play(lambda caller: tool.call(through_json(arguments), caller))
        structured = through_json(outcome.structured) if outcome.has_structured else None
        return Called(
            content=through_json(outcome.content),
            structured=structured,
            has_structured=outcome.has_structured,
            is_error=outcome.is_error,
            **heard,
        )

    def fill_in(self, name: str, /, **arguments: str) -> FilledIn:
        """Get the prompt of that name; whatever it raises is raised here.

        Raises:
            LookupError: the server has no such prompt.
            ValueError: the arguments do not fit.
            ToolError: the prompt raised it, or its messages cannot be sent.
        """
        prompt = self._server.find_prompt(name)
        if prompt is None:
            raise LookupError(f"the server has no prompt {name!r}")
        messages, heard = self._play(lambda caller: prompt.get(arguments, caller))
        if messages.problem:
            raise (ValueError if messages.is_invalid else ToolError)(messages.problem)
        return FilledIn(
            messages=through_json(messages.messages), description=messages.description, **heard
        )

    def read(self, uri: str) -> WasRead:
        """Read the resource at `uri`; whatever it raises is raised here.

        Raises:
            ResourceNotFound: there is none.
            ToolError: the resource raised it, or it cannot be sent.
        """
        resource = self._server.find_resource(uri)
        if resource is None:
            raise ResourceNotFound(f"the server has no resource {uri!r}")
        reading, heard = self._play(resource.read)
        if reading.problem:
            raise (ResourceNotFound if reading.is_missing else ToolError)(reading.problem)
        return WasRead(contents=through_json(reading.contents), **heard)

    def complete(
        self,
        argument: str,
        value: str,
        /,
        *,
        prompt: str = "",
        resource: str = "",
        **given: str,
    ) -> Suggestions:
        """Have an argument of a prompt or of a resource template completed.

        `given` are the arguments that are there already.

        Raises:
            LookupError: the server has no such prompt or template, or it no such argument.
        """
        name = prompt or resource
        kind: Literal["prompt", "resource"] = "prompt" if prompt else "resource"
        completion = self._server.find_completion(kind, name, argument)
        if completion is None:
            raise LookupError(
                f"the server has no {kind} {name!r} with an argument {argument!r}"
            )
        suggestions, _ = self._play(lambda caller: completion.complete(value, given, caller))
        return suggestions

    def _play(self, run: "Callable[[_Caller], T]") -> tuple[T, dict[str, Any]]:
        """Run a function until it asks no more; return what it came to, and what was heard."""
        heard = Heard()
        steps: dict[str, Any] = {}
        answers: dict[str, Any] = {}
        for rounds in range(1, MAX_ROUNDS + 1):
            caller = _Caller(self, heard, through_json(steps), through_json(answers))
            try:
                value = run(caller)
            except BaseException:
                if not caller.has_left:
                    raise
            # A function that is left has ended, whatever it made of that.
            if caller.problem is not None:
                raise caller.problem
            if not caller.has_left:
                said = {name: getattr(heard, name) for name in Heard.__dataclass_fields__}
                return value, {**said, "rounds": rounds}
            steps, answers = caller.steps, caller.answers
        raise RecursionError(f"there were questions in each of {MAX_ROUNDS} rounds")


class _Left(BaseException):
    """Leaves a function; no `Exception`, so that authors do not catch it by accident."""


class _Caller:
    """A caller that keeps what it hears, and answers, at once or in the next round."""

    request_id = "test"
    is_cancelled = False

    def __init__(
        self, client: Client, heard: Heard, steps: dict[str, Any], answers: dict[str, Any]
    ) -> None:
        self.invocation_number = next(client._numbers)
        self.capabilities = client._capabilities
        self.steps = steps
        self.answers = answers
        self.has_left = False
        self.problem: Exception | None = None
        self._client = client
        self._heard = heard

    def progress(self, progress: float, total: float | None, message: str | None) -> None:
        if not self.has_left:
            self._heard.progress.append((progress, total, message))

    def log(self, level: str, data: object, logger: str | None) -> None:
        if not self.has_left:
            self._heard.logs.append((level, through_json(data), logger))

    def remaining_ms(self) -> int:
        return self._client._remaining_ms

    def ask(self, questions: Mapping[str, Question]) -> dict[str, object]:
        if self.has_left:
            raise _Left
        is_legacy = self._client._is_legacy
        for question in questions.values():
            if isinstance(question, Ping) and not is_legacy:
                raise question.refusal("the client's protocol revision has no ping")
            for need in _names(question.needs):
                if not declares(self.capabilities, need):
                    if is_legacy:
                        raise question.refusal("the client does not declare the capability")
                    self._leave(LookupError(f"the client does not declare {need!r}"))
        told = {
            key: self._ask(key, question, [question.method, question.params])
            for key, question in questions.items()
        }
        if any(is_new for _, is_new in told.values()) and not is_legacy:
            self._leave()
        return {key: answer for key, (answer, _) in told.items()}

    def recall(self, step: str) -> tuple[object] | None:
        return (
            (self.steps[step],) if step in self.steps and not self._client._is_legacy else None
        )

    def remember(self, step: str, value: object) -> None:
        steps = {**self.steps, step: value}
        answers = {key: answer for key, (_, answer) in self.answers.items()}
        size = len(encode_text([steps, answers]).encode())
        if size > MAX_STATE_BYTES and not self._client._is_legacy:
            raise ValueError(
                f"with step {step!r} the call keeps {size} bytes of steps and answers, "
                f"at most {MAX_STATE_BYTES} are kept"
            )
        self.steps = steps

    def announce(self, change: "Change", uri: str) -> None:
        if change not in self._client._server.announces:
            raise ValueError(f"the server does not announce {change!r}")
        self._heard.announced.append((change, uri))

    def let_go(self, retry_ms: int | None) -> None:
        pass

    def _ask(self, key: str, question: Question, asked: list[Any]) -> tuple[object, bool]:
        """Return an answer, and whether the client had to be asked for it."""
        known, answer = self.answers.get(key, (None, None))
        is_new = known != asked
        try:
            if is_new:
                self._heard.questions.append((key, question.method, dict(question.params)))
                answer = self._find_answer(key, question)
                self.answers[key] = [asked, answer]
        except Exception as error:  # noqa: BLE001 - not the function's to catch
            self._leave(error)
        try:
            if isinstance(answer, str):
                raise ValueError(f"the client did not answer; it says: {answer}")
            return question.read(answer), is_new
        except ValueError as error:
            if not self._client._is_legacy:
                self._leave(error)
            reason = (
                str(error)
                if isinstance(answer, str)
                else "the client's answer does not fit the question"
            )
            raise question.refusal(reason) from error

    def _find_answer(self, key: str, question: Question) -> Any:
        if isinstance(question, Ping):
            return {}
        answers = self._client._answers
        if callable(answers):
            return _write(answers(key, question.method, question.params))
        if key not in answers:
            raise LookupError(f"there is no answer to question {key!r}: {question.params}")
        return _write(answers[key])

    def _leave(self, problem: Exception | None = None) -> NoReturn:
        self.has_left = True
        self.problem = problem
        raise _Left


def _names(needs: Mapping[str, object]) -> Iterator[str]:
    """Name the capabilities needed as `declares` does."""
    for name, modes in needs.items():
        yield from (
            [f"{name}.{mode}" for mode in modes]
            if isinstance(modes, dict) and modes
            else [name]
        )


def _write(answer: Any) -> Any:
    """Render an answer as the result a client sends."""
    if isinstance(answer, Elicited):
        answer = given(action=answer.action, content=answer.content)
    elif isinstance(answer, Sampled):
        answer = given(
            role=answer.role,
            content=[block.block() for block in answer.content],
            model=answer.model or "test",
            stopReason=answer.stop_reason,
        )
    elif isinstance(answer, Sequence) and not isinstance(answer, str):
        answer = {"roots": [given(uri=root.uri, name=root.name) for root in answer]}
    return through_json(answer)


def _listed(descriptions: Sequence[Mapping[str, object]]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = through_json(descriptions)
    return listed
