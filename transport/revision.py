"""The protocol revisions served, what differs between them, and newest values made older.

Everything inside is made in the form of the newest revision; what an older one does not know is
taken away here, on the way out.

Source: the changelogs of all released revisions of the specification.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

MODERN = "modern"
"""The era without a handshake: each request says all about itself."""
LEGACY = "legacy"
"""The era of `initialize`."""


class Revision:
    """One released revision: its date, its era, what it knows."""

    __slots__ = (
        "era",
        "has_audio",
        "has_icons",
        "has_progress_message",
        "has_structure",
        "has_tool_annotations",
        "version",
    )

    def __init__(
        self, version: str, era: str, *, annotations: bool, structure: bool, icons: bool
    ) -> None:
        self.version = version
        self.era = era
        # 2025-03-26 brought these three together.
        self.has_tool_annotations = annotations
        self.has_audio = annotations
        self.has_progress_message = annotations
        # 2025-06-18: structured results, and with them titles, resource links, `_meta` on more
        # types than results, `lastModified`.
        self.has_structure = structure
        # 2025-11-25: icons, and an implementation's description and website.
        self.has_icons = icons


_NEWEST_FIRST = (
    Revision("2026-07-28", MODERN, annotations=True, structure=True, icons=True),
    Revision("2025-11-25", LEGACY, annotations=True, structure=True, icons=True),
    Revision("2025-06-18", LEGACY, annotations=True, structure=True, icons=False),
    Revision("2025-03-26", LEGACY, annotations=True, structure=False, icons=False),
    Revision("2024-11-05", LEGACY, annotations=False, structure=False, icons=False),
)

REVISIONS = {revision.version: revision for revision in _NEWEST_FIRST}
"""Every revision served, newest first. Versions are looked up, never compared as text."""

NEWEST_LEGACY = REVISIONS["2025-11-25"]

ASSUMED = REVISIONS["2025-03-26"]
"""A legacy client's that names none: "the server SHOULD assume protocol version 2025-03-26"."""


_LINK = {"uri", "name", "title", "description", "mimeType", "size", "icons"}
"""What only a `resource_link` has among content blocks."""


def find_revision(version: object, era: str) -> "Revision | None":
    """Look up what a client named; None for anything else than a version of `era`."""
    revision = REVISIONS.get(version) if isinstance(version, str) else None
    return revision if revision is not None and revision.era == era else None


def implementation_for(revision: Revision, identity: "Mapping[str, Any]") -> "dict[str, Any]":
    """Say who we are in words of `revision`."""
    unknown: set[str] = set()
    if not revision.has_structure:
        unknown |= {"title"}
    if not revision.has_icons:
        unknown |= {"description", "icons", "websiteUrl"}
    return _without(unknown, identity)


def tool_for(revision: Revision, tool: "Mapping[str, Any]") -> "dict[str, Any]":
    """Describe one tool in words of `revision`.

    Before 2026-07-28 an `outputSchema` had to describe an object.
    """
    unknown: set[str] = set()
    if not revision.has_structure or (
        revision.era == LEGACY and not _describes_object(tool.get("outputSchema"))
    ):
        unknown |= {"outputSchema"}
    if not revision.has_structure:
        unknown |= {"title", "_meta"}
    if not revision.has_tool_annotations:
        unknown |= {"annotations"}
    if not revision.has_icons:
        unknown |= {"icons"}
    return _without(unknown, tool)


def call_result_for(
    revision: Revision,
    content: "Sequence[Mapping[str, Any]]",
    structured: object,
    has_structured: bool,
    is_error: bool,
) -> "dict[str, Any]":
    """Say what a call came to in words of `revision`.

    Before 2026-07-28 structured content had to be an object; other values are left to the text
    that stands beside them.
    """
    result: dict[str, Any] = {"content": [_block_for(revision, block) for block in content]}
    fits = revision.era == MODERN or (revision.has_structure and isinstance(structured, dict))
    if has_structured and fits:
        result["structuredContent"] = structured
    if is_error:
        result["isError"] = True
    return result


def _block_for(revision: Revision, block: "Mapping[str, Any]") -> "Mapping[str, Any]":
    """One content block; a kind the revision does not know becomes the nearest it does."""
    kind = block["type"]
    if kind == "audio" and not revision.has_audio:
        sound = {"uri": "content:audio", "mimeType": block["mimeType"], "blob": block["data"]}
        block = {**block, "type": "resource", "resource": sound}
        block = _without({"mimeType", "data"}, block)
    elif kind == "resource_link" and not revision.has_structure:
        text = f"{block['name']}: {block['uri']}"
        block = {**_without(_LINK, block), "type": "text", "text": text}
    elif kind == "resource_link" and not revision.has_icons:
        block = _without({"icons"}, block)
    return block if revision.has_structure else _plain(block)


def _plain(block: "Mapping[str, Any]") -> "Mapping[str, Any]":
    """Take out of a block what 2025-06-18 brought to all of them."""
    block = _without({"_meta"}, block)
    if "annotations" in block:
        block["annotations"] = _without({"lastModified"}, block["annotations"])
    if "resource" in block:
        block["resource"] = _without({"_meta"}, block["resource"])
    return block


def _describes_object(schema: object) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "object"


def _without(names: "set[str]", value: "Mapping[str, Any]") -> "dict[str, Any]":
    return {name: member for name, member in value.items() if name not in names}
