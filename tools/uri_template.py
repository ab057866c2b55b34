"""Match a URI to a template, and give the variables back decoded.

    s3://{bucket}/{+key}{?version}
         s3://papers/a%20b/c.txt?version=3  ->  bucket "papers", key "a b/c.txt", version "3"

A match is the one in which each variable takes as much as it can, from the left. It takes time
in proportion to the URI's length and the template's, whatever a client sends.

Source: RFC 6570, sections 2 and 3 (operators none, "+", "/", "?" and "&", without modifiers).
"""

from firstbyte.tools.declaration import check_text
from firstbyte.tools.errors import WrongDeclaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Protocol

    class Part(Protocol):
        """A piece of a template, matched against tokens: characters and encoded octets."""

        def find_ends(self, tokens: Sequence[str], starts: set[int]) -> set[int]:
            """Tell where the piece may end, given where it may start."""

        def find_start(self, tokens: Sequence[str], starts: set[int], end: int) -> int:
            """Tell which of `starts` leads to `end`; the last, if there are several."""


_MAX_URI_LENGTH = 8192
"""In characters. A longer URI is nobody's: a key of S3, the longest in sight, has 3072."""

_HEX = frozenset("0123456789ABCDEFabcdef")
_SCHEME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.")
_OPERATORS = "+/?&"
_ENDS_SEGMENT = frozenset("/?#")


class _Literal:
    """Tokens that have to be there as they are."""

    __slots__ = ("_tokens",)

    def __init__(self, tokens: "Sequence[str]") -> None:
        self._tokens = tokens

    def find_ends(self, tokens: "Sequence[str]", starts: set[int]) -> set[int]:
        length = len(self._tokens)
        return {at + length for at in starts if tokens[at : at + length] == self._tokens}

    def find_start(self, tokens: "Sequence[str]", starts: set[int], end: int) -> int:  # noqa: ARG002 (as all parts)
        return end - len(self._tokens)


class _Variable:
    """At least one token, of any kind or none that would end a path segment."""

    __slots__ = ("has_slashes", "name")

    def __init__(self, name: str, *, has_slashes: bool) -> None:
        self.name = name
        self.has_slashes = has_slashes

    def find_ends(self, tokens: "Sequence[str]", starts: set[int]) -> set[int]:
        ends = set()
        is_inside = False
        for at, token in enumerate(tokens):
            is_inside = (is_inside or at in starts) and self._takes(token)
            if is_inside:
                ends.add(at + 1)
        return ends

    def find_start(self, tokens: "Sequence[str]", starts: set[int], end: int) -> int:  # noqa: ARG002 (as all parts)
        start = end - 1
        while start not in starts:
            start -= 1
        return start

    def read(self, tokens: "Sequence[str]") -> str | None:
        """Decode what stands for the variable; None if that is no value of it."""
        value = _decode(tokens)
        return None if value is not None and "/" in value and not self.has_slashes else value

    def _takes(self, token: str) -> bool:
        return self.has_slashes or token not in _ENDS_SEGMENT


class _Segment(_Variable):
    """A slash and the segment behind it, or nothing at all."""

    __slots__ = ()

    def __init__(self, name: str) -> None:
        super().__init__(name, has_slashes=False)

    def find_ends(self, tokens: "Sequence[str]", starts: set[int]) -> set[int]:
        slashes = {at for at in starts if tokens[at : at + 1] == ["/"]}
        return starts | super().find_ends(tokens, {at + 1 for at in slashes})

    def find_start(self, tokens: "Sequence[str]", starts: set[int], end: int) -> int:
        if end in starts:
            return end
        start = end - 1
        while tokens[start] != "/":
            start -= 1
        return start

    def read(self, tokens: "Sequence[str]") -> str | None:
        return super().read(tokens[1:])


