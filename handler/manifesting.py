"""Write the manifest of a server, or tell what is out of date in the one there is.

Imports the server and all that it offers, as its lists would.
"""

import json
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, Final

from firstbyte.handler.errors import ManifestUnfit, ServerNotFound
from firstbyte.handler.manifest import FORMAT, VERSION, checksum, file_of, place_of, sum_up
from firstbyte.handler.target import load_target, parse_name
from firstbyte.handler.whole_file import write_whole
from firstbyte.tools.manifest import describe
from firstbyte.tools.server import Server
from firstbyte.transport.codec import Codec
from firstbyte.transport.rehearsal import rehearse

_INSTALLED: Final = {"site-packages", "dist-packages"}


class Draft:
    """A manifest as it has to be now, and where it lies: beside the module of its server.

    `contents` counts for a person what is in it.

    Raises:
        ServerNotFound: `name` names nothing, or no Server.
        WrongDeclaration: something the server offers cannot be imported or listed.
    """

    def __init__(self, name: str) -> None:
        server = load_target(name)
        if not isinstance(server, Server):
            raise ServerNotFound(f"{name} is no Server, so there are no lists of it")
        module, attribute = parse_name(name)
        source = Path(sys.modules[module].__file__ or "")
        self.path = Path(place_of(str(source), attribute))
        codec = Codec()
        service: Any = server  # known by its shape
        self.values = rehearse(service, codec)
        described = describe(server)
        described["sources"] = {name: checksum(name) for name in _find_own(module)}
        for part, value in described.items():
            self.values[part] = codec.encode(value)
        kinds = ("tools", "resources", "templates", "prompts")
        self.contents = ", ".join(f"{kind} {len(described[kind])}" for kind in kinds)
        # What is short lies together: a start reads the first octets anyway.
        octets = sorted(dict.fromkeys(self.values.values()), key=len)
        lines: list[tuple[int, int, str]] = []
        position = 0
        for line in octets:
            lines.append((position, len(line), sum_up(line)))
            position += len(line) + 1
        self.head = {
            "format": FORMAT,
            "made_by": VERSION,
            "source": [source.relative_to(self.path.parent).as_posix(), checksum(module)],
            "places": {name: octets.index(value) for name, value in self.values.items()},
            "lines": lines,
        }
        head = codec.encode(self.head)
        first = codec.encode(sum_up(head))
        self.octets = b"\n".join([first, head, *octets, b""])

    def write(self) -> None:
        """Write it, whole or not at all.

        Raises:
            OSError: it cannot be written there.
        """
        write_whole(self.path, self.octets)

    def compare(self) -> None:
        """Look at the one that is there.

        Raises:
            ManifestUnfit: it is not this one, or there is none.
        """
        try:
            there = self.path.read_bytes()
        except FileNotFoundError as error:
            raise ManifestUnfit(f"there is no {self.path}") from error
        if there == self.octets:
            return
        _, *lines = there.split(b"\n")
        changed = [name for name, value in self.values.items() if value not in lines]
        try:
            head = json.loads(lines[0])
            changed += [name for name in ("made_by", "source") if head[name] != self.head[name]]
        except (LookupError, ValueError, TypeError) as error:
            raise ManifestUnfit(f"{self.path} is no manifest") from error
        raise ManifestUnfit(f"{self.path} is out of date: {', '.join(changed) or 'its head'}")


def _find_own(module: str) -> list[str]:
    """Name what was imported of the author's: a server's list may depend on any of it.

    That is what lies below the folder the server is imported from, but for us, the program that
    runs (another one will) and what is installed there: it changes when an image is built anew.
    Installed is what a distribution's metadata name; without them it counts as the author's.
    """
    top, _, below = module.partition(".")
    source = Path(sys.modules[module].__file__ or "")
    up = below.count(".") + bool(below) + (source.stem == "__init__")
    folder = source.parents[up]
    found = sorted(name for name in list(sys.modules) if _lies_below(folder, name))
    if top == "firstbyte":
        return [name for name in found if f"{name}.".startswith(f"{module}.")]
    tops = {name.partition(".")[0] for name in found} - {top, "firstbyte"}
    # The program goes by two names, and an editable install has a module of its own.
    tops = {name for name in tops if not name.startswith("__")}
    if tops:
        installed = packages_distributions()
        ours = set(installed.get(top, ()))
        tops = {name for name in tops if ours.issuperset(installed.get(name, ()))}
    return [name for name in found if name.partition(".")[0] in {top, *tops}]


def _lies_below(folder: Path, module: str) -> bool:
    path = Path(file_of(module))
    # A virtual environment may lie below, too; not all that is in there is in its metadata.
    return path.is_relative_to(folder) and not (
        _INSTALLED & set(path.relative_to(folder).parts)
    )
