"""benchmarks/environment.py: an environment answers, or its own fault is told; none stays."""

import json
import os

import pytest

from benchmarks import environment as module
from benchmarks.environment import Environment, Failed
from benchmarks.process_tree import find_tree
from benchmarks.verdict import judge
from tests.benchmarks.measured import RUNTIME, a_candidate
from tests.waiting import wait_until


def ask_once(behaviour, **changes):
    with Environment(a_candidate(behaviour, **changes), {}) as environment:
        return environment.ask(b"{}")


def test_an_answer_has_its_moments_in_order():
    asked = ask_once("answers")
    judge(a_candidate(), "call", asked.answer)
    assert asked.asked_ns < asked.began_ns <= asked.ended_ns
    assert 0 < asked.own_ns < asked.ended_ns - asked.asked_ns
    assert asked.seconds == (asked.ended_ns - asked.asked_ns) / 1e9


def test_calls_follow_each_other_in_one_environment():
    with Environment(a_candidate("echoes"), {}) as environment:
        asked = [
            environment.ask(json.dumps({"echo": word}).encode()) for word in ("one", "two")
        ]
    bodies = [one.answer.body for one in asked]
    assert [json.loads(body)["result"]["content"][0]["text"] for body in bodies] == [
        "one",
        "two",
    ]


def test_a_process_is_held_back_by_the_shell_its_candidate_names():
    with pytest.raises(OSError, match="could not be held"):
        ask_once("answers", shell=("/bin/false",))


def test_a_stream_is_stamped_as_it_comes():
    asked = ask_once("streams")
    judge(a_candidate(), "events", asked.answer)
    moments = [now_ns for now_ns, _ in asked.answer.parts]
    assert moments == sorted(moments)
    assert asked.began_ns <= moments[0]
    assert moments[-1] <= asked.ended_ns


def test_a_command_starts_once_its_extension_has_registered():
    python = a_candidate().command[0]
    asked = ask_once("answers", extension=[python, str(RUNTIME), "registers"])
    judge(a_candidate(), "call", asked.answer)


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        ("crashes", "status 1; it wrote: no disk"),
        ("reports", "it reports an error: .*/error .*Function.Broken"),
        ("answers once", "status 3"),
        ("asks nonsense", "it asks PUT /nonsense"),
    ],
)
def test_what_a_candidate_does_wrong_is_told(behaviour, sentence):
    with pytest.raises(Failed, match=sentence):
        ask_once(behaviour)


def test_an_answer_that_is_none_is_the_candidates_fault():
    asked = ask_once("mumbles")
    with pytest.raises(Failed, match="not JSON: b'mumble'"):
        _ = asked.answer


def test_no_process_of_an_environment_outlives_it():
    with Environment(a_candidate("has a child"), {}) as environment:
        environment.ask(b"{}")
        tree = environment.tree()
        assert len(tree) == 2
    wait_until(lambda: not find_tree(tree), "its processes are gone")


def test_an_environment_that_was_asked_to_stop_has_stopped():
    with Environment(a_candidate("answers"), {}) as environment:
        environment.ask(b"{}")
        environment.stop()
        assert environment.tree() == []


def test_no_variable_of_ours_reaches_a_candidate(tmp_path):
    code = f"import os; open({str(tmp_path / 'seen')!r}, 'w').write('\\n'.join(os.environ))"
    candidate = a_candidate(environment={"MINE": "1"})
    command = [candidate.command[0], "-c", code]
    with pytest.raises(Failed, match="status 0"):
        ask_once("", command=command, environment={"MINE": "1"})
    seen = set((tmp_path / "seen").read_text().split("\n"))
    assert {"MINE", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "PATH"} <= seen
    ours = {name for name in os.environ if name.startswith(("VIRTUAL_ENV", "PYTHON", "PYTEST"))}
    assert not seen & ours


def test_a_command_that_is_not_there_is_the_candidates_fault():
    with pytest.raises(Failed, match="not found"):
        ask_once("", command=["/nowhere/program"])


def test_the_wait_for_a_silent_candidate_is_bounded():
    assert 0 < module.TIMEOUT_S <= 120