class UriTemplate:
    """A URI with or without variables.

    `text` is as its author wrote it, `variables` are in the order they appear; those of
    `optional` may be absent from a match.
    """

    __slots__ = ("_mark", "_parts", "_query", "optional", "text", "variables")

    def __init__(
        self, text: str, parts: "Sequence[Part]", mark: str, query: "Sequence[str]"
    ) -> None:
        named = [part.name for part in parts if isinstance(part, _Variable)]
        segments = [part.name for part in parts if isinstance(part, _Segment)]
        self.text = text
        self.variables = (*named, *query)
        self.optional = frozenset((*segments, *query))
        self._parts = parts
        self._mark = mark
        self._query = query

    def match(self, uri: str) -> dict[str, str] | None:
        """Return the variables of `uri`, decoded; None if it does not fit.

        None of them has a "." or ".." between slashes, however encoded.
        """
        tokens = _split(uri) if len(uri) <= _MAX_URI_LENGTH else None
        if tokens is None:
            return None
        ends = {0}
        trail = []
        for part in self._parts:
            trail.append(ends)
            ends = part.find_ends(tokens, ends)
        end = min((at for at in ends if self._may_end(tokens, at)), default=None)
        values = None if end is None else self._read_query("".join(tokens[end:]))
        if end is None or values is None:
            return None
        for part, starts in zip(reversed(self._parts), reversed(trail), strict=True):
            start = part.find_start(tokens, starts, end)
            if isinstance(part, _Variable) and start < end:
                value = part.read(tokens[start:end])
                if value is None:
                    return None
                values[part.name] = value
            end = start
        return None if any(map(_leads_elsewhere, values.values())) else values

    def _may_end(self, tokens: "Sequence[str]", end: int) -> bool:
        """Tell whether the path may end here: nothing follows, or a query."""
        return end == len(tokens) or (bool(self._query) and tokens[end] == self._mark)

    def _read_query(self, query: str) -> dict[str, str] | None:
        """Read pairs in any order; None if one is not of the template, or there twice."""
        values: dict[str, str] = {}
        for pair in query[1:].split("&") if query else ():
            name, equals, text = pair.partition("=")
            value = _decode(_split(text) or ())
            if not equals or name not in self._query or name in values or value is None:
                return None
            values[name] = value
        return values


def parse_template(text: str) -> UriTemplate:
    """Read what an author wrote as the URI of a resource.

    Raises:
        WrongDeclaration: it is no URI, or has what cannot be matched.
    """
    check_text(text, "the URI of a resource")
    scheme, colon, _ = text.partition(":")
    if not colon or not scheme[:1].isalpha() or not _SCHEME.issuperset(scheme):
        raise WrongDeclaration(f"resource {text!r} does not begin with a scheme such as file:")
    parts: list[Part] = []
    mark, query = "", list[str]()
    for piece, is_expression in _cut(text):
        if query and not (is_expression and piece[0] == "&"):
            raise WrongDeclaration(f"resource {text!r}: only {{&...}} may follow a query")
        if not is_expression:
            parts.append(_Literal(_split_literal(piece, text)))
            continue
        operator = piece[0] if piece[0] in _OPERATORS else ""
        names = piece.removeprefix(operator).split(",")
        if operator and operator in "?&":
            mark = mark or operator
            query += names
        elif operator == "/":
            parts += [_Segment(name) for name in names]
        elif len(names) == 1 and not (parts and isinstance(parts[-1], _Variable)):
            parts.append(_Variable(names[0], has_slashes=operator == "+"))
        else:
            raise WrongDeclaration(
                f"resource {text!r}: nothing tells {{{piece}}} from what stands before it"
            )
    template = UriTemplate(text, parts, mark, query)
    if len({*template.variables}) < len(template.variables):
        raise WrongDeclaration(f"resource {text!r} has a variable twice")
    return template


def _cut(text: str) -> "Iterator[tuple[str, bool]]":
    """Yield the pieces of a template, each with whether it stood in braces."""
    rest = text
    while rest:
        literal, brace, rest = rest.partition("{")
        if literal:
            yield literal, False
        if brace:
            expression, brace, rest = rest.partition("}")
            names = expression[expression[:1] in _OPERATORS :].split(",")
            if not brace or not all(name.isascii() and name.isidentifier() for name in names):
                raise WrongDeclaration(
                    f"resource {text!r}: {{{expression}}} is none of the forms that are "
                    "understood: {a} {+a} {/a} {?a,b} {&a}"
                )
            yield expression, True


def _split_literal(literal: str, text: str) -> list[str]:
    tokens = _split(literal)
    if tokens is None or not literal.isprintable() or not {*' {}<>|^`"\\'}.isdisjoint(literal):
        raise WrongDeclaration(f"resource {text!r} is no URI: {literal!r} cannot be in one")
    return tokens


def _split(uri: str) -> list[str] | None:
    """Cut a URI into characters and encoded octets; None if a percent sign begins neither."""
    head, *encoded = uri.split("%")
    tokens = [*head]
    for piece in encoded:
        if len(piece) < len("00") or not _HEX.issuperset(piece[:2]):
            return None
        tokens += ["%" + piece[:2].upper(), *piece[2:]]
    return tokens


def _decode(tokens: "Sequence[str]") -> str | None:
    """Read tokens as UTF-8; None if they are not, or hold a NUL."""
    try:
        octets = b"".join(
            bytes.fromhex(token[1:]) if token[0] == "%" else token.encode() for token in tokens
        )
        text = octets.decode()
    except UnicodeError:
        return None
    return None if "\0" in text else text


def _leads_elsewhere(value: str) -> bool:
    """Tell whether a value would walk through folders; a backslash parts them, too."""
    return not {".", ".."}.isdisjoint(value.replace("\\", "/").split("/"))
