"""probe/junit.py: each thing that can be wrong is a test case, also of hostile servers."""

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from firstbyte.probe.finding import KINDS
from firstbyte.probe.junit import make_junit
from firstbyte.probe.plan import Plan
from firstbyte.probe.report import probe
from tests.probe.fakes import URL, Fake, Reply, asked_of, message, plain
from tests.probe.functions import tiny


def cases_of(change=lambda request, count: None):
    """The suite, and the kind of outcome of each case."""
    suite = ElementTree.fromstring(make_junit(probe(Plan(URL), Fake(change))))
    return suite, {it.get("name"): [child.tag for child in it] for it in suite}


def test_of_a_healthy_server_every_case_passes_that_was_looked_at():
    suite, cases = cases_of()
    assert cases.keys() == KINDS.keys()
    assert suite.get("failures") == "0"
    skipped = [code for code, outcome in cases.items() if outcome == ["skipped"]]
    unseen = {"browser", "login"}
    assert skipped == [code for code, kind in KINDS.items() if kind.concern in unseen]
    assert suite.get("skipped") == str(len(skipped))


def test_an_error_fails_its_case_and_says_what_to_do():
    suite, cases = cases_of(lambda request, count: plain(429))
    assert [code for code, outcome in cases.items() if outcome == ["failure"]] == ["throttled"]
    failure = suite.find("testcase/failure")
    assert failure.get("message") == KINDS["throttled"].sentence
    assert KINDS["throttled"].remedy in failure.text


def test_a_warning_passes_and_is_told():
    def failing(request, count):
        asked = asked_of(request)
        error = {"code": -32603, "message": "no"}
        told = {"jsonrpc": "2.0", "id": asked.get("id"), "error": error}
        return message(told) if request.step == "call" else None

    suite, cases = cases_of(failing)
    assert (cases["tool-failed"], suite.get("failures")) == (["system-out"], "0")


def test_where_nobody_answers_the_rest_is_skipped():
    _, cases = cases_of(lambda request, count: Reply(0))
    assert [code for code, it in cases.items() if it == ["failure"]] == ["connection-lost"]
    assert cases["tools-empty"] == ["skipped"]


@settings(max_examples=50)
@given(st.text())
def test_no_text_of_a_server_breaks_the_document(text):
    def named(request, count):
        return message(tiny.answer(asked_of(request), tools=[{"name": text}]))

    plan = Plan(URL, expected=("other",))
    ElementTree.fromstring(make_junit(probe(plan, Fake(named))))
