"""Turn a type or a flat JSON Schema into a form, and what a user fills in into values.

    {"type": "object", "properties": {name: field, ...}, "required": [name, ...]}

A field is a text, a number, a yes or no, or a choice of texts; nothing is nested.

Source: MCP 2026-07-28, "Elicitation", and its schema, `PrimitiveSchemaDefinition`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from firstbyte.tools.conversion import check_sendable, simplify
from firstbyte.tools.errors import Unsendable, WrongDeclaration
from firstbyte.tools.form_type import read_type


class Form:
    """A form made of a flat JSON Schema, or of a type whose values are to come of it.

    The type is a TypedDict, a dataclass, a msgspec.Struct or a pydantic model; what may be None
    need not be filled in. `schema` is what the client gets.

    Raises:
        ValueError: it cannot be shown to a user; the message names the field.
    """

    __slots__ = ("_build", "_fields", "_required", "schema")

    def __init__(self, form: object) -> None:
        self._build: Callable[[dict[str, Any]], object]
        try:
            if isinstance(form, Mapping):
                self.schema, self._build = simplify(form), dict
                check_sendable(self.schema)
            else:
                self.schema, self._build = read_type(form)
            outline = msgspec.convert(self.schema, _Outline)
        except (Unsendable, WrongDeclaration, msgspec.ValidationError) as error:
            raise ValueError(f"this is no form: {error}") from error
        self._fields = {
            name: _read_field(name, field) for name, field in outline.properties.items()
        }
        self._required = frozenset(outline.required)
        if unknown := self._required - self._fields.keys():
            raise ValueError(f"form field {min(unknown)!r} is required and not there")

    def read(self, content: Mapping[str, object]) -> object:
        """Turn what was filled in into the type's value, or for a schema into a dict.

        What was not asked for is left out, and so is null where nothing had to be filled in.

        Raises:
            ValueError: it does not fit; the message names the field.
        """
        values: dict[str, Any] = {}
        for name, field in self._fields.items():
            value = content.get(name)
            if value is None and name not in self._required:
                continue
            if name not in content:
                raise ValueError(f"form field {name!r} is not filled in")
            values[name] = _judge(name, field, value)
        return self._build(values)


class _Field(
    msgspec.Struct, forbid_unknown_fields=True, tag_field="type", rename="camel", kw_only=True
):
    title: str = ""
    description: str = ""

    def read(self, value: object) -> object:
        """Return a value that fits.

        Raises:
            ValueError: it does not.
        """
        # Every type of field judges for itself; only its labels are common.
        raise NotImplementedError


class _Choice(msgspec.Struct, forbid_unknown_fields=True):
    const: str
    title: str


class _Text(_Field, tag="string"):
    min_length: int | UnsetType = UNSET
    max_length: int | UnsetType = UNSET
    format: Literal["date", "date-time", "email", "uri"] | UnsetType = UNSET
    enum: list[str] | UnsetType = UNSET
    enum_names: list[str] | UnsetType = UNSET
    one_of: list[_Choice] | UnsetType = UNSET
    default: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.enum == [] or self.one_of == []:
            raise ValueError("there is nothing to choose from")
        if self.enum_names and len(self.enum_names) != len(self.enum or ()):
            raise ValueError("enumNames does not name each item of enum")
        bounds = self.min_length is not UNSET or self.max_length is not UNSET
        if sum((bool(self.enum), bool(self.one_of), bounds or self.format is not UNSET)) > 1:
            raise ValueError("enum, oneOf, and bounds or a format do not go together")

    def read(self, value: object) -> object:
        if not isinstance(value, str):
            raise ValueError("it is no text")
        if self.enum or self.one_of:
            _check_choice(value, self.enum or _values(self.one_of))
        if self.min_length is not UNSET and len(value) < self.min_length:
            raise ValueError(f"it has less than {self.min_length} characters")
        if self.max_length is not UNSET and len(value) > self.max_length:
            raise ValueError(f"it has more than {self.max_length} characters")
        if self.format is not UNSET and not _FORMATS[self.format](value):
            raise ValueError(f"it is no {self.format}")
        return value


class _Number(_Field, tag="number"):
    minimum: float | UnsetType = UNSET
    maximum: float | UnsetType = UNSET
    default: float | UnsetType = UNSET

    def read(self, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("it is no number")
        if self.minimum is not UNSET and value < self.minimum:
            raise ValueError(f"it is less than {self.minimum}")
        if self.maximum is not UNSET and value > self.maximum:
            raise ValueError(f"it is more than {self.maximum}")
        return value


class _Integer(_Number, tag="integer"):
    def read(self, value: object) -> object:
        value = super().read(value)
        # "any number with a zero fractional part is an integer" (JSON Schema 2020-12, core).
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if not isinstance(value, int):
            raise ValueError("it is no whole number")
        return value


class _Boolean(_Field, tag="boolean"):
    default: bool | UnsetType = UNSET

    def read(self, value: object) -> object:
        if not isinstance(value, bool):
            raise ValueError("it is neither true nor false")
        return value


class _Items(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    type: Literal["string"] | UnsetType = UNSET
    enum: list[str] | UnsetType = UNSET
    any_of: list[_Choice] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if bool(self.enum) == bool(self.any_of):
            raise ValueError("choices are given either by enum or by anyOf")
        if bool(self.enum) != (self.type is not UNSET):
            raise ValueError("an enum is of type string, and anyOf of no type")


class _Array(_Field, tag="array"):
    items: _Items
    min_items: int = 0
    max_items: int | UnsetType = UNSET
    default: list[str] | UnsetType = UNSET

    def read(self, value: object) -> object:
        if not isinstance(value, list):
            raise ValueError("it is no list")
        for item in value:
            _check_choice(item, self.items.enum or _values(self.items.any_of))
        if len(value) < self.min_items:
            raise ValueError(f"it has less than {self.min_items} items")
        if self.max_items is not UNSET and len(value) > self.max_items:
            raise ValueError(f"it has more than {self.max_items} items")
        return value


_AnyField = _Text | _Number | _Integer | _Boolean | _Array


class _Outline(msgspec.Struct, forbid_unknown_fields=True):
    """A form whose fields were not looked at."""

    type: Literal["object"]
    properties: dict[str, Any]
    required: list[str] = []
    dialect: str = msgspec.field(name="$schema", default="")


def _read_field(name: str, description: object) -> _AnyField:
    try:
        field: _AnyField = msgspec.convert(description, _AnyField)
    except msgspec.ValidationError as error:
        raise ValueError(f"form field {name!r}: {error}") from error
    if not isinstance(field.default, UnsetType):
        _judge(f"{name}.default", field, field.default)
    return field


def _judge(name: str, field: _AnyField, value: object) -> object:
    try:
        return field.read(value)
    except ValueError as error:
        raise ValueError(f"form field {name!r}: {error}") from error


def _values(choices: list[_Choice] | UnsetType) -> list[str]:
    return [] if choices is UNSET else [choice.const for choice in choices]


def _check_choice(value: object, choices: list[str]) -> None:
    if value not in choices:
        raise ValueError(f"it is none of {', '.join(choices)}")


def _is_date(text: str) -> bool:
    return _is(text, date)


def _is_instant(text: str) -> bool:
    return _is(text, Annotated[datetime, msgspec.Meta(tz=True)])


def _is(text: str, kind: Any) -> bool:
    try:
        msgspec.convert(text, kind)
    except msgspec.ValidationError:
        return False
    return True


def _is_email(text: str) -> bool:
    """Tell whether it looks like an address; whether it is one, only a message to it shows."""
    local, at, domain = text.rpartition("@")
    return bool(local and at and domain) and not any(map(str.isspace, text))


def _is_uri(text: str) -> bool:
    scheme, colon, rest = text.partition(":")
    letters = scheme.replace("+", "").replace("-", "").replace(".", "")
    return (
        bool(colon and rest)
        and text.isascii()
        and text.isprintable()
        and " " not in text
        and scheme[:1].isalpha()
        and letters.isalnum()
    )


_FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "date": _is_date,
    "date-time": _is_instant,
    "email": _is_email,
    "uri": _is_uri,
}
