"""Read what was written down of a server ahead of time, so that its lists need no import.

A manifest lies beside the module of its server: `app.py` and `app.server.manifest`, a package
`acme/` and `acme.server.manifest`. It is made of JSON texts, one on a line. The first is the
checksum of the second; that one tells where the others are, in octets behind it:

    "1d6c0b2a9e3f4857"
    {"format": 1, "made_by": VERSION, "source": ["app.py", CHECKSUM],
     "places": {"offer": 0, "tools/list 2025-11-25": 1, "tools/list 2025-06-18": 1, …},
     "lines": [[0, 310, CHECKSUM], [311, 9150, CHECKSUM], …]}

The others, short ones first, are the results that the transport prepares, the parts of
`tools.manifest`, and

    "sources"    {MODULE: CHECKSUM, …} of the author's modules that were imported for it

A manifest that does not fit, by the checksum of its server's source for one, is not used: the
server is imported instead. The other sources are compared when they are imported; from the
first one that differs on, the manifest is dropped.
"""

import _imp
import posix
import sys

from firstbyte.handler.errors import ManifestUnfit
from firstbyte.handler.target import parse_name
from firstbyte.transport.errors import MalformedJson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from firstbyte.transport.codec import Codec

VERSION = "0.1.0"
"""This distribution's, as pyproject.toml has it."""
FORMAT = 1
_UNREADABLE = (MalformedJson, LookupError, ValueError, TypeError)
"""What taking first lines of some other shape apart raises."""
_READ = 16_384
"""Octets at a time; more than the first two lines of most manifests, and than a handshake."""


class Manifest:
    """What lies in one file. Satisfies `transport.result.Prepared`, `tools.manifest.Written`.

    `near` is what was read of it already. The file is opened for each further part: a tool may
    close descriptors that are not its own. `warn` is told why nothing of it is used any more,
    once.
    """

    __slots__ = (
        "_base",
        "_codec",
        "_kept",
        "_lines",
        "_module_count",
        "_near",
        "_path",
        "_places",
        "_unseen",
        "_warn",
    )

    def __init__(
        self,
        path: str,
        base: int,
        near: bytes,
        places: "Mapping[str, int]",
        lines: "Sequence[tuple[int, int, str]]",
        codec: "Codec",
        warn: "Callable[[str], object]",
    ) -> None:
        self._path = path
        self._base = base
        self._near = near
        self._places = places
        self._lines = lines
        self._codec = codec
        self._warn = warn
        self._kept: dict[str, bytes] = {}
        self._unseen: dict[str, str | None] | None = None
        self._module_count = 0

    def get(self, name: str) -> bytes | None:
        """Return an encoded value by its name; None if it is not there, or not any more."""
        octets = self._kept.get(name)
        if octets is None:
            octets = self._fetch(name)
            if octets is not None:
                self._kept[name] = octets
        return octets

    def __setitem__(self, name: str, value: bytes) -> None:
        """Keep a value that is not in the file, for as long as the process lives."""
        self._kept[name] = value

    def read(self, name: str) -> "Any":
        """Decode a value that is in the file; None if it is not there any more."""
        octets = self._fetch(name)
        return None if octets is None else self._codec.decode(octets)

    def verify(self) -> bool:
        """Tell whether it is of the modules imported until now; drop it if it is not."""
        if len(sys.modules) != self._module_count:
            self._module_count = len(sys.modules)
            if self._unseen is None:
                self._unseen = self.read("sources") or {}
            for module in self._unseen.keys() & sys.modules.keys():
                if self._unseen.pop(module) != checksum(module):
                    self.drop(f"was made of another {module}")
                    break
        return bool(self._places)

    def drop(self, reason: str) -> None:
        """Use nothing of it from now on, and tell what it is or does: the `reason`."""
        if self._places:
            self._places, self._unseen = {}, {}
            self._kept.clear()
            self._warn(f"{self._path} {reason}")

    def _fetch(self, name: str) -> bytes | None:
        line = self._places.get(name)
        if line is None:
            return None
        position, length, told = self._lines[line]
        octets = self._near[position : position + length]
        if len(octets) < length:
            try:
                octets = _read(self._path, self._base + position, length)
            except OSError:
                octets = b""
        if sum_up(octets) != told:
            self.drop("is damaged, or another than it was")
            return None
        return octets


