"""transport/reporter.py: a caller hears what it asked for, in order, and nothing else."""

import threading

import pytest

from firstbyte.transport import changes
from firstbyte.transport.cancellation import cancel
from firstbyte.transport.errors import StoreFailed, UnknownLevel
from firstbyte.transport.interruption import Cancelled
from firstbyte.transport.meta import SEVERITY, SILENCE
from firstbyte.transport.reporter import Reporter
from tests.transport.asking import (
    Answer,
    a_remembering_memory,
    a_session,
    an_exchange,
    some_keys,
)
from tests.transport.fakes import (
    LEGACY,
    MODERN,
    SERVED,
    Service,
    a_memory,
)


def a_report(speak, token="t", threshold=0, version=MODERN):
    """What a client hears while `speak(reporter)` runs, as method and params."""
    answer = Answer()
    exchange = an_exchange(
        version=version, answer=answer, progress_token=token, log_threshold=threshold
    )
    speak(Reporter(exchange))
    return answer.said


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


def test_a_function_learns_its_request_its_time_and_what_its_client_can_do():
    reporter = Reporter(an_exchange(capabilities={"roots": {}}))
    assert (reporter.request_id, reporter.invocation_number) == ("invocation-1", 7)
    assert (reporter.remaining_ms(), reporter.capabilities) == (1500, {"roots": {}})


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"memory": a_memory()}, id="modern, no keys"),
        pytest.param({"method": "completion/complete"}, id="modern, no rounds"),
        pytest.param({"version": "2025-11-25", "memory": a_memory()}, id="legacy, no session"),
        pytest.param(
            {"version": "2025-11-25", "memory": a_memory(keys=some_keys())},
            id="legacy, no store",
        ),
        pytest.param(
            {"version": "2025-11-25", "answer": Answer(accepts_events=False)},
            id="legacy, no events",
        ),
    ],
)
def test_a_client_that_cannot_be_asked_can_do_nothing_for_a_function(options):
    exchange = an_exchange(**{"memory": a_remembering_memory(), **options})
    assert exchange.capabilities
    assert Reporter(exchange).capabilities == {}


@pytest.mark.parametrize("version", LEGACY)
def test_a_client_that_is_asked_while_its_call_waits_can_do_what_it_declared(version):
    exchange = an_exchange(version=version, memory=a_remembering_memory())
    assert Reporter(exchange).capabilities == exchange.capabilities


@pytest.mark.parametrize("value", ["1", True, 10**400, float("nan"), float("-inf")])
@pytest.mark.parametrize("name", ["progress", "total"])
def test_what_is_no_finite_number_is_the_tools_error_whoever_listens(name, value):
    numbers = {"progress": 1, "total": 2} | {name: value}
    with pytest.raises(ValueError, match=f"^{name} is not a finite number$"):
        a_report(lambda reporter: reporter.progress(**numbers, message=None), token=None)


def an_announcing(*announced):
    service = Service()
    service.announces = frozenset(announced)
    return service


def test_a_change_is_announced_to_all_who_listen():
    memory = a_remembering_memory()
    exchange = an_exchange(memory=memory, service=an_announcing("tools", "updates"))
    Reporter(exchange).announce("tools", "")
    Reporter(exchange).announce("updates", "s3://b/k")
    assert changes.read_after(memory, "fake", 0)[0] == [("tools", ""), ("updates", "s3://b/k")]


@pytest.mark.parametrize("memory", [a_memory(), a_remembering_memory()])
def test_a_change_the_server_did_not_promise_is_the_functions_error(memory):
    exchange = an_exchange(memory=memory, service=an_announcing("prompts"))
    with pytest.raises(ValueError, match=r"^'tools' is not among what Server\(announces"):
        Reporter(exchange).announce("tools", "")


def test_without_a_store_nobody_listens():
    exchange = an_exchange(memory=a_memory(), service=an_announcing("tools"))
    Reporter(exchange).announce("tools", "")
    assert exchange.invocation.errors == []


def test_a_store_that_fails_is_reported_and_does_not_fail_the_function():
    class Failing:
        def append(self, *_):
            raise StoreFailed("gone")

    memory = a_remembering_memory()
    broken = a_memory(memory.clock, memory.keys, Failing())
    exchange = an_exchange(memory=broken, service=an_announcing("tools"))
    Reporter(exchange).announce("tools", "")
    assert [str(error) for error in exchange.invocation.errors] == ["gone"]


@pytest.mark.parametrize("retry_ms", [None, 500])
def test_the_answer_lets_go_of_the_connection(retry_ms):
    answer = Answer()
    Reporter(an_exchange(answer=answer)).let_go(retry_ms)
    assert answer.said == [("let go", retry_ms)]


@pytest.mark.parametrize("version", SERVED)
def test_without_a_store_no_call_is_taken_back(version):
    assert not Reporter(an_exchange(version=version)).is_cancelled


def test_a_modern_call_is_not_taken_back_by_notifications():
    memory = a_remembering_memory()
    reporter = Reporter(an_exchange(memory=memory))
    cancel(memory, a_session(), 1)
    memory.clock.now_s += 1
    assert not reporter.is_cancelled


@pytest.mark.parametrize("version", LEGACY)
def test_after_a_call_was_taken_back_nothing_more_is_said(version):
    memory, answer = a_remembering_memory(), Answer()
    reporter = Reporter(
        an_exchange(version=version, memory=memory, answer=answer, progress_token=1)
    )
    reporter.progress(1, None, None)
    cancel(memory, a_session(), 1)
    memory.clock.now_s += 1
    with pytest.raises(Cancelled):
        reporter.progress(2, None, None)
    reporter.progress(3, None, None)
    reporter.log("error", "x", None)
    assert reporter.is_cancelled
    assert len(answer.said) == 1


def test_threads_that_ask_at_once_share_one_dialogue():
    reporter = Reporter(an_exchange())

    def remember(name):
        reporter.remember(name, name)

    threads = [threading.Thread(target=remember, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [reporter.recall(str(n)) for n in range(8)] == [(str(n),) for n in range(8)]
