"""The protocol revisions served, and all that differs between them, in one table.

Everything inside is made in the form of the newest revision. What an older one does not know is
taken away on the way out: from descriptions and results in `older`, from questions in
`question`. Both ask this table and nothing else.

Source: the changelogs and schemas of all released revisions of the specification.
"""

from firstbyte.transport.fault import INVALID_PARAMS, RESOURCE_NOT_FOUND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MODERN = "modern"
"""The era without a handshake: each request says all about itself."""
LEGACY = "legacy"
"""The era of `initialize`."""


class Revision:
    """One released revision: its date, its era, what it knows.

    `generation` counts the revisions from 1, so that each difference is one comparison here.
    """

    __slots__ = (
        "era",
        "has_any_structure",
        "has_audio",
        "has_batches",
        "has_completions",
        "has_elicitation",
        "has_event_ids",
        "has_icons",
        "has_multiple_choice",
        "has_priming",
        "has_progress_message",
        "has_structure",
        "has_tool_annotations",
        "has_tool_sampling",
        "has_url_elicitation",
        "names_url_elicitation",
        "not_found_code",
        "version",
    )

    def __init__(self, generation: int, version: str) -> None:
        self.version = version
        self.era = MODERN if generation >= 5 else LEGACY
        is_legacy = self.era == LEGACY

        since_2025_03_26 = generation >= 2
        self.has_tool_annotations = since_2025_03_26
        self.has_audio = since_2025_03_26
        self.has_progress_message = since_2025_03_26
        # The method is as old as the protocol, the capability is not.
        self.has_completions = since_2025_03_26
        # Streams that can be resumed, by GET and `Last-Event-ID`; gone with the era.
        self.has_event_ids = since_2025_03_26 and is_legacy
        # "MUST support receiving JSON-RPC batches", and the next revision took them back.
        self.has_batches = generation == 2

        # With structured results came titles, resource links, `lastModified`, and `_meta` on
        # more types than results.
        since_2025_06_18 = generation >= 3
        self.has_structure = since_2025_06_18
        self.has_elicitation = since_2025_06_18

        # With icons came an implementation's description and website.
        since_2025_11_25 = generation >= 4
        self.has_icons = since_2025_11_25
        self.has_url_elicitation = since_2025_11_25
        # Forms that offer several of a list, titles for its items, and a default for any field.
        self.has_multiple_choice = since_2025_11_25
        # Tools in sampling, and with them messages of several blocks and with a `_meta`.
        self.has_tool_sampling = since_2025_11_25
        # An `elicitationId`, required there; nothing tells a client that the flow is over.
        self.names_url_elicitation = since_2025_11_25 and is_legacy
        # Before, an event with an id and no data was a broken message to clients.
        self.has_priming = since_2025_11_25 and is_legacy

        # Structured content, and what an `outputSchema` describes, had to be an object.
        self.has_any_structure = not is_legacy
        self.not_found_code = RESOURCE_NOT_FOUND if is_legacy else INVALID_PARAMS


_NEWEST_FIRST = (
    Revision(5, "2026-07-28"),
    Revision(4, "2025-11-25"),
    Revision(3, "2025-06-18"),
    Revision(2, "2025-03-26"),
    Revision(1, "2024-11-05"),
)

REVISIONS = {revision.version: revision for revision in _NEWEST_FIRST}
"""Every revision served, newest first. Versions are looked up, never compared as text."""

NEWEST_LEGACY = REVISIONS["2025-11-25"]

ASSUMED = REVISIONS["2025-03-26"]
"""A legacy client's that names none: "the server SHOULD assume protocol version 2025-03-26"."""


def find_revision(version: object, era: str) -> "Revision | None":
    """Look up what a client named; None for anything else than a version of `era`."""
    revision = REVISIONS.get(version) if isinstance(version, str) else None
    return revision if revision is not None and revision.era == era else None


def capabilities_for(revision: Revision, declared: object) -> "dict[str, dict[str, Any]]":
    """Keep of a client's capabilities what `revision` knows and a question may need.

    Settings of a capability are left out, so this is never long. Before modes existed, every
    client that could be elicited could be so by forms.
    """
    if not isinstance(declared, dict):
        return {}
    known: dict[str, tuple[str, ...]] = {"roots": (), "sampling": ()}
    if revision.has_tool_sampling:
        known["sampling"] = ("context", "tools")
    if revision.has_elicitation:
        known["elicitation"] = ("form", "url") if revision.has_url_elicitation else ()
    return {
        name: {mode: {} for mode in modes if isinstance(declared[name].get(mode), dict)}
        for name, modes in known.items()
        if isinstance(declared.get(name), dict)
    }


def server_capabilities_for(
    revision: Revision, capabilities: "Mapping[str, Any]"
) -> "dict[str, Any]":
    """Announce to a client of `revision` what has a name there."""
    unknown = () if revision.has_completions else ("completions",)
    return {name: value for name, value in capabilities.items() if name not in unknown}
