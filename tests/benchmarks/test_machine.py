"""benchmarks/machine.py: a machine is described as far as figures depend on it."""

import json
import os

from benchmarks.machine import describe_machine


def test_a_machine_has_a_processor_cores_and_memory():
    machine = describe_machine()
    assert machine["cpu"]
    assert 1 <= machine["cores"] <= (os.cpu_count() or 1)
    assert machine["memory_bytes"] > 1 << 20
    assert json.loads(json.dumps(machine)) == machine
