"""benchmarks/cold.py: each round starts everything once, in an order that its seed repeats."""

import random
from collections import Counter

from benchmarks.cold import by_tools_jobs, cold_jobs
from benchmarks.meter import Meter
from benchmarks.recording import Recording
from tests.benchmarks.measured import a_candidate

STARTS = [(a_candidate(key=key), name) for key in "abc" for name in ("initialize", "call")]


def jobs(rounds, seed, meter=None):
    order = random.Random(seed)
    meter = meter or Meter(Recording(), {})
    return list(cold_jobs(meter, STARTS, ("1", None), rounds, order))


def test_each_round_starts_everything_once_in_a_new_order():
    kinds = [job.kind for job in jobs(3, seed=1)]
    rounds = [kinds[begin : begin + 6] for begin in range(0, len(kinds), 6)]
    assert len(rounds) == 4
    assert all(Counter(one) == Counter(rounds[0]) for one in rounds)
    assert len(set(map(tuple, rounds))) > 1


def test_a_seed_repeats_the_orders():
    kinds = [[job.kind for job in jobs(3, seed)] for seed in (1, 1, 2)]
    assert kinds[0] == kinds[1] != kinds[2]


def test_the_first_round_does_not_count():
    recording = Recording()
    candidate = a_candidate()
    starts, order = [(candidate, "call")], random.Random(1)
    for job in cold_jobs(Meter(recording, {}), starts, ("1", None), 1, order):
        job.run()
    members = recording.members()
    (last_byte_s,) = members["cold"]["1"]["call"]["tried"]
    (first_byte_s,) = members["cold_first_byte"]["1"]["call"]["tried"]
    assert 0 < first_byte_s <= last_byte_s


def test_servers_are_told_apart_by_their_number_of_tools():
    forms = {"firstbyte": {3: a_candidate(), 203: a_candidate()}}
    order = random.Random(1)
    made = list(by_tools_jobs(Meter(Recording(), {}), forms, None, 1, order))
    assert Counter(job.kind[1:] for job in made) == {
        ("firstbyte", "3"): 2,
        ("firstbyte", "203"): 2,
    }
