"""Turn a conversation into a question for the client's model, and its answer into a message.

Source: MCP 2026-07-28, "Sampling", and its schema. Deprecated since that revision.
"""

import binascii

from firstbyte.tools.content import ABSENT, ROLES, Audio, Content, Image, Text
from firstbyte.tools.message import Message
from firstbyte.tools.question import Question
from firstbyte.tools.value import Value, given, parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal, TypeAlias, TypedDict

    Part = Text | Image | Audio
    Block: TypeAlias = str | Part | "ToolResult"
    Said: TypeAlias = "Message | Sampled | Block | Sequence[Block]"
    """One message: from the user, where it does not say otherwise."""
    Conversation: TypeAlias = "Message | Sampled | Block | Sequence[Said]"

    class Options(TypedDict, total=False):
        """What can be said beside the conversation; see `Sampling`."""

        max_tokens: int
        system_prompt: str
        temperature: float | None
        stop_sequences: Sequence[str]
        model_hints: Sequence[str]
        cost_priority: float | None
        speed_priority: float | None
        intelligence_priority: float | None
        tools: Sequence[Mapping[str, object]]
        tool_choice: Literal["", "auto", "required", "none"]
        metadata: Mapping[str, object] | None


MAX_TOKENS = 1000
"""What a model may answer where the author does not say: about two pages."""

_CHOICES = ("auto", "required", "none")


class ToolUse(Value):
    """A model's wish to call a tool it was offered. `meta` goes back to it as it is."""

    __slots__ = ("id", "input", "meta", "name")

    def __init__(
        self,
        id: str,  # noqa: A002 - the protocol's word
        name: str,
        input: "Mapping[str, object]",  # noqa: A002 - the protocol's word
        meta: "Mapping[str, object] | None" = None,
    ) -> None:
        self.id = id
        self.name = name
        self.input = input
        self.meta = meta

    def block(self) -> dict[str, object]:
        """Render as the JSON object of the newest revision."""
        block: dict[str, object] = {"type": "tool_use", "id": self.id, "name": self.name}
        block["input"] = self.input
        return block if self.meta is None else {**block, "_meta": self.meta}


class ToolResult(Value):
    """What came of a `ToolUse`, told to the model; text, one block, or a sequence of blocks."""

    __slots__ = ("content", "is_error", "structured", "tool_use_id")

    def __init__(
        self,
        tool_use_id: str,
        content: "str | Content | Sequence[Content]" = (),
        structured: object = ABSENT,
        *,
        is_error: bool = False,
    ) -> None:
        self.tool_use_id = tool_use_id
        self.content = content
        self.structured = structured
        self.is_error = is_error

    def block(self) -> dict[str, object]:
        """Render as the JSON object of the newest revision."""
        content = Text(self.content) if isinstance(self.content, str) else self.content
        parts = [content] if isinstance(content, Content) else content
        block: dict[str, object] = {
            "type": "tool_result",
            "toolUseId": self.tool_use_id,
            "content": [part.block() for part in parts],
        }
        if self.structured is not ABSENT:
            block["structuredContent"] = self.structured
        if self.is_error:
            block["isError"] = True
        return block


class Sampled(Value):
    """What a model said, as `Text`, `Image`, `Audio` and `ToolUse`.

    `stop_reason` is "endTurn", "stopSequence", "maxTokens", "toolUse", one of the model's own,
    or empty if nobody knows. It can be part of the next conversation as it is.
    """

    __slots__ = ("content", "model", "role", "stop_reason")

    def __init__(
        self,
        role: str,
        content: "Sequence[Part | ToolUse]",
        model: str = "",
        stop_reason: str = "",
    ) -> None:
        self.role = role
        self.content = tuple(content)
        self.model = model
        self.stop_reason = stop_reason

    @property
    def text(self) -> str:
        """Join what is text in it, each block on a line of its own."""
        return "\n".join(part.text for part in self.content if isinstance(part, Text))

    @property
    def tool_uses(self) -> list[ToolUse]:
        """Pick the wishes to call a tool; each must be met by a `ToolResult`."""
        return [part for part in self.content if isinstance(part, ToolUse)]


