"""benchmarks/streams.py: streams give their first octet's moment and each event's delay."""

import random

from benchmarks.meter import Meter
from benchmarks.recording import Recording
from benchmarks.streams import stream_jobs
from tests.benchmarks.measured import a_candidate


def test_the_first_stream_of_an_environment_does_not_count():
    recording = Recording()
    silent = a_candidate(key="silent", questions={"call": b"{}"})
    candidates = [a_candidate("streams"), silent]
    for job in stream_jobs(Meter(recording, {}), candidates, None, (1, 2), random.Random(1)):
        job.run()
    members = recording.members()
    assert members["faults"] == []
    assert {key: len(values) for key, values in members["first_byte"].items()} == {"tried": 2}
    assert len(members["event_delay"]["tried"]) == 200
    assert min(members["event_delay"]["tried"]) >= 0
