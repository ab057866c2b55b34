"""transport/reporter.py: a caller hears what it asked for, in order, and nothing else."""

import threading

import pytest

from firstbyte.transport.answer import Answer
from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import UnknownLevel
from firstbyte.transport.meta import SEVERITY, SILENCE, Wishes
from firstbyte.transport.reporter import Reporter
from firstbyte.transport.revision import REVISIONS
from tests.transport.fakes import LEGACY, MODERN, SERVED, Invocation, Sink

END = b'{"jsonrpc":"2.0","id":7,"result":{}}'


def a_report(speak, token="t", threshold=0, version=MODERN):
    """What a client hears while `speak(reporter)` runs, as method and params."""
    sink = Sink()
    answer = Answer(7, sink, Codec(), accepts_json=False, accepts_sse=True)
    speak(Reporter(answer, Wishes(token, threshold), REVISIONS[version], Invocation()))
    answer.finish(END)
    return [(message["method"], message["params"]) for message in sink.events[:-1]]


def test_progress_is_told_as_it_was_given():
    assert a_report(lambda reporter: reporter.progress(0.5, 2, "half")) == [
        (
            "notifications/progress",
            {"progressToken": "t", "progress": 0.5, "total": 2, "message": "half"},
        )
    ]


def test_what_is_not_known_of_progress_is_left_out():
    assert a_report(lambda reporter: reporter.progress(1, None, None)) == [
        ("notifications/progress", {"progressToken": "t", "progress": 1})
    ]


@pytest.mark.parametrize("token", [0, "", "t", 5])
def test_progress_goes_under_the_clients_token(token):
    ((_, params),) = a_report(lambda reporter: reporter.progress(1, None, None), token)
    assert params["progressToken"] == token
    assert type(params["progressToken"]) is type(token)


def test_without_a_token_there_is_no_progress():
    assert a_report(lambda reporter: reporter.progress(1, 2, "x"), token=None) == []


def test_progress_that_does_not_rise_is_dropped():
    def speak(reporter):
        for value in (0, 0, 1, 0.5, 1, 1.5, -1, 2):
            reporter.progress(value, None, None)

    assert [params["progress"] for _, params in a_report(speak)] == [0, 1, 1.5, 2]


def test_progress_from_many_threads_rises():
    def speak(reporter):
        def count():
            for value in range(100):
                reporter.progress(value, None, None)

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

    assert [params["progress"] for _, params in a_report(speak)] == list(range(100))


@pytest.mark.parametrize("version", SERVED)
def test_progress_has_words_since_2025_03_26(version):
    ((_, params),) = a_report(lambda r: r.progress(1, None, "x"), version=version)
    assert ("message" in params) is (version != LEGACY[-1])


def test_progress_that_is_no_number_leaves_the_next_one_alone():
    def speak(reporter):
        with pytest.raises(ValueError, match="finite"):
            reporter.progress(float("nan"), None, None)
        reporter.progress(1, None, None)

    assert [params["progress"] for _, params in a_report(speak)] == [1]


def test_a_log_message_is_told_as_it_was_given():
    assert a_report(lambda reporter: reporter.log("error", {"a": [1]}, "db")) == [
        ("notifications/message", {"level": "error", "data": {"a": [1]}, "logger": "db"})
    ]


def test_a_log_message_needs_no_logger():
    assert a_report(lambda reporter: reporter.log("error", None, None)) == [
        ("notifications/message", {"level": "error", "data": None})
    ]


@pytest.mark.parametrize("threshold", [*SEVERITY.values(), SILENCE])
def test_only_messages_at_or_above_the_clients_level_are_sent(threshold):
    def speak(reporter):
        for level in SEVERITY:
            reporter.log(level, level, None)

    heard = [params["level"] for _, params in a_report(speak, threshold=threshold)]
    assert heard == list(SEVERITY)[threshold:]


@pytest.mark.parametrize("threshold", [0, SILENCE])
def test_a_level_nobody_knows_is_the_tools_error(threshold):
    def speak(reporter):
        with pytest.raises(UnknownLevel, match="'loud' is not one of debug, info"):
            reporter.log("loud", "x", None)

    assert a_report(speak, threshold=threshold) == []


def test_a_tool_learns_its_request_and_its_time():
    answer = Answer(7, Sink(), Codec(), accepts_json=True, accepts_sse=True)
    reporter = Reporter(answer, Wishes(None, 0), REVISIONS[MODERN], Invocation())
    assert (reporter.request_id, reporter.remaining_ms()) == ("invocation-1", 1500)


@pytest.mark.parametrize("value", ["1", True, 10**400, float("nan"), float("-inf")])
@pytest.mark.parametrize("name", ["progress", "total"])
def test_what_is_no_finite_number_is_the_tools_error_whoever_listens(name, value):
    numbers = {"progress": 1, "total": 2} | {name: value}
    with pytest.raises(ValueError, match=f"^{name} is not a finite number$"):
        a_report(lambda reporter: reporter.progress(**numbers, message=None), token=None)
