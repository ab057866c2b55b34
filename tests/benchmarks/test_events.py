"""benchmarks/events.py: the events are what AWS records, and ask what a client asks."""

import json
from pathlib import Path

import pytest

from benchmarks.events import legacy_questions, modern_questions
from firstbyte.handler.front_door import parse_event

RECORDED = json.loads((Path(__file__).parents[1] / "events" / "furl_none.json").read_text())
ALL = {
    **{f"modern {name}": event for name, event in modern_questions().items()},
    **{f"legacy {name}": event for name, event in legacy_questions().items()},
}


@pytest.mark.parametrize("name", ALL)
def test_an_event_has_no_member_that_a_recorded_one_lacks(name):
    event = json.loads(ALL[name])
    assert event.keys() <= RECORDED.keys()
    assert event["requestContext"].keys() == RECORDED["requestContext"].keys()
    assert event["requestContext"]["http"].keys() == RECORDED["requestContext"]["http"].keys()


def test_a_modern_call_carries_its_revision_and_mirrors_its_name():
    request = parse_event(json.loads(modern_questions(path="/a")["call_boto3"]))
    assert (request.method, request.path) == ("POST", "/a")
    assert request.headers["mcp-protocol-version"] == "2026-07-28"
    assert request.headers["mcp-method"] == "tools/call"
    assert request.headers["mcp-name"] == "read_item"


def test_the_stream_is_asked_for_with_a_progress_token():
    for questions in (modern_questions(), legacy_questions()):
        message = json.loads(parse_event(json.loads(questions["events"])).body)
        assert message["params"]["_meta"]["progressToken"] == "progress"
        assert message["params"]["arguments"] == {"n": 100}
