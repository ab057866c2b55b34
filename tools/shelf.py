"""Keep what a server offers by the names clients use, and import no more than is wanted."""

import sys

from firstbyte.tools.declaration import check_several, find_declaration
from firstbyte.tools.errors import WrongDeclaration

TYPE_CHECKING = False
if not TYPE_CHECKING:
    from firstbyte.tools.declaration import Generic

    B = None
else:
    from collections.abc import Callable, Iterable
    from typing import Generic, TypeVar

    from firstbyte.tools.declaration import Function

    B = TypeVar("B")


class Place(str):
    """An import path, together with the `key` of the function there, known beforehand."""

    __slots__ = ("key",)
    key: str

    def __new__(cls, path: str, key: str) -> "Place":
        """Make one of "package.module:attribute"."""
        place = super().__new__(cls, path)
        place.key = key
        return place


class Shelf(Generic[B]):
    """Functions one decorator saw, in the order given, each bound when it is wanted.

    An entry is such a function, or an import path such as "package.module:attribute", whose
    module is imported by the first look at what it holds. Where every entry tells its key, a
    look imports no other.

    Raises:
        WrongDeclaration: an entry is neither, two have one key, or `entries` is but one.
    """

    __slots__ = ("_bind", "_bound", "_entries", "_functions", "_is_indexed", "_keys", "_noun")

    def __init__(
        self, noun: str, entries: "Iterable[Function | str]", bind: "Callable[[Function], B]"
    ) -> None:
        check_several(entries, f"{noun}s")
        self._noun = noun
        self._entries = tuple(entries)
        self._is_indexed = all(type(entry) is Place for entry in self._entries)
        self._bind = bind
        self._functions: dict[str, Function] = {}
        self._keys: dict[Function | str, str] = {}
        self._bound: dict[str, B] = {}
        paths: set[str] = set()
        for entry in self._entries:
            if not isinstance(entry, str):
                self._register(entry, entry)
                continue
            if entry in paths:
                raise WrongDeclaration(f"{entry!r} is among the {noun}s twice")
            self._check_path(entry)
            paths.add(entry)

    def __bool__(self) -> bool:
        """Tell whether there is anything on it, importing nothing."""
        return bool(self._entries)

    def find(self, key: str) -> "B | None":
        """Find what clients know by `key`, imported if it was not, or None.

        Raises:
            WrongDeclaration: an entry on the way cannot be imported.
        """
        # A function usually bears the name it is known by, so most calls import one module.
        # Only one renamed, or one that is not there, makes us import the rest.
        if key not in self._functions:
            self._import([path for path in self._paths() if _likely_key(path) == key])
        if key not in self._functions and not self._is_indexed:
            self._import(self._paths())
        return self._take(key) if key in self._functions else None

    def list_keys(self) -> list[str]:
        """Tell the key of everything, in the order given, imported unless that is known.

        Raises:
            WrongDeclaration: an entry cannot be imported.
        """
        if self._is_indexed:
            return [_likely_key(path) for path in self._paths()]
        self._import(self._paths())
        return [self._keys[entry] for entry in self._entries]

    def places(self) -> "list[tuple[str, str]]":
        """Tell the key and the path of everything; empty for what was given as a function.

        Raises:
            WrongDeclaration: an entry cannot be imported.
        """
        return [
            (key, entry if isinstance(entry, str) else "")
            for key, entry in zip(self.list_keys(), self._entries, strict=True)
        ]

    def all(self) -> "list[B]":
        """Import and bind everything, in the order given.

        Raises:
            WrongDeclaration: an entry cannot be imported.
        """
        self._import(self._paths())
        return [self._take(self._keys[entry]) for entry in self._entries]

    def _paths(self) -> list[str]:
        return [entry for entry in self._entries if isinstance(entry, str)]

    def _import(self, paths: list[str]) -> None:
        for path in paths:
            if path not in self._keys:
                self._register(path, self._import_attribute(path))

    def _register(self, entry: "Function | str", function: "Function") -> None:
        declaration = find_declaration(function, self._noun)
        if declaration is None:
            raise WrongDeclaration(f"{entry!r} is not decorated as a {self._noun}")
        key = declaration.key
        if key in self._functions:
            raise WrongDeclaration(
                f"two {self._noun}s are named {key!r}; the second is {entry!r}"
            )
        self._functions[key] = function
        self._keys[entry] = key

    def _take(self, key: str) -> "B":
        if key not in self._bound:
            self._bound[key] = self._bind(self._functions[key])
        return self._bound[key]

    def _check_path(self, path: str) -> None:
        module, _, attribute = path.partition(":")
        if not attribute.isidentifier() or not all(
            part.isidentifier() for part in module.split(".")
        ):
            raise WrongDeclaration(
                f"{self._noun} path {path!r} is not of the form 'package.module:attribute'"
            )

    def _import_attribute(self, path: str) -> "Function":
        module, _, attribute = path.partition(":")
        try:
            __import__(module)
            function: Function = getattr(sys.modules[module], attribute)
        except (ImportError, AttributeError) as error:
            raise WrongDeclaration(
                f"{self._noun} path {path!r} cannot be imported: {error}"
            ) from error
        return function


def _likely_key(path: str) -> str:
    return path.key if isinstance(path, Place) else path.rpartition(":")[2]
