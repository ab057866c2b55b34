"""Read what was written down of a server ahead of time, so that its lists need no import.

A manifest lies beside the module of its server: `app.py` and `app.server.manifest`, a package
`acme/` and `acme.server.manifest`. It is made of JSON texts, one on a line, each a value by
itself. The first tells where the others are, in octets behind it:

    {"format": 1, "made_by": VERSION, "source": ["app.py", CHECKSUM], "size": …,
     "places": {"offer": [0, 310], "tools/list 2026-07-28": [311, 9150], …}}

The others are the results that the transport prepares, the parts of `tools.manifest`, and

    "sources"    {MODULE: CHECKSUM, …} of the modules that hold what is offered

A manifest that does not fit, by the checksum of its server's source for one, is not used: the
server is imported instead. The other sources are compared when they are imported.
"""

import _imp
import posix
import sys

from firstbyte.handler.errors import ManifestUnfit
from firstbyte.handler.target import parse_name
from firstbyte.transport.errors import MalformedJson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from firstbyte.transport.codec import Codec

VERSION = "0.1.0"
"""This distribution's, as pyproject.toml has it."""
FORMAT = 1
_UNREADABLE = (MalformedJson, OSError, LookupError, ValueError, TypeError, AttributeError)
"""What taking a first line of some other shape apart raises."""
_FIRST_READ = 16_384
"""Octets; more than the first line of most manifests."""


class Manifest:
    """What lies in one file. Satisfies `transport.result.Prepared`."""

    __slots__ = ("_base", "_codec", "_file", "_kept", "_module_count", "_places", "_unseen")

    def __init__(
        self, file: int, base: int, places: "Mapping[str, tuple[int, int]]", codec: "Codec"
    ) -> None:
        self._file = file
        self._base = base
        self._places = places
        self._codec = codec
        self._kept: dict[str, bytes] = {}
        self._unseen: dict[str, str | None] | None = None
        self._module_count = 0

    def get(self, name: str) -> bytes | None:
        """Return an encoded value by its name, None if it is not there."""
        octets = self._kept.get(name)
        if octets is None and name in self._places:
            octets = self._kept[name] = self._fetch(name)
        return octets

    def __setitem__(self, name: str, value: bytes) -> None:
        """Keep a value that is not in the file, for as long as the process lives."""
        self._kept[name] = value

    def read(self, name: str) -> "Any":
        """Decode a value that is in the file."""
        return self._codec.decode(self._fetch(name))

    def find_changed(self) -> list[str]:
        """Name the modules, imported since the last look, that are not those it was made of."""
        if len(sys.modules) == self._module_count:
            return []
        self._module_count = len(sys.modules)
        if self._unseen is None:
            self._unseen = dict(self.read("sources"))
        seen = self._unseen.keys() & sys.modules.keys()
        told = {module: self._unseen.pop(module) for module in seen}
        return [module for module in told if told[module] not in (None, checksum(module))]

    def _fetch(self, name: str) -> bytes:
        position, length = self._places[name]
        return posix.pread(self._file, length, self._base + position)


def open_manifest(name: str, codec: "Codec") -> Manifest | None:
    """Open the manifest of the server that `name` names; None if there is none.

    Raises:
        ManifestUnfit: it is not of this server as it is now, or no manifest.
        ServerNotFound: `name` is no name.
    """
    folders, stem = _look_for(name)
    for folder in folders:
        path = f"{folder}/{stem}"
        try:
            file = posix.open(path, posix.O_RDONLY | posix.O_CLOEXEC)
        except OSError:
            continue
        try:
            return _parse(file, path, codec)
        except _UNREADABLE as error:
            raise ManifestUnfit(f"{path} is no manifest") from error
    return None


def checksum(module: str) -> str | None:
    """Sum up the source of an imported module; None where there is none to be read."""
    return _sum_up(getattr(sys.modules[module], "__file__", None) or "")


def _look_for(name: str) -> "tuple[Sequence[str], str]":
    """Tell in which folders a manifest may lie, and its path in there."""
    module, attribute = parse_name(name)
    stem = f"{module.replace('.', '/')}.{attribute}.manifest"
    # Ours lie in a folder that need not bear our name.
    package, _, rest = stem.partition("/")
    if package == "firstbyte":
        return sys.modules[package].__path__, rest
    return sys.path, stem


def _parse(file: int, path: str, codec: "Codec") -> Manifest:
    line, newline = b"", b""
    while not newline:
        octets = posix.pread(file, _FIRST_READ, len(line))
        if not octets:
            raise ManifestUnfit(f"{path} is no manifest")
        line, newline, _ = (line + octets).partition(b"\n")
    head = codec.decode(line)
    if (head["format"], head["made_by"]) != (FORMAT, VERSION):
        raise ManifestUnfit(f"{path} was made by another version of firstbyte")
    source, told = head["source"]
    # Where there is no source, as in a deployment of bytecode, nothing changes.
    if _sum_up(f"{path.rpartition('/')[0]}/{source}") not in (told, None):
        raise ManifestUnfit(f"{path} was made of another {source}")
    base, size, places = len(line) + len(newline), head["size"], head["places"]
    if posix.fstat(file).st_size != base + size:
        raise ManifestUnfit(f"{path} is cut off")
    for position, length in places.values():
        if not 0 <= position <= position + length < size:
            raise ManifestUnfit(f"{path} points beyond its end")
    return Manifest(file, base, places, codec)


def _sum_up(path: str) -> str | None:
    try:
        with open(path, "rb", 0) as file:  # noqa: PTH123 (pathlib is 20 modules)
            # What tells a .pyc from its source: 64 bits, and nothing to import.
            return _imp.source_hash(FORMAT, file.read()).hex()
    except OSError:
        return None
