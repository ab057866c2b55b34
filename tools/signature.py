"""Read a function's annotations as parameters and a result."""

import types
from collections.abc import Callable
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.header import KEY, Header

REQUIRED: Final = msgspec.NODEFAULT
"""The default of a parameter that has none."""

UNDECLARED: Final = object()
"""The result type of a function that declares none, or only `Any` or `object`."""

_HAS_VARIABLE_POSITIONAL: Final = 0x04
_HAS_VARIABLE_KEYWORD: Final = 0x08

_WORDS: Final = ("description", "examples", "extra_json_schema", "title")
_BOUNDS: Final = (
    "ge",
    "gt",
    "le",
    "lt",
    "max_length",
    "min_length",
    "multiple_of",
    "pattern",
    "tz",
)
"""What msgspec.Meta takes. Other libraries' notes call the same by the same names."""


class Parameter(NamedTuple):
    """One argument of a function, with its type in msgspec's words."""

    name: str
    kind: Any
    default: object


class Signature(NamedTuple):
    """What goes into a function and what comes out.

    `context_name` is the parameter that takes the context, or empty. `takes_others` tells
    of a `**arguments` parameter.
    """

    parameters: tuple[Parameter, ...]
    context_name: str
    takes_others: bool
    result: Any


def read_signature(function: Callable[..., object], label: str, context: type) -> Signature:
    """Resolve the annotations of `function`, postponed or not.

    `label` is what errors call it, `context` the type of what we give it ourselves. `inspect`
    is not needed for functions, and `functools.wraps` is followed as it does.

    Raises:
        WrongDeclaration: an annotation names nothing, or a parameter cannot be given by name.
    """
    trouble = f"{label}: its annotations cannot be resolved at run time"
    hints = resolve_hints(function, trouble)
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code, defaults = function.__code__, function.__defaults__ or ()
    positional = code.co_varnames[: code.co_argcount]
    by_name = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    if code.co_posonlyargcount:
        raise WrongDeclaration(
            f"{label}: parameter {positional[0]!r} is positional-only, "
            "and arguments come by name"
        )
    if code.co_flags & _HAS_VARIABLE_POSITIONAL:
        raise WrongDeclaration(f"{label}: *arguments cannot be given by name")
    given = dict(zip(reversed(positional), reversed(defaults), strict=False))
    given.update(function.__kwdefaults__ or {})
    contexts = [name for name in by_name if _is(hints.get(name), context)]
    if len(contexts) > 1:
        raise WrongDeclaration(f"{label}: two parameters are a Context: {contexts}")
    result = hints.get("return", UNDECLARED)
    return Signature(
        tuple(
            Parameter(name, constrained(hints.get(name, Any)), given.get(name, REQUIRED))
            for name in by_name
            if name not in contexts
        ),
        contexts[0] if contexts else "",
        bool(code.co_flags & _HAS_VARIABLE_KEYWORD),
        UNDECLARED if result in (Any, object) else constrained(result),
    )


def words_of(kind: Any, word: str) -> str:
    """Read the "description" or "title" noted on a type, empty if there is none."""
    notes = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    said = [getattr(note, word, None) for note in notes]
    return next((text for text in reversed(said) if text), "")


def has_header(kind: Any) -> bool:
    """Tell whether a `Header`, or a schema that says the same, is anywhere in a type."""
    if isinstance(kind, msgspec.Meta):
        return KEY in (kind.extra_json_schema or {})
    return any(map(has_header, get_args(kind)))


def _is(hint: object, kind: type) -> bool:
    return hint is kind or (
        get_origin(hint) in (Union, types.UnionType, Annotated) and kind in get_args(hint)
    )


def resolve_hints(annotated: Any, trouble: str) -> dict[str, Any]:
    """Read the annotations of a function or a class, postponed or not, with their notes.

    Raises:
        WrongDeclaration: one names nothing; the message begins with `trouble`.
    """
    try:
        return get_type_hints(annotated, include_extras=True)
    except (NameError, AttributeError, TypeError, SyntaxError) as error:
        raise WrongDeclaration(f"{trouble}: {error}") from error


def alternatives(kind: Any) -> tuple[Any, ...]:
    """See a type as the members of a union; one that is none is its only member."""
    if get_origin(kind) is Annotated:
        return alternatives(get_args(kind)[0])
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def constrained(kind: Any) -> Any:
    """Rewrite every note in `Annotated` as a msgspec.Meta, at any depth of the type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        base, *notes = arguments
        return _annotate(base, [_constraint(note) for note in notes])
    if not arguments or origin is Literal:
        return kind
    rewritten = tuple(map(constrained, arguments))
    if rewritten == arguments:
        return kind
    if origin is types.UnionType:
        return Union[rewritten]  # noqa: UP007 - the members are only known at run time
    return kind.copy_with(rewritten) if hasattr(kind, "copy_with") else origin[rewritten]


def _annotate(base: Any, notes: list[msgspec.Meta]) -> Any:
    members = get_args(base) if get_origin(base) in (Union, types.UnionType) else ()
    if types.NoneType not in members:
        return Annotated[constrained(base), *notes]
    # No bound applies to null, so `Annotated[int | None, Meta(ge=1)]` bounds the int.
    others: Any = Union[tuple(member for member in members if member is not types.NoneType)]  # noqa: UP007 - the members are only known at run time
    bounded = _annotate(others, [_pick(note, _BOUNDS) for note in notes])
    return Annotated[bounded | None, *(_pick(note, _WORDS) for note in notes)]


def _constraint(note: Any) -> msgspec.Meta:
    """Understand a plain text as a description, and what pydantic and annotated-types write.

    A pydantic `Field(ge=1, description=...)` keeps its constraints in `metadata`, each under
    the name that msgspec uses too; those of annotated-types are such objects themselves.
    """
    if isinstance(note, msgspec.Meta):
        return note
    if isinstance(note, str):
        return msgspec.Meta(description=note)
    if isinstance(note, Header):
        return msgspec.Meta(extra_json_schema={KEY: note.name})
    return _pick(note, _WORDS + _BOUNDS)


def _pick(note: Any, names: tuple[str, ...]) -> msgspec.Meta:
    return msgspec.Meta(
        **{
            name: value
            for part in (note, *(getattr(note, "metadata", None) or ()))
            for name in names
            if (value := getattr(part, name, None)) is not None
        }
    )
