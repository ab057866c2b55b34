"""transport/revision.py: one table says what a revision knows, of its server and its client."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS

from firstbyte.transport import revision
from firstbyte.transport.revision import (
    ASSUMED,
    NEWEST_LEGACY,
    REVISIONS,
    capabilities_for,
    find_revision,
    server_capabilities_for,
)
from tests.transport.fakes import LEGACY, MODERN, SERVED

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


def test_every_released_revision_is_served_newest_first():
    assert list(REVISIONS) == SERVED == list(reversed(KNOWN_PROTOCOL_VERSIONS))


def test_what_is_offered_and_assumed_is_legacy():
    assert (NEWEST_LEGACY.version, ASSUMED.version) == ("2025-11-25", "2025-03-26")


@pytest.mark.parametrize("version", SERVED)
def test_a_version_is_found_in_its_own_era_only(version):
    legacy = find_revision(version, revision.LEGACY)
    modern = find_revision(version, revision.MODERN)
    assert (legacy is not None, modern is not None) == (version in LEGACY, version == MODERN)


@pytest.mark.parametrize(
    "version", ["", "2026-07-29", "2025-06-18 ", "9999-99-99", 1, None, []]
)
def test_anything_else_is_no_version(version):
    assert find_revision(version, revision.LEGACY) is None


KNOWS = {
    "2026-07-28": {
        "has_any_structure", "has_audio", "has_completions", "has_elicitation", "has_icons",
        "has_multiple_choice", "has_progress_message", "has_structure", "has_tool_annotations",
        "has_tool_sampling", "has_url_elicitation",
    },
    "2025-11-25": {
        "has_audio", "has_completions", "has_elicitation", "has_event_ids", "has_icons",
        "has_multiple_choice", "has_priming", "has_progress_message", "has_structure",
        "has_tool_annotations", "has_tool_sampling", "has_url_elicitation",
        "names_url_elicitation",
    },
    "2025-06-18": {
        "has_audio", "has_completions", "has_elicitation", "has_event_ids",
        "has_progress_message", "has_structure", "has_tool_annotations",
    },
    "2025-03-26": {
        "has_audio", "has_batches", "has_completions", "has_event_ids", "has_progress_message",
        "has_tool_annotations",
    },
    "2024-11-05": set(),
}  # fmt: skip


@pytest.mark.parametrize("version", SERVED)
def test_a_revision_knows_what_its_schema_and_changelog_say(version):
    found = REVISIONS[version]
    flags = {name for name in found.__slots__ if getattr(found, name) is True}
    assert flags == KNOWS[version]


@pytest.mark.parametrize(
    ("version", "code"), [(MODERN, -32602), *((version, -32002) for version in LEGACY)]
)
def test_a_missing_resource_has_a_code_of_its_own_until_the_modern_era(version, code):
    assert REVISIONS[version].not_found_code == code


DECLARED = {
    "roots": {"listChanged": True},
    "sampling": {"context": {}, "tools": {"x": 1}},
    "elicitation": {"form": {}, "url": {"y": []}},
    "experimental": {"z": {}},
    "tasks": {},
}


@pytest.mark.parametrize(
    ("version", "kept"),
    [
        (
            "2025-11-25",
            {
                "roots": {},
                "sampling": {"context": {}, "tools": {}},
                "elicitation": {"form": {}, "url": {}},
            },
        ),
        ("2025-06-18", {"roots": {}, "sampling": {}, "elicitation": {}}),
        ("2025-03-26", {"roots": {}, "sampling": {}}),
        ("2024-11-05", {"roots": {}, "sampling": {}}),
    ],
)
def test_of_a_clients_capabilities_those_its_revision_knows_are_kept(version, kept):
    assert capabilities_for(REVISIONS[version], DECLARED) == kept


@pytest.mark.parametrize("declared", [None, [], "x", 1, {}, {"roots": None}, {"sampling": []}])
def test_whatever_declares_nothing_counts_for_nothing(declared):
    assert capabilities_for(NEWEST_LEGACY, declared) == {}


@given(VALUES | st.dictionaries(st.sampled_from(list(DECLARED)), VALUES))
def test_capabilities_of_any_shape_become_short(declared):
    kept = capabilities_for(NEWEST_LEGACY, declared)
    assert kept.keys() <= {"roots", "sampling", "elicitation"}
    assert all(part == {} for parts in kept.values() for part in parts.values())


def test_completions_are_a_capability_since_it_has_a_name():
    offered = {"tools": {}, "completions": {}}
    told = {v: server_capabilities_for(REVISIONS[v], offered) for v in SERVED}
    assert [v for v in SERVED if "completions" in told[v]] == SERVED[:4]
    assert told["2024-11-05"] == {"tools": {}}
