"""probe/document.py: programs get codes, words and times."""

import json

from firstbyte.probe.document import make_document
from firstbyte.probe.plan import Plan
from firstbyte.probe.report import probe
from tests.probe.fakes import URL, Fake, plain


def test_a_healthy_server_is_told_with_its_figures():
    document = make_document(probe(Plan(URL, repeat=1), Fake()))
    exchanges = document.pop("exchanges")
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
        "first_event_ms": 0.0,
        "findings": [],
    }
    assert [it["step"] for it in exchanges][:2] == ["discover", "initialize"]
    assert exchanges[0]["end_ms"] == 20.0


def test_a_finding_has_all_that_a_person_needs():
    change = lambda request, count: plain(429, "é\ud800".encode("utf-8", "replace"))  # noqa: E731
    document = make_document(probe(Plan(URL), Fake(change)))
    (finding,) = json.loads(json.dumps(document))["findings"]
    assert finding.keys() == {"code", "severity", "sentence", "detail", "remedy"}
    assert (finding["code"], finding["severity"]) == ("throttled", "error")
    assert all(finding.values())
