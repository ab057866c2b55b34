"""Turn a type into the schema of a form, and what was filled in into a value of the type."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from types import NoneType
from typing import (
    Any,
    Final,
    Literal,
    NotRequired,
    Required,
    get_args,
    get_origin,
    is_typeddict,
)

import msgspec

from firstbyte.tools.conversion import convert_arguments, define_arguments, is_foreign
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.schema import describe_arguments
from firstbyte.tools.signature import (
    REQUIRED,
    Parameter,
    alternatives,
    constrained,
    resolve_hints,
)

_WHOLE: Final = "form"
"""The name under which a model is described and read in one piece."""

_REFERENCE: Final = "#/$defs/"

Build = Callable[[dict[str, Any]], object]
"""Makes the value of what was filled in. Raises ValueError where that does not fit."""


def read_type(kind: Any) -> tuple[dict[str, Any], Build]:
    """Describe a TypedDict, dataclass, msgspec.Struct or pydantic model as a form.

    A field that may be None need not be filled in. The schema is flat if the type is.

    Raises:
        WrongDeclaration: it is no such type, or a field's type has no schema.
    """
    label = f"type {getattr(kind, '__qualname__', kind)!r}"
    if not isinstance(kind, type):
        raise WrongDeclaration(f"{label}: it is no type")
    if is_foreign(kind):
        return _read_model(kind, label)
    told = tuple(_fields(kind, label))
    absent = {
        name: None
        for name, hint, default in told
        if default is REQUIRED and NoneType in alternatives(hint)
    }
    parameters = tuple(
        Parameter(name, constrained(hint), None if name in absent else default)
        for name, hint, default in told
    )
    arguments = define_arguments(parameters, takes_others=False)

    def build(values: dict[str, Any]) -> object:
        return kind(**{**absent, **convert_arguments(values, arguments)})

    schema: dict[str, Any] = describe_arguments(parameters, label)
    choices = {name: _choices(hint) for name, hint, _ in told}
    form = _flatten(schema, schema.get("$defs", {}), choices)
    for name, hint, _ in told:
        # The schema is silent where an instant may lack its zone; a form has no words for that.
        if datetime in alternatives(hint):
            form["properties"][name]["format"] = "date-time"
    return form, build


def _read_model(kind: Any, label: str) -> tuple[dict[str, Any], Build]:
    whole = (Parameter(_WHOLE, kind, REQUIRED),)
    arguments = define_arguments(whole, takes_others=False)

    def build(values: dict[str, Any]) -> object:
        return convert_arguments({_WHOLE: values}, arguments)[_WHOLE]

    schema: dict[str, Any] = describe_arguments(whole, label)
    definitions = schema.get("$defs", {})
    model = _resolve(schema["properties"][_WHOLE], definitions)
    return _flatten(model, definitions, {}), build


def _fields(kind: Any, label: str) -> Iterator[tuple[str, Any, object]]:
    """Read off a type its fields: name, type, and default or `REQUIRED`."""
    hints = resolve_hints(kind, f"{label}: its fields' types cannot be resolved")
    if is_typeddict(kind):
        for name, hint in hints.items():
            # Which of the two a postponed annotation says, only its resolved form tells.
            origin = get_origin(hint)
            is_required = name in kind.__required_keys__ and origin is not NotRequired
            if origin in (NotRequired, Required):
                (hint,) = get_args(hint)
            yield name, hint, REQUIRED if is_required or origin is Required else None
    elif dataclasses.is_dataclass(kind):
        for field in dataclasses.fields(kind):
            if field.init:
                default = _default(field, dataclasses.MISSING)
                yield field.name, hints[field.name], default
    elif issubclass(kind, msgspec.Struct):
        for each in msgspec.structs.fields(kind):
            yield each.name, hints[each.name], _default(each, msgspec.NODEFAULT)
    else:
        raise WrongDeclaration(f"{label}: it is no TypedDict, dataclass, Struct or model")


def _default(field: Any, missing: object) -> object:
    if field.default is not missing:
        return field.default
    return REQUIRED if field.default_factory is missing else field.default_factory()


def _choices(kind: Any) -> list[Any]:
    """Find what a type lets choose from, in the order written: its schema has it sorted."""
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [member.value for member in kind]
    return next(filter(None, map(_choices, get_args(kind))), [])


def _flatten(
    schema: Mapping[str, Any],
    definitions: Mapping[str, Any],
    choices: Mapping[str, list[Any]],
) -> dict[str, Any]:
    """Keep of the schema of an object what a form has."""
    fields = {
        name: _flatten_field(name, field, definitions, choices.get(name, []))
        for name, field in schema["properties"].items()
    }
    required = schema.get("required", [])
    return {"type": "object", "properties": fields} | (
        {"required": required} if required else {}
    )


def _flatten_field(
    name: str, schema: Mapping[str, Any], definitions: Mapping[str, Any], choices: list[Any]
) -> dict[str, Any]:
    """Say in a form's words what JSON Schema has other words for; leave what a form has not."""
    field = dict(schema)
    options = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    if len(options) == 1:
        del field["anyOf"]
        field = {**options[0], **field}
    elif options:
        raise WrongDeclaration(f"field {name!r} may be of one type, and of None")
    field = _resolve(field, definitions)
    if "const" in field:
        field["enum"] = [field.pop("const")]
    if "enum" in field:
        field.setdefault("type", "string")
        if sorted(field["enum"], key=str) == sorted(choices, key=str):
            field["enum"] = choices
    if "items" in field:
        items = _flatten_field(name, field["items"], definitions, choices)
        field["items"] = {word: items[word] for word in items if word != "description"}
        field.pop("uniqueItems", None)
    if field.get("default", "") is None:
        del field["default"]
    return field


def _resolve(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Put a definition where it is referred to, without its title: that names the type."""
    field = dict(schema)
    if "$ref" not in field:
        return field
    definition = dict(definitions[field.pop("$ref").removeprefix(_REFERENCE)])
    definition.pop("title", None)
    return {**definition, **field}
