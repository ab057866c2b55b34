"""Compare and show the values authors make, without the import of dataclasses."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Value:
    """Equality and a readable form over the slots of a class, without dataclasses' import."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and _fields(other) == _fields(self)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in _fields(self).items())
        return f"{type(self).__name__}({fields})"


def _fields(value: object) -> dict[str, object]:
    return {
        name: getattr(value, name)
        for kind in reversed(type(value).__mro__)
        for name in getattr(kind, "__slots__", ())
    }


def given(**fields: object) -> dict[str, object]:
    """Leave out what is None or empty, which mean "not said" in all optional fields."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def parts_of(value: object) -> "Sequence[Any]":
    """See as several what may be one or, as a list or a tuple, several."""
    return value if isinstance(value, list | tuple) else (value,)