class Sampling(Question):
    """A conversation for the client's model to go on with.

    `messages` is one message or a sequence of them: a text, a block, or a sequence of blocks,
    said by the user; a `Message`; or what the model said before, as `Sampled`. At most
    `max_tokens` are wanted back. `model_hints` are parts of model names, best first; priorities
    are from 0 to 1. All of this the client may change or ignore.

    `tools` are MCP `Tool` objects; the model then may answer by `ToolUse`, and the next
    sampling holds the conversation so far, that answer, and a `ToolResult` for each use.

    Raises:
        ValueError: the conversation is not one, or an option has a value it cannot have.
    """

    __slots__ = ()
    method = "sampling/createMessage"
    _whom = "the client's model"

    def __init__(
        self,
        messages: "Conversation",
        *,
        max_tokens: int = MAX_TOKENS,
        system_prompt: str = "",
        temperature: float | None = None,
        stop_sequences: "Sequence[str]" = (),
        model_hints: "Sequence[str]" = (),
        cost_priority: float | None = None,
        speed_priority: float | None = None,
        intelligence_priority: float | None = None,
        tools: "Sequence[Mapping[str, object]]" = (),
        tool_choice: 'Literal["", "auto", "required", "none"]' = "",
        metadata: "Mapping[str, object] | None" = None,
    ) -> None:
        if type(max_tokens) is not int or max_tokens < 1:
            raise ValueError(f"max_tokens {max_tokens!r} is no whole number from 1")
        if tool_choice and tool_choice not in _CHOICES:
            raise ValueError(f"tool_choice {tool_choice!r} is none of {', '.join(_CHOICES)}")
        if tool_choice and not tools:
            raise ValueError("tool_choice without tools leaves nothing to choose")
        for tool in tools:
            _check_tool(tool)
        preferences = given(
            hints=[{"name": hint} for hint in _texts("model_hints", model_hints)],
            costPriority=_priority("cost_priority", cost_priority),
            speedPriority=_priority("speed_priority", speed_priority),
            intelligencePriority=_priority("intelligence_priority", intelligence_priority),
        )
        params = given(
            messages=_describe(parts_of(messages)),
            maxTokens=max_tokens,
            systemPrompt=system_prompt,
            temperature=temperature,
            stopSequences=_texts("stop_sequences", stop_sequences),
            modelPreferences=preferences or None,
            tools=list(tools),
            toolChoice={"mode": tool_choice} if tool_choice else None,
            metadata=metadata,
        )
        super().__init__(params, {"sampling": {"tools": {}} if tools else {}})

    def read(self, answer: "Mapping[str, object]") -> Sampled:
        """Read what the model said."""
        role, content = answer.get("role"), answer.get("content")
        model, stop_reason = answer.get("model"), answer.get("stopReason", "")
        if not isinstance(role, str) or role not in ROLES:
            raise ValueError(f"role is none of {', '.join(sorted(ROLES))}")
        if not isinstance(model, str) or not isinstance(stop_reason, str):
            raise ValueError("model or stopReason is not a string")
        blocks = content if isinstance(content, list) else [content]
        return Sampled(role, [_read_block(block) for block in blocks], model, stop_reason)


def _describe(messages: "Sequence[Said]") -> list[dict[str, object]]:
    """Render the messages, each wish of a model for a tool met by the one that follows."""
    if not messages:
        raise ValueError("a conversation has at least one message")
    described: list[dict[str, object]] = []
    wishes: list[str] = []
    for said in messages:
        role, parts = _parts(said)
        results = [part.tool_use_id for part in parts if isinstance(part, ToolResult)]
        if sorted(results) != sorted(wishes) or (results and len(results) < len(parts)):
            raise ValueError(
                "behind a message with tool uses comes one with their results and nothing else"
            )
        wishes = [part.id for part in parts if isinstance(part, ToolUse)]
        if (wishes and role != "assistant") or (results and role != "user"):
            raise ValueError("tool uses are the assistant's, and their results the user's")
        blocks = [part.block() for part in parts]
        described.append({"role": role, "content": blocks[0] if len(blocks) == 1 else blocks})
    if wishes:
        raise ValueError("the last message has tool uses without their results")
    return described


def _parts(said: object) -> "tuple[str, Sequence[Part | ToolUse | ToolResult]]":
    role, content = "user", said
    if isinstance(said, Message | Sampled):
        role, content = said.role, said.content
    parts = [Text(part) if isinstance(part, str) else part for part in parts_of(content)]
    for part in parts:
        if not isinstance(part, Text | Image | Audio | ToolUse | ToolResult):
            raise ValueError(f"a {type(part).__qualname__} cannot be said to a model")
    if not parts:
        raise ValueError("a message has at least one block")
    return role, parts


def _check_tool(tool: "Mapping[str, object]") -> None:
    schema = tool.get("inputSchema")
    if not isinstance(tool.get("name"), str) or not isinstance(schema, dict):
        raise ValueError("a tool has a name and an inputSchema")
    if schema.get("type") != "object":
        raise ValueError(f"the inputSchema of tool {tool['name']!r} is not of type object")


def _texts(name: str, texts: "Sequence[str]") -> list[str]:
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} {texts!r} is no list of texts")
    return list(texts)


def _priority(name: str, priority: float | None) -> float | None:
    if priority is None:
        return None
    if type(priority) not in (int, float) or not 0 <= priority <= 1:
        raise ValueError(f"{name} {priority!r} is no number from 0 to 1")
    return priority


def _read_block(block: object) -> "Part | ToolUse":
    if not isinstance(block, dict):
        raise ValueError("a block of content is not an object")
    kind, meta = block.get("type"), block.get("_meta")
    if meta is not None and not isinstance(meta, dict):
        raise ValueError("_meta is not an object")
    if kind == "text":
        return Text(_text(block, "text"), meta=meta)
    if kind in ("image", "audio"):
        octets = _read_base64(_text(block, "data"))
        return (Image if kind == "image" else Audio)(
            octets, _text(block, "mimeType"), meta=meta
        )
    if kind == "tool_use":
        wish = block.get("input")
        if not isinstance(wish, dict):
            raise ValueError("input is not an object")
        return ToolUse(_text(block, "id"), _text(block, "name"), wish, meta)
    raise ValueError("a block's type is none of text, image, audio, tool_use")


def _read_base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise ValueError("data is not base64") from error


def _text(block: "Mapping[str, object]", name: str) -> str:
    value = block.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a string")
    return value
