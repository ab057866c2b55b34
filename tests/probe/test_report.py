"""probe/report.py: a tour is judged, and what it did not come to is known."""

from firstbyte.probe.finding import KINDS
from firstbyte.probe.plan import Plan
from firstbyte.probe.report import probe
from tests.probe.fakes import URL, Fake, Reply, plain


def test_a_healthy_server_has_a_report_without_findings():
    report = probe(Plan(URL), Fake())
    assert (report.findings, report.exit_status) == ((), 0)
    unseen = {"browser", "login"}
    assert report.unseen == {it for it, kind in KINDS.items() if kind.concern in unseen}


def test_where_nobody_answers_all_but_reaching_is_unseen():
    report = probe(Plan(URL), Fake(lambda request, count: Reply(0)))
    assert report.exit_status == 3
    assert {KINDS[code].concern for code in KINDS.keys() - report.unseen} == {"reach"}


def test_what_was_found_was_seen():
    report = probe(
        Plan(URL), Fake(lambda request, count: plain(200, bytes(8).join([b"{}", b"x"])))
    )
    assert [it.code for it in report.findings] == ["prelude-visible"]
    assert "prelude-visible" not in report.unseen
