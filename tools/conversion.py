"""Turn JSON values into typed ones and back, by msgspec, and by pydantic where a type is its.

Pydantic is recognised by its methods and never imported here.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from firstbyte.tools.errors import Unsendable
from firstbyte.tools.signature import REQUIRED, Parameter

_INTEGERS: Final = range(-(2**63), 2**64)
"""What readers of JSON keep: others become floats."""

_ENVELOPE_DEPTH: Final = 8
"""More brackets than a message puts around a result."""

_MAX_DIGITS: Final = 18
"""An integer of so many is within 64 bits."""

_NO_DIGITS: Final = bytes(octet if octet in b"0123456789" else 32 for octet in range(256))
"""Translates all but digits to spaces."""

_PIECE: Final = 65_536
"""So many octets are searched for numbers at once: of a large text full of digits the list of
all numbers would take 20 times its size."""

_MAX_EXACT_INTEGER: Final = 2**53
"""From here on a float stands for several integers: which of them was sent is lost."""

_MARK: Final = "\0model"


def define_arguments(
    parameters: tuple[Parameter, ...], *, takes_others: bool
) -> type[msgspec.Struct]:
    """Make the type of a tool's arguments object.

    What has a default may be missing, and then is None here: the function has its default.
    """
    return msgspec.defstruct(
        "Arguments",
        [
            (name, kind)
            if default is REQUIRED
            else (name, kind, msgspec.field(default_factory=_missing))
            for name, kind, default in parameters
        ],
        kw_only=True,
        forbid_unknown_fields=not takes_others,
    )


def _missing() -> None:
    return None


def convert_arguments(
    arguments: Mapping[str, object], kind: type[msgspec.Struct]
) -> dict[str, object]:
    """Give each argument that is there its type.

    Raises:
        msgspec.ValidationError: they do not fit; the message names the place.
    """
    try:
        typed = _convert(arguments, kind)
    except msgspec.ValidationError:
        # "any number with a zero fractional part is an integer" (JSON Schema 2020-12, core,
        # section 4.2.3), and models do write 5.0. msgspec says no, so such numbers get a
        # second chance; a float parameter takes the integer as well.
        typed = _convert(_with_whole_numbers(arguments), kind)
    return {name: getattr(typed, name) for name in kind.__struct_fields__ if name in arguments}


def convert_texts(
    arguments: Mapping[str, str], kind: type[msgspec.Struct]
) -> dict[str, object]:
    """Give each argument its type, where all that was sent is text: "5" is an integer, too.

    Raises:
        msgspec.ValidationError: they do not fit; the message names the place.
    """
    typed = msgspec.convert(
        arguments, kind, strict=False, str_keys=True, dec_hook=_read_foreign
    )
    return {name: getattr(typed, name) for name in kind.__struct_fields__ if name in arguments}


def simplify(value: object) -> Any:
    """Turn a tool's value into what JSON has: numbers, text, lists, objects.

    Raises:
        Unsendable: there is no JSON form of it, or a model's own serializer fails.
    """
    return _simplify(value, _write_foreign)


def simplify_as(value: object, kind: Any) -> Any:
    """Simplify a tool's value after making sure that it is of type `kind`.

    Raises:
        msgspec.ValidationError: it is not; the message names the place.
        Unsendable: as `simplify` does.
    """
    models: list[object] = []

    def mark(model: Any) -> object:
        if not is_foreign(type(model)):
            raise TypeError(f"a {type(model).__qualname__} has no JSON form")
        models.append(model)
        return {_MARK: len(models) - 1}

    def recognise(kind: Any, member: object) -> object:
        if not isinstance(member, dict) or _MARK not in member:
            return _read_foreign(kind, member)
        model = models[member[_MARK]]
        if not isinstance(model, kind):
            raise ValueError(
                f"Expected `{kind.__qualname__}`, got `{type(model).__qualname__}`"
            )
        return model

    # A model was validated when it was made, and what it dumps need not be what it takes
    # (computed fields, serializers): for the check a mark stands in its place.
    marked = _simplify(value, mark)
    msgspec.convert(marked, kind, str_keys=True, dec_hook=recognise)
    return simplify(value) if models else marked


def encode_text(value: object) -> str:
    """Write a simplified value as JSON.

    Raises:
        Unsendable: it holds what JSON or its readers cannot take; the message names the place.
    """
    # Not a slice of the octets: that is one copy more, and a value may be large.
    return str(memoryview(_encode(value))[_ENVELOPE_DEPTH:-_ENVELOPE_DEPTH], "utf-8")


def check_sendable(value: object) -> None:
    """Make sure that a simplified value can be written as JSON.

    Raises:
        Unsendable: as `encode_text` does.
    """
    _encode(value)


def _encode(value: object) -> bytes:
    """Write a value as JSON in an envelope of brackets."""
    enclosed = value
    for _ in range(_ENVELOPE_DEPTH):
        enclosed = [enclosed]
    try:
        octets = msgspec.json.encode(enclosed)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise Unsendable(_find_fault(value) or str(error)) from error
    # NaN and the infinities are written as null, and integers of any length as they are; only
    # what has a null or a long number in it needs a closer look.
    is_doubtful = b"null" in octets or _has_long_number(octets)
    if is_doubtful and (fault := _find_fault(value)):
        raise Unsendable(fault)
    return octets


def _has_long_number(octets: bytes) -> bool:
    for at in range(0, len(octets), _PIECE):
        numbers = octets[at : at + _PIECE + _MAX_DIGITS].translate(_NO_DIGITS).split()
        if max(map(len, numbers), default=0) > _MAX_DIGITS:
            return True
    return False


def through_json(value: object) -> Any:
    """Return what a reader of the value's JSON gets, a copy.

    Raises:
        Unsendable: there is no JSON form of it.
    """
    return msgspec.json.decode(encode_text(simplify(value)))


def clean(sentence: str) -> str:
    """Make of a sentence what JSON can carry: it may quote octets nobody could decode."""
    return sentence.encode(errors="backslashreplace").decode()


def _simplify(value: object, write_foreign: Callable[[Any], object]) -> Any:
    try:
        return msgspec.to_builtins(value, str_keys=True, enc_hook=write_foreign)
    except (TypeError, ValueError) as error:
        raise Unsendable(str(error)) from error


def is_foreign(kind: object) -> bool:
    """Tell whether `kind` is a pydantic model, or has a model's methods."""
    return hasattr(kind, "model_validate_json") and hasattr(kind, "model_json_schema")


