"""Write the manifest of a server, or tell what is out of date in the one there is.

Imports the server and all that it offers, as its lists would.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from firstbyte.handler.errors import ManifestUnfit, ServerNotFound
from firstbyte.handler.manifest import FORMAT, VERSION, checksum
from firstbyte.handler.target import load_target, parse_name
from firstbyte.tools.manifest import describe
from firstbyte.tools.server import Server
from firstbyte.transport.codec import Codec
from firstbyte.transport.rehearsal import rehearse

_SUFFIX: Final = ".manifest"


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
        home = source.parent if source.stem == "__init__" else source.with_suffix("")
        self.path = home.with_name(f"{home.name}.{attribute}{_SUFFIX}")
        codec = Codec()
        service: Any = server  # known by its shape
        self.values = rehearse(service, codec)
        described = describe(server)
        described["sources"] = _sum_up(described["places"])
        for part, value in described.items():
            self.values[part] = codec.encode(value)
        kinds = ("tools", "resources", "templates", "prompts")
        self.contents = ", ".join(f"{kind} {len(described[kind])}" for kind in kinds)
        lines = dict.fromkeys(self.values.values(), 0)
        position = 0
        for line in lines:
            lines[line] = position
            position += len(line) + 1
        head = {
            "format": FORMAT,
            "made_by": VERSION,
            "source": [str(source.relative_to(self.path.parent)), checksum(module)],
            "size": position,
            "places": {value: [lines[line], len(line)] for value, line in self.values.items()},
        }
        self.octets = b"\n".join([codec.encode(head), *lines, b""])

    def write(self) -> None:
        """Write it, whole or not at all.

        Raises:
            OSError: it cannot be written there.
        """
        beside = self.path.with_suffix(".new")
        beside.write_bytes(self.octets)
        beside.replace(self.path)

    def compare(self) -> None:
        """Look at the one that is there.

        Raises:
            ManifestUnfit: it is not this one, or there is none.
        """
        try:
            there = self.path.read_bytes()
        except OSError as error:
            raise ManifestUnfit(f"there is no {self.path}") from error
        if there == self.octets:
            return
        lines = set(there.split(b"\n"))
        changed = [name for name, line in self.values.items() if line not in lines]
        told = ", ".join(changed) or "the order of what it lists"
        raise ManifestUnfit(f"{self.path} is out of date: {told}")


def _sum_up(places: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, str | None]:
    paths = [path for kind in places.values() for _, path in kind if path]
    modules = sorted({path.partition(":")[0] for path in paths})
    return {module: checksum(module) for module in modules}
