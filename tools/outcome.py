"""Turn what a tool returned into content blocks and a structured result."""

from collections.abc import Iterable, Mapping, Sequence
from types import NoneType
from typing import Any, Final, get_args

import msgspec

from firstbyte.tools.content import ABSENT, Content, Result, Text
from firstbyte.tools.conversion import (
    check_sendable,
    clean,
    encode_text,
    simplify,
    simplify_as,
)
from firstbyte.tools.errors import Unsendable
from firstbyte.tools.signature import UNDECLARED, alternatives
from firstbyte.tools.value import parts_of

_PLAIN: Final = (str, NoneType)
"""Results that are content and nothing else: a text, or no content at all."""


class Outcome:
    """What a call came to, as JSON values of the newest revision.

    `structured` is meaningless unless `has_structured`, for null is a result too.
    """

    __slots__ = ("content", "has_structured", "is_error", "meta", "structured")

    def __init__(
        self,
        content: Sequence[Mapping[str, object]],
        structured: object = ABSENT,
        *,
        is_error: bool = False,
        meta: Mapping[str, object] | None = None,
    ) -> None:
        self.content = content
        self.structured = structured
        self.has_structured = structured is not ABSENT
        self.is_error = is_error
        self.meta = meta


def fail(sentence: str) -> Outcome:
    """Tell the model what went wrong, in a sentence it can act on."""
    return Outcome([Text(clean(sentence)).block()], is_error=True)


class ResultType:
    """What the declared type of a tool's results says of them; found out once for all calls.

    Results that are `is_structured` are data, with an output schema, others mere content. What
    `is_free` may be content of any form, and is not checked against the type.
    """

    __slots__ = ("is_free", "is_structured", "kind")

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.is_free = kind is UNDECLARED or _holds_content(kind)
        self.is_structured = not self.is_free and not all(
            member in _PLAIN for member in alternatives(kind)
        )


def render(value: object, declared: ResultType) -> Outcome:
    """Show a tool's `value` as its caller gets to see it.

    A value that its type forbids or JSON cannot carry is an error that names the place.
    """
    try:
        if declared.is_free:
            return _render_freely(value, may_be_data=declared.kind is UNDECLARED)
        simple = simplify_as(value, declared.kind)
        if declared.is_structured:
            return Outcome([Text(encode_text(simple)).block()], simple)
        return Outcome(_render_content((simple,)))
    except msgspec.ValidationError as error:
        return fail(f"the tool's result does not fit its declared type: {error}")
    except (Unsendable, RecursionError) as error:
        return fail(f"the tool's result cannot be sent as JSON: {error}")


def _render_freely(value: object, *, may_be_data: bool) -> Outcome:
    """Go by the value alone; `may_be_data` says that a list need not be a list of content."""
    if isinstance(value, Result):
        return _render_result(value)
    parts = parts_of(value)
    if may_be_data and not any(isinstance(part, Content) for part in parts):
        parts = (value,)
    return Outcome(_render_content(parts))


def _render_result(result: Result) -> Outcome:
    content = _render_content(parts_of(result.content))
    meta = None if result.meta is None else simplify(result.meta)
    check_sendable(meta)
    if result.structured is ABSENT:
        return Outcome(content, is_error=result.is_error, meta=meta)
    structured = simplify(result.structured)
    text = encode_text(structured)
    content = content or [Text(text).block()]
    return Outcome(content, structured, is_error=result.is_error, meta=meta)


def _render_content(parts: Iterable[object]) -> list[dict[str, object]]:
    """Show content as it is, text as text, None as nothing, whatever else as its JSON text."""
    blocks = []
    for part in parts:
        if isinstance(part, Content):
            blocks.append(part.block())
        elif isinstance(part, str):
            blocks.append(Text(part).block())
        elif part is not None:
            blocks.append(Text(encode_text(simplify(part))).block())
    check_sendable(blocks)
    return blocks


def _holds_content(kind: Any) -> bool:
    if isinstance(kind, type) and issubclass(kind, (Content, Result)):
        return True
    return any(_holds_content(part) for part in get_args(kind))