def _convert(value: object, kind: Any) -> Any:
    return msgspec.convert(value, kind, str_keys=True, dec_hook=_read_foreign)


def _read_foreign(kind: Any, value: object) -> object:
    if kind is object:
        return value
    if not is_foreign(kind):
        # What msgspec wants of a dec_hook for a type it does not know.
        raise NotImplementedError(f"{kind.__qualname__} has no JSON form")
    try:
        # Not model_validate: from JSON even a strict model takes a text for a date.
        return kind.model_validate_json(msgspec.json.encode(value))
    except ValueError as error:
        raise ValueError(_explain(error)) from error


def _explain(error: Any) -> str:
    """Put pydantic's findings on one line, without its links."""
    if not hasattr(error, "errors"):
        return str(error)
    return "; ".join(
        f"{'.'.join(map(str, finding['loc']))}: {finding['msg']}".removeprefix(": ")
        for finding in error.errors(include_url=False)
    )


def _write_foreign(value: Any) -> object:
    if not is_foreign(type(value)):
        raise TypeError(f"a {type(value).__qualname__} has no JSON form")
    # By alias, since the schema speaks of aliases.
    return value.model_dump(mode="json", by_alias=True)


def _with_whole_numbers(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _with_whole_numbers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(member) for member in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _MAX_EXACT_INTEGER:
        return int(value)
    return value


def _find_fault(value: object) -> str:
    """Name the first thing that cannot be written, or nothing."""
    try:
        return _search_fault(value, "$")
    except RecursionError:
        return "it is nested too deeply"


def _search_fault(value: Any, place: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f"JSON has no {value} - at `{place}`"
    if isinstance(value, int) and value not in _INTEGERS:
        return f"an integer of more than 64 bits - at `{place}`"
    if isinstance(value, str) and _has_lone_surrogate(value):
        return f"a text with a lone surrogate - at `{place}`"
    members: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        if any(map(_has_lone_surrogate, value)):
            return f"a key with a lone surrogate - at `{place}`"
        members = [(f"{place}.{name}", member) for name, member in value.items()]
    elif isinstance(value, list | tuple):
        members = [(f"{place}[{index}]", member) for index, member in enumerate(value)]
    for at, member in members:
        if fault := _search_fault(member, at):
            return fault
    return ""


def _has_lone_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
