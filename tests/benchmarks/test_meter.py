"""benchmarks/meter.py: a candidate's fault and the meter's are kept apart."""

import gc
from subprocess import TimeoutExpired

from benchmarks.candidate import Unavailable
from benchmarks.meter import Meter
from benchmarks.recording import Recording
from tests.benchmarks.measured import a_candidate

PATH = ("cold", "1", "call", "tried")


def attempt(measure, recording=None):
    meter = Meter(recording or Recording(), {})
    meter.attempt(a_candidate(), "call", 1, [PATH], lambda: measure(meter))
    return meter.recording.members()


def ask(behaviour):
    def measure(meter):
        candidate = a_candidate(behaviour)
        with meter.start(candidate, None) as environment:
            meter.recording.add(PATH, [meter.ask(environment, candidate, "call").seconds])

    return measure


def blamed(members):
    return [fault["whose"] for fault in members["faults"]]


def test_a_true_answer_is_recorded():
    members = attempt(ask("answers"))
    assert len(members["cold"]["1"]["call"]["tried"]) == 1
    assert blamed(members) == []


def test_a_crash_and_a_wrong_answer_are_the_candidates_fault():
    for behaviour in ("crashes", "lies"):
        members = attempt(ask(behaviour))
        assert (members["cold"], blamed(members)) == ({}, ["candidate"])


def test_what_is_not_possible_here_is_ours():
    for error in (
        OSError("no socket"),
        Unavailable("no strace"),
        ValueError("x"),
        TimeoutExpired("strace", 1),
    ):

        def measure(meter, error=error):
            raise error

        members = attempt(measure)
        assert blamed(members) == ["meter"]
        assert members["faults"][0]["text"] == f"{type(error).__name__}: {error}"


def test_a_candidate_that_failed_is_not_asked_again():
    recording = Recording()
    attempt(ask("crashes"), recording)
    members = attempt(lambda meter: meter.recording.add(PATH, [1.0]), recording)
    assert (members["cold"], blamed(members)) == ({}, ["candidate"])


def test_no_collection_of_ours_runs_within_a_measurement():
    seen = []
    attempt(lambda meter: seen.append(gc.isenabled()))
    assert seen == [False]
    assert gc.isenabled()
