"""Remember on a function what its author declares it to be.

Decorating looks at no type: that waits until the function is listed or called.
"""

from firstbyte.tools.errors import WrongDeclaration

TYPE_CHECKING = False
if not TYPE_CHECKING:

    def overload(function):
        """Stand in for `typing.overload`, whose module is too dear for a first answer."""
        return function

    class Generic:
        """Stand in for `typing.Generic` likewise."""

        def __class_getitem__(cls, _parameter):
            """Return the class itself."""
            return cls

else:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    Function = Callable[..., object]
    F = TypeVar("F", bound=Function)
    D = TypeVar("D", bound="Declaration")


_MARK = "_firstbyte_"
_FUNCTION = type(lambda: None)

_NAME_CHARACTERS = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
)
_MAX_NAME_LENGTH = 128

CACHE_SCOPES = ("public", "private")
"""Whether everybody may be given an answer that is kept, or only who asked for it."""


class Declaration:
    """What one decorator was told.

    `noun` is what it makes of a function, `key` what clients ask for that by. `function` is
    set once it is remembered.
    """

    __slots__ = ("function", "key")
    noun = ""

    def __init__(self, key: str) -> None:
        self.key = key
        self.function: Function | None = None

    @property
    def label(self) -> str:
        """Name the declaration to its author."""
        return f"{self.noun} {self.key!r}"


def remember(function: "F", declaration: Declaration) -> "F":
    """Put `declaration` on its function and return the function itself.

    Raises:
        WrongDeclaration: the function bears another of the kind, which would be lost.
    """
    # What functools.wraps copied from a wrapped function is that one's.
    former = find_declaration(function, declaration.noun)
    if former is not None and former.function is function:
        raise WrongDeclaration(
            f"{former.label} cannot be {declaration.label} as well; make it another function"
        )
    declaration.function = function
    function.__dict__[_MARK + declaration.noun] = declaration
    return function


def find_declaration(candidate: object, noun: str) -> Declaration | None:
    """Find what a decorator was told of `candidate`, or None if it never saw it."""
    declaration = getattr(candidate, _MARK + noun, None)
    return declaration if isinstance(declaration, Declaration) else None


def declaration_of(function: "Function", kind: "type[D]") -> "D":
    """Return what a decorator was told of `function`.

    Raises:
        WrongDeclaration: it never saw it.
    """
    declaration = find_declaration(function, kind.noun)
    if not isinstance(declaration, kind):
        raise WrongDeclaration(f"{function!r} is not decorated as a {kind.noun}")
    return declaration


def check_function(function: object, noun: str) -> None:
    """Refuse what only looks like a function.

    Raises:
        WrongDeclaration: it is a class, a method, or anything else that can be called.
    """
    if type(function) is not _FUNCTION:
        raise WrongDeclaration(f"{function!r} is no function and cannot be a {noun}")


def is_name(name: str) -> bool:
    """Tell whether MCP allows a tool this name (2026-07-28, Tools, "Tool Names").

    It says nothing of prompts; here they are named alike.
    """
    return 0 < len(name) <= _MAX_NAME_LENGTH and _NAME_CHARACTERS.issuperset(name)


def check_text(value: object, what: str) -> None:
    """Refuse what only stands for a text, such as a function for its name.

    Raises:
        WrongDeclaration: it is no text.
    """
    if not isinstance(value, str):
        raise WrongDeclaration(f"{what} is a text, not {value!r}")


def check_several(values: object, what: str) -> None:
    """Refuse one where several are wanted.

    Raises:
        WrongDeclaration: it is a text, or nothing that could hold several.
    """
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise WrongDeclaration(f"{what} are given as a list, such as [{values!r}]")


def check_name(name: str, noun: str) -> None:
    """Refuse a name no client could use.

    Raises:
        WrongDeclaration: `is_name` says no, or it is no text.
    """
    check_text(name, f"the name of a {noun}")
    if not is_name(name):
        raise WrongDeclaration(
            f"{noun} name {name!r} is not 1 to {_MAX_NAME_LENGTH} of A-Z a-z 0-9 _ . -"
        )


def check_icons(icons: "Sequence[Mapping[str, object]] | None", label: str) -> None:
    """Refuse icons that clients would not show (2026-07-28, Base protocol, "Icons").

    Raises:
        WrongDeclaration: one is no object with an https or data URI as its `src`.
    """
    for icon in icons or ():
        source = icon.get("src") if isinstance(icon, dict) else None
        if not isinstance(source, str) or not source.startswith(("https:", "data:")):
            raise WrongDeclaration(f"{label}: an icon has no 'src' with an https or data URI")


def check_caching(ttl_ms: int, cache_scope: str, label: str) -> None:
    """Refuse caching hints that are none.

    Raises:
        WrongDeclaration: a negative time or an unknown scope.
    """
    if type(ttl_ms) is not int or ttl_ms < 0:
        raise WrongDeclaration(f"{label}: ttl_ms {ttl_ms!r} is not a whole number from 0")
    if cache_scope not in CACHE_SCOPES:
        raise WrongDeclaration(
            f"{label}: cache_scope {cache_scope!r} is none of {', '.join(CACHE_SCOPES)}"
        )