def open_manifest(
    name: str, codec: "Codec", warn: "Callable[[str], object]"
) -> Manifest | None:
    """Open the manifest of the server that `name` names; None if there is none.

    Raises:
        ManifestUnfit: it is not of this server as it is now, or no manifest.
        ServerNotFound: `name` is no name.
    """
    module, attribute = parse_name(name)
    origin = _find_origin(module)
    path = place_of(origin, attribute)
    octets = b""
    try:
        while octets.count(b"\n") < 2:
            more = _read(path, len(octets), _READ)
            if not more:
                raise ManifestUnfit(f"{path} is no manifest, or damaged")
            octets += more
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ManifestUnfit(f"{path} cannot be read: {error.strerror}") from error
    first, line, near = octets.split(b"\n", 2)
    try:
        head = codec.decode(line) if codec.decode(first) == sum_up(line) else {}
        if (head["format"], head["made_by"]) != (FORMAT, VERSION):
            raise ManifestUnfit(f"{path} was made by another version of firstbyte")
    except _UNREADABLE as error:
        raise ManifestUnfit(f"{path} is no manifest, or damaged") from error
    source, told = head["source"]
    if origin != f"{path.rpartition('/')[0]}/{source}" or _sum_up_file(origin) != told:
        raise ManifestUnfit(f"{path} was made of another {source}")
    base = len(first) + len(line) + 2
    return Manifest(path, base, near, head["places"], head["lines"], codec, warn)


def place_of(origin: str, attribute: str) -> str:
    """Tell where the manifest of a server lies, whose module is loaded from `origin`."""
    folder, _, base = origin.rpartition("/")
    stem = base.partition(".")[0]
    home = folder if stem == "__init__" else f"{folder}/{stem}"
    return f"{home}.{attribute}.manifest"


def checksum(module: str) -> str | None:
    """Sum up the file of an imported module; None where there is none to be read."""
    return _sum_up_file(file_of(module))


def file_of(module: str) -> str:
    """Tell where an imported module was loaded from; empty where nothing says."""
    # Not by getattr: a module may import what it is asked for.
    members = getattr(sys.modules[module], "__dict__", {})
    return members.get("__file__") or ""


def sum_up(octets: bytes) -> str:
    """Return what tells a .pyc from its source, too: 64 bits, and nothing to import."""
    return _imp.source_hash(FORMAT, octets).hex()


def _find_origin(module: str) -> str:
    """Find the file that importing `module` loads; empty if there is none."""
    find_spec = sys.modules["_frozen_importlib"]._find_spec
    folders, origin, name = None, "", ""
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        loaded = sys.modules.get(name)
        if loaded:
            folders = getattr(loaded, "__path__", ())
            origin = getattr(loaded, "__file__", "")
            continue
        try:
            spec = find_spec(name, folders)
        except KeyError:
            # A namespace package wants that around it to be imported, to follow its path.
            finder = sys.modules["_frozen_importlib_external"].PathFinder
            spec = finder._get_spec(name, folders)
        if not spec:
            return ""
        folders, origin = spec.submodule_search_locations or (), spec.origin
    return origin or ""


def _sum_up_file(path: str) -> str | None:
    try:
        with open(path, "rb", 0) as file:  # noqa: PTH123 (pathlib is 20 modules)
            return sum_up(file.read())
    except OSError:
        return None


def _read(path: str, position: int, length: int) -> bytes:
    file = posix.open(path, posix.O_RDONLY | posix.O_CLOEXEC)
    try:
        return posix.pread(file, length, position)
    finally:
        posix.close(file)
