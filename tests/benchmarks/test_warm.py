"""benchmarks/warm.py: an environment's calls give latency, throughput and memory."""

import random

from benchmarks.meter import Meter
from benchmarks.recording import Recording
from benchmarks.warm import warm_jobs
from tests.benchmarks.measured import a_candidate


def test_one_environment_gives_latency_throughput_and_memory():
    recording = Recording()
    candidates = [a_candidate(), a_candidate("lies", key="liar")]
    for job in warm_jobs(Meter(recording, {}), candidates, None, (1, 20), random.Random(1)):
        job.run()
    members = recording.members()
    assert {key: len(by["call"]) for key, by in members["warm"].items()} == {"tried": 17}
    assert 0 < members["meter"]["tried"] < max(members["warm"]["tried"]["call"])
    assert members["throughput"].keys() == {"tried"}
    memory = members["memory"]["tried"]
    assert 0 < memory["after_1"] <= memory["after_20"]
    assert [fault["key"] for fault in members["faults"]] == ["liar"]
