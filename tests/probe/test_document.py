"""probe/document.py: programs get codes, words and times."""

import json
import re

from firstbyte.probe.document import make_document
from firstbyte.probe.finding import KINDS
from firstbyte.probe.plan import Plan
from firstbyte.probe.report import probe
from tests.emulating import ROOT
from tests.probe.fakes import URL, Fake, plain, stream
from tests.probe.functions import tiny

OFF_THE_WAY = ("browser", "login")
"""What is not looked at without an origin, and where nobody is turned away."""


def test_a_healthy_server_is_told_with_its_figures():
    document = make_document(probe(Plan(URL, repeat=1), Fake()))
    exchanges = document.pop("exchanges")
    unseen = document.pop("unseen")
    assert document == {
        "url": URL,
        "healthy": True,
        "exit_status": 0,
        "server": {
            "name": "tiny",
            "version": "1.0.0",
            "revisions": ["2026-07-28", "2025-11-25"],
            "counts": {"tools": 3, "prompts": 0, "resources": 0},
        },
        "first_answer_ms": 20.0,
        "slowest_answer_ms": 20.0,
        "first_event_ms": None,
        "findings": [],
    }
    assert unseen == sorted(code for code, it in KINDS.items() if it.concern in OFF_THE_WAY)
    assert [it["step"] for it in exchanges][:2] == ["discover", "initialize"]
    assert exchanges[0]["end_ms"] == 20.0


def test_a_finding_has_all_that_a_person_needs():
    change = lambda request, count: plain(429, "é\ud800".encode("utf-8", "replace"))  # noqa: E731
    document = make_document(probe(Plan(URL), Fake(change)))
    (finding,) = json.loads(json.dumps(document))["findings"]
    assert finding.keys() == {"code", "severity", "sentence", "detail", "remedy"}
    assert (finding["code"], finding["severity"]) == ("throttled", "error")
    assert all(finding.values())


def shape(value):
    """The names of all members, and what kind each value is of."""
    match value:
        case dict():
            return {name: shape(each) for name, each in value.items()}
        case list():
            return [shape(each) for each in value[:1]]
    return type(value)


def test_the_page_shows_every_member():
    page = (ROOT / "docs/probe.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```json\n(\{\n.*?^\})\n```", page, re.MULTILINE | re.DOTALL)
    parts = ((0.26, tiny.progress(1, 2)), (0.86, {"jsonrpc": "2.0", "id": 1, "result": {}}))

    def failing(request, count):
        return stream(*parts) if request.step == "call" else None

    document = make_document(probe(Plan(URL, repeat=1), Fake(failing)))
    document["exchanges"] = [it for it in document["exchanges"] if it["messages_ms"]][-1:]
    assert shape(document) == shape(json.loads(shown))
