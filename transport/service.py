"""What a server offers, as the transport sees it: descriptions to list, functions to run.

All values are JSON values in the form of the newest revision.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal, Protocol

    Change = Literal["tools", "prompts", "resources", "updates"]
    """What can be announced: that one of the lists changed, or that one resource did."""

    class Question(Protocol):
        """Something only the client can answer: its user, its model, its host."""

        method: str
        """`elicitation/create`, `sampling/createMessage`, `roots/list` or `ping`."""
        params: Mapping[str, object]
        needs: Mapping[str, object]
        """The `ClientCapabilities` without which it must not be asked."""

        def read(self, answer: Mapping[str, object]) -> object:
            """Turn the client's result into what the author gets.

            Raises:
                ValueError: it is no answer to this question.
            """

        def refusal(self, reason: str) -> Exception:
            """Make the error to raise in the author's function where there is no answer."""

    class Caller(Protocol):
        """What a running function may say to whoever called it, and ask of them."""

        request_id: str
        invocation_number: int

        @property
        def capabilities(self) -> Mapping[str, object]:
            """What the client can be asked for; empty where it cannot be asked."""

        def progress(self, progress: float, total: float | None, message: str | None) -> None:
            """Report progress; silent when the client did not ask for it."""

        def log(self, level: str, data: object, logger: str | None) -> None:
            """Send a log message (RFC 5424 level name); silent below the client's level."""

        def remaining_ms(self) -> int:
            """Milliseconds until the call is interrupted, never negative."""

        @property
        def is_cancelled(self) -> bool:
            """Tell whether the client took the call back."""

        def ask(self, questions: Mapping[str, Question]) -> dict[str, object]:
            """Return an answer to each question, or leave the function until there is one.

            The keys name the questions to the client, and from one round to the next.

            Raises:
                BaseException: the call ends here, and is run again with the answers.
                Exception: a question's `refusal`.
            """

        def recall(self, step: str) -> tuple[object] | None:
            """Return what an earlier round remembered of `step`, in a tuple, or None."""

        def remember(self, step: str, value: object) -> None:
            """Let later rounds of this call recall a JSON `value`."""

        def announce(self, change: Change, uri: str) -> None:
            """Tell all clients that listen; `uri` for "updates". Nothing without a store."""

        def let_go(self, retry_ms: int | None) -> None:
            """Hang up, where the client can fetch what is still to come; else go on."""

    class Outcome(Protocol):
        """What a call of a tool came to."""

        content: Sequence[Mapping[str, object]]
        """Content blocks."""
        structured: object
        """The structured result; meaningless unless `has_structured`."""
        has_structured: bool
        is_error: bool
        meta: Mapping[str, object] | None

    class Tool(Protocol):
        """One tool, ready to be called."""

        headers: Mapping[str, tuple[str, ...]]
        """Tokens of `x-mcp-header`, each with the path of the argument it repeats."""

        def call(self, arguments: Mapping[str, object], caller: Caller) -> Outcome:
            """Validate, run, convert.

            A fault of the tool or its arguments is an outcome with `is_error`.

            Raises:
                BaseException: what `caller` raised, or whatever else the tool raised; ours to
                    log and to hide.
            """

    class Messages(Protocol):
        """What a prompt came to, or the `problem` it had instead."""

        messages: Sequence[Mapping[str, object]]
        """`PromptMessage` objects."""
        description: str
        problem: str
        """A sentence for the client; empty where there is none."""
        is_invalid: bool
        """Whether the problem lies in the arguments."""

    class Prompt(Protocol):
        """One prompt, ready to be rendered."""

        def get(self, arguments: Mapping[str, object], caller: Caller) -> Messages:
            """Validate, run, convert; raises as `Tool.call` does."""

    class Reading(Protocol):
        """What reading a resource came to, or the `problem` there was instead."""

        contents: Sequence[Mapping[str, object]]
        """`TextResourceContents` and `BlobResourceContents` objects."""
        problem: str
        """A sentence for the client; empty where there is none."""
        is_missing: bool
        """Whether the problem is that there is no such resource."""
        ttl_ms: int
        cache_scope: str
        """`public` or `private`."""

    class Resource(Protocol):
        """A resource, or one that a template made of a URI, ready to be read."""

        def read(self, caller: Caller) -> Reading:
            """Run and convert; raises as `Tool.call` does."""

    class Suggestions(Protocol):
        """Suggestions for one argument, best first."""

        values: Sequence[str]
        """At most 100."""
        total: int | None
        has_more: bool

    class Completion(Protocol):
        """What suggests values for one argument, ready to be asked."""

        def complete(
            self, value: str, arguments: Mapping[str, str], caller: Caller
        ) -> Suggestions:
            """Suggest what fits `value`, where `arguments` were given already.

            Raises as `Tool.call` does.
            """

    class Service(Protocol):
        """A server's offer. Reading the attributes imports no function of its authors.

        A list is in a stable order, and the same for all callers. What is found by name or URI
        is imported if need be, and None if there is none.
        """

        identity: Mapping[str, object]
        """An MCP `Implementation`: name, version, and title where given."""
        instructions: str
        """Empty means none."""
        has_tools: bool
        has_prompts: bool
        has_resources: bool
        has_completions: bool
        announces: frozenset[Change]
        """What its functions may announce."""
        page_size: int
        ttl_ms: int
        cache_scope: str
        """How long a list may be kept, and whether for everybody: `public` or `private`."""

        def list_tools(self) -> Sequence[Mapping[str, object]]:
            """MCP `Tool` objects."""

        def find_tool(self, name: str) -> Tool | None:
            """Look up a tool."""

        def list_prompts(self) -> Sequence[Mapping[str, object]]:
            """MCP `Prompt` objects."""

        def find_prompt(self, name: str) -> Prompt | None:
            """Look up a prompt."""

        def list_resources(self) -> Sequence[Mapping[str, object]]:
            """MCP `Resource` objects."""

        def list_templates(self) -> Sequence[Mapping[str, object]]:
            """MCP `ResourceTemplate` objects."""

        def find_resource(self, uri: str) -> Resource | None:
            """Look up a resource, or the template that `uri` fits."""

        def find_completion(
            self, kind: Literal["prompt", "resource"], name: str, argument: str
        ) -> Completion | None:
            """Look up what completes an argument of a prompt, or of a template by itself.

            Where the argument exists there is a completion, if only one of no suggestions.
            """
