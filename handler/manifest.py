"""Read what was written down of a server ahead of time, so that its lists need no import.

A manifest lies beside the module of its server: `app.py` and `app.server.manifest`, a package
`acme/` and `acme.server.manifest`. It is made of JSON texts, one on a line, each a value by
itself. The first tells where the others are, in octets behind it:

    {"format": 1, "made_by": VERSION, "source": ["app.py", CHECKSUM], "size": …,
     "places": {"offer": [0, 310], "tools/list 2026-07-28": [311, 9150], …}}

The others are the results that the transport prepares, and the parts of `tools.manifest`. What
does not fit, by its source's checksum for one, is not used: the server is imported instead.
"""

import posix
import sys

from firstbyte.handler import VERSION
from firstbyte.handler.errors import ManifestUnfit
from firstbyte.handler.target import load_target, parse_name
from firstbyte.tools.manifest import ListedServer, checksum
from firstbyte.transport.errors import MalformedJson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from firstbyte.tools.server import Server
    from firstbyte.transport.codec import Codec

FORMAT = 1
_FIRST_READ = 16_384
"""Octets; the first line of most manifests, and their shorter results."""


class Manifest:
    """What lies in one file. Satisfies `transport.result.Prepared`."""

    __slots__ = ("_base", "_codec", "_file", "_kept", "_places")

    def __init__(
        self, file: int, base: int, places: "Mapping[str, tuple[int, int]]", codec: "Codec"
    ) -> None:
        self._file = file
        self._base = base
        self._places = places
        self._codec = codec
        self._kept: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        """Return an encoded value by its name, None if it is not there."""
        octets = self._kept.get(name)
        if octets is None and name in self._places:
            position, length = self._places[name]
            octets = self._kept[name] = posix.pread(self._file, length, self._base + position)
        return octets

    def __setitem__(self, name: str, value: bytes) -> None:
        """Keep a value that is not in the file, for as long as the process lives."""
        self._kept[name] = value

    def read(self, name: str) -> "Any":
        """Decode a value that is in the file."""
        position, length = self._places[name]
        return self._codec.decode(posix.pread(self._file, length, self._base + position))


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
        except (MalformedJson, OSError, ValueError, KeyError, TypeError) as error:
            raise ManifestUnfit(f"{path} is no manifest") from error
    return None


def serve_listed(
    manifest: Manifest, name: str, warn: "Callable[[str], object]"
) -> ListedServer:
    """Make the server that answers from `manifest`; if need be it imports `name`."""

    def load() -> "Server":
        return load_target(name)  # type: ignore[return-value] # its manifest was made of one

    return ListedServer(manifest.read("offer"), manifest.read, load, warn)


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
    if checksum(f"{path.rpartition('/')[0]}/{source}") not in (told, None):
        raise ManifestUnfit(f"{path} was made of another {source}")
    base = len(line) + len(newline)
    if posix.fstat(file).st_size != base + head["size"]:
        raise ManifestUnfit(f"{path} is cut off")
    return Manifest(file, base, {**head["places"]}, codec)
