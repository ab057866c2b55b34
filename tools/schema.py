"""Turn types into JSON Schema (2020-12), as tool descriptions carry it."""

from typing import Any, Final

import msgspec

from firstbyte.tools.conversion import check_sendable, define_arguments, is_foreign, simplify
from firstbyte.tools.docstring import parse_docstring
from firstbyte.tools.errors import Unsendable, WrongDeclaration
from firstbyte.tools.header import KEY
from firstbyte.tools.signature import REQUIRED, Parameter

_DEFINITIONS: Final = "#/$defs/"

_TYPE_NAMES: Final = {bool: "boolean", int: "integer", str: "string"}


def describe_arguments(parameters: tuple[Parameter, ...], label: str) -> dict[str, object]:
    """Write the `inputSchema`: an object that takes the parameters and nothing else.

    Raises:
        WrongDeclaration: a parameter's type has no schema.
    """
    try:
        schema = _describe_object(parameters)
    except TypeError as error:
        raise WrongDeclaration(
            f"{label}: {_blame(parameters)}: {_on_one_line(error)}"
        ) from error
    del schema["title"]
    if not schema["required"]:
        del schema["required"]
    for name, _, default in parameters:
        if default is not REQUIRED:
            _show_default(default, schema["properties"][name])
    for member in schema["properties"].values():
        if KEY in member:
            _name_type(member)
    return schema


def describe_result(kind: Any, label: str) -> dict[str, object]:
    """Write the `outputSchema` of a structured result.

    Raises:
        WrongDeclaration: the type has no schema.
    """
    try:
        return _describe(kind, "serialization")
    except TypeError as error:
        raise WrongDeclaration(f"{label}: its result: {_on_one_line(error)}") from error


def _describe_object(parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    return _describe(define_arguments(parameters, takes_others=False), "validation")


def _blame(parameters: tuple[Parameter, ...]) -> str:
    for parameter in parameters:
        try:
            _describe_object((parameter,))
        except TypeError:
            return f"parameter {parameter.name!r}"
    return "its parameters together"


def _on_one_line(error: TypeError) -> str:
    return " ".join(str(error).split())


def _show_default(default: object, schema: dict[str, object]) -> None:
    """Add a parameter's default to its schema, unless it has no JSON form."""
    try:
        value = simplify(default)
        check_sendable(value)
    except Unsendable:
        return
    schema["default"] = value


def _name_type(schema: dict[str, Any]) -> None:
    """Give what is repeated in a header the one type that clients look for, or none at all.

    They drop the whole tool over "anyOf" or an "enum" alone. That null is allowed, too, goes
    unsaid: leaving the argument out says the same.
    """
    match schema.pop("anyOf", None):
        case [member, {"type": "null"}] | [{"type": "null"}, member]:
            schema |= member
            if schema.get("default", ()) is None:
                del schema["default"]
        case [*several]:
            schema["anyOf"] = several
    if "type" not in schema and "enum" in schema:
        kinds = {_TYPE_NAMES.get(type(value)) for value in schema["enum"] if value is not None}
        if len(kinds) == 1:
            schema["type"] = kinds.pop()


def _describe(kind: Any, mode: str) -> dict[str, Any]:
    """Write the schema of `kind`, its own definition at the root and the others in `$defs`."""
    foreign = _ForeignTypes(mode)
    (root,), definitions = msgspec.json.schema_components(
        [kind], schema_hook=foreign.describe, ref_template=_DEFINITIONS + "{name}"
    )
    definitions |= foreign.definitions
    for definition in definitions.values():
        if "description" in definition:
            definition["description"] = parse_docstring(definition["description"])
    if root.keys() == {"$ref"}:
        name = root["$ref"].removeprefix(_DEFINITIONS)
        root = dict(definitions[name])
        # A type that contains itself stays defined beside the root.
        if not _mentions([*definitions.values()], _DEFINITIONS + name):
            del definitions[name]
    if definitions:
        root["$defs"] = definitions
    return root


def _mentions(schema: Any, reference: str) -> bool:
    if isinstance(schema, dict):
        return schema.get("$ref") == reference or _mentions([*schema.values()], reference)
    return isinstance(schema, list) and any(_mentions(member, reference) for member in schema)


class _ForeignTypes:
    """Schemas of the types msgspec leaves to others, with what they refer to.

    `definitions` collects the models inside models, each under its outermost model's name.
    """

    def __init__(self, mode: str) -> None:
        self.definitions: dict[str, dict[str, Any]] = {}
        self._mode = mode
        self._prefixes: dict[type, str] = {}

    def describe(self, kind: Any) -> dict[str, Any]:
        if kind is object:
            return {}
        if not is_foreign(kind):
            raise TypeError(f"{kind.__qualname__} has no JSON form")
        prefix = self._prefix(kind)
        schema: dict[str, Any] = kind.model_json_schema(
            ref_template=f"{_DEFINITIONS}{prefix}.{{model}}", mode=self._mode
        )
        for name, definition in schema.pop("$defs", {}).items():
            self.definitions[f"{prefix}.{name}"] = definition
        return schema

    def _prefix(self, kind: type) -> str:
        """Choose a name no other model has, also where two modules have models of one name."""
        if kind not in self._prefixes:
            namesakes = [other for other in self._prefixes if other.__name__ == kind.__name__]
            self._prefixes[kind] = kind.__name__ + "_" * len(namesakes)
        return self._prefixes[kind]
