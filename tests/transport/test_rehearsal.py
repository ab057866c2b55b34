"""transport/rehearsal.py: all that can be made before anybody calls, and nothing else."""

import json

from firstbyte.transport.codec import Codec
from firstbyte.transport.rehearsal import rehearse
from firstbyte.transport.revision import REVISIONS
from tests.transport.everything import a_service
from tests.transport.fakes import Service

LISTS = ("tools/list", "resources/list", "resources/templates/list", "prompts/list")


def test_every_revision_has_its_greeting_and_its_lists_with_a_store_and_without():
    greetings = {
        f"{'server/discover' if version == '2026-07-28' else 'initialize'} {version}"
        for version in REVISIONS
    }
    lists = {f"{method} {version}" for method in LISTS for version in REVISIONS}
    names = greetings | lists
    assert rehearse(a_service(), Codec()).keys() == names | {f"{name} store" for name in names}


def test_what_a_server_lacks_is_not_listed():
    names = rehearse(Service(), Codec())
    assert {name.split()[0] for name in names} == {"initialize", "server/discover"}


def test_a_store_changes_what_is_promised_and_no_list():
    prepared = rehearse(a_service(), Codec())
    promised = json.loads(prepared["initialize 2025-11-25 store"])["capabilities"]
    assert "logging" in promised
    assert "logging" not in json.loads(prepared["initialize 2025-11-25"])["capabilities"]
    for version in REVISIONS:
        for method in LISTS:
            assert prepared[f"{method} {version} store"] == prepared[f"{method} {version}"]
