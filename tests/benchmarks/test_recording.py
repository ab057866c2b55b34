"""benchmarks/recording.py: figures are nested by their paths; a struck path has none."""

from benchmarks.recording import Recording

COLD = ("cold", "1", "list", "a")


def test_figures_are_nested_by_their_paths():
    recording = Recording()
    recording.add(COLD, [0.5])
    recording.add(COLD, [0.7])
    recording.add(("cold", "1", "list", "b"), [0.1])
    recording.add(("memory", "a", "after_1"), [3, 9, 5])
    recording.add(("throughput", "a"), [1.0, 4.0])
    members = recording.members()
    assert members["cold"] == {"1": {"list": {"a": [0.5, 0.7], "b": [0.1]}}}
    assert members["memory"] == {"a": {"after_1": 5}}
    assert members["throughput"] == {"a": 2.5}
    assert members["faults"] == []


def test_a_candidate_that_failed_once_does_not_count_there():
    recording = Recording()
    recording.add(COLD, [0.5])
    recording.blame_candidate([COLD], "a", "list", 3, "it crashed")
    recording.add(COLD, [0.4])
    assert recording.is_struck(COLD)
    assert recording.members()["cold"] == {}
    assert recording.members()["faults"] == [
        {
            "key": "a",
            "question": "list",
            "round": 3,
            "whose": "candidate",
            "text": "it crashed",
        }
    ]


def test_a_fault_of_the_meter_costs_one_figure():
    recording = Recording()
    recording.add(COLD, [0.5])
    recording.blame_meter("a", "list", 3, "no socket")
    recording.add(COLD, [0.4])
    assert recording.members()["cold"] == {"1": {"list": {"a": [0.5, 0.4]}}}
    assert [fault["whose"] for fault in recording.members()["faults"]] == ["meter"]
