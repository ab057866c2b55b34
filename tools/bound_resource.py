"""Bind a declared function to its types as a resource: describe it, find it, read it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from firstbyte.tools.binding import Binding
from firstbyte.tools.content import Contents
from firstbyte.tools.conversion import check_sendable, clean, encode_text, simplify
from firstbyte.tools.declaration import declaration_of
from firstbyte.tools.docstring import describe_docstring
from firstbyte.tools.errors import ResourceNotFound, ToolError, Unsendable, WrongDeclaration
from firstbyte.tools.resource_declaration import ResourceDeclaration
from firstbyte.tools.signature import REQUIRED
from firstbyte.tools.value import parts_of

if TYPE_CHECKING:
    from firstbyte.tools.context import Caller


class Reading:
    """What reading a resource came to, or the `problem` there was instead.

    `contents` are `TextResourceContents` and `BlobResourceContents` objects. A problem that
    `is_missing` is that there is no such resource.
    """

    __slots__ = ("cache_scope", "contents", "is_missing", "problem", "ttl_ms")

    def __init__(
        self,
        told: ResourceDeclaration,
        contents: Sequence[Mapping[str, object]] = (),
        *,
        problem: str = "",
        is_missing: bool = False,
    ) -> None:
        self.contents = contents
        self.problem = clean(problem)
        self.is_missing = is_missing
        self.ttl_ms = told.ttl_ms
        self.cache_scope = told.cache_scope


class BoundResource:
    """A resource, or a template of many, ready to be listed and looked up.

    Raises:
        WrongDeclaration: its parameters are not the variables of its URI.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        told = declaration_of(function, ResourceDeclaration)
        self._declaration = told
        self._binding = Binding(function, told.label)
        self.is_template = bool(told.template.variables)
        defaults = {parameter.name: parameter.default for parameter in self._binding.parameters}
        variables = set(told.template.variables)
        self.arguments = frozenset(variables)
        if unknown := defaults.keys() - variables:
            raise WrongDeclaration(
                f"{told.label}: parameter {min(unknown)!r} is no variable of its URI"
            )
        if not self._binding.takes_others and (untaken := variables - defaults.keys()):
            raise WrongDeclaration(f"{told.label}: no parameter takes {min(untaken)!r}")
        for name in sorted(told.template.optional):
            if defaults.get(name) is REQUIRED:
                raise WrongDeclaration(
                    f"{told.label}: {name!r} may be absent, so it needs a default"
                )

    def describe(self) -> dict[str, object]:
        """Render as a `Resource` or `ResourceTemplate` object of the newest revision."""
        told = self._declaration
        resource = {
            "uriTemplate" if self.is_template else "uri": told.key,
            "name": told.name,
            "title": told.title,
            "description": describe_docstring(told.description, self._binding.docstring),
            "mimeType": told.mime_type,
            "size": told.size,
            "annotations": told.annotations.describe() if told.annotations else None,
            "icons": told.icons,
            "_meta": told.meta,
        }
        return {name: value for name, value in resource.items() if value is not None}

    def find(self, uri: str) -> "FoundResource | None":
        """Find what is at `uri`; None if it does not fit, in form or in a variable's type."""
        values = self._declaration.template.match(uri)
        if values is None:
            return None
        try:
            keywords = self._binding.convert_texts(values)
        except msgspec.ValidationError:
            return None
        return FoundResource(self._declaration, self._binding, uri, keywords)


class FoundResource:
    """One resource at one URI."""

    __slots__ = ("_binding", "_declaration", "_keywords", "_uri")

    def __init__(
        self,
        declaration: ResourceDeclaration,
        binding: Binding,
        uri: str,
        keywords: Mapping[str, object],
    ) -> None:
        self._declaration = declaration
        self._binding = binding
        self._uri = uri
        self._keywords = keywords

    def read(self, caller: "Caller") -> Reading:
        """Run the function and show what it returns as contents.

        A `ToolError` and a value JSON cannot carry are problems.

        Raises:
            BaseException: whatever else the function or the caller raised.
        """
        told = self._declaration
        try:
            value = self._binding.run(self._keywords, caller)
        except ResourceNotFound as error:
            return Reading(told, problem=str(error), is_missing=True)
        except ToolError as error:
            return Reading(told, problem=str(error))
        try:
            contents = [
                part.describe(self._uri, told.mime_type or "") for part in _parts(value, told)
            ]
            check_sendable(contents)
        except (Unsendable, RecursionError) as error:
            return Reading(told, problem=f"the resource cannot be sent as JSON: {error}")
        return Reading(told, contents)


def _parts(value: object, told: ResourceDeclaration) -> Sequence[Contents]:
    """See a value as contents; an empty list is a value, for a reading always has contents."""
    parts = parts_of(value)
    contents = [part for part in parts if isinstance(part, Contents)]
    if contents and len(contents) == len(parts):
        return contents
    if isinstance(value, str):
        return (Contents(text=value),)
    if isinstance(value, bytes):
        return (Contents(blob=value),)
    text = encode_text(simplify(value))
    return (Contents(mime_type=told.mime_type or "application/json", text=text),)
