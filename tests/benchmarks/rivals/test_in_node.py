"""benchmarks/rivals/in_node.py: packages at one version each, and answers that are true."""

import json
import sys
from pathlib import Path

import pytest

import benchmarks.rivals.in_node
from benchmarks.environment import Environment
from benchmarks.rivals.in_node import NODE_RIVALS
from benchmarks.verdict import judge

SOURCES = Path(benchmarks.rivals.in_node.__file__).with_name("node")
RIVALS = {rival.key: rival for rival in NODE_RIVALS}


def read(name):
    return json.loads((SOURCES / name).read_text())


def test_the_lock_has_the_versions_that_are_asked_for():
    wanted = read("package.json")["dependencies"]
    locked = read("package-lock.json")["packages"]
    assert wanted == {name: locked[f"node_modules/{name}"]["version"] for name in wanted}


def test_the_lock_names_hashes_and_no_addresses():
    packages = {
        name: item for name, item in read("package-lock.json")["packages"].items() if name
    }
    assert all(item["integrity"] for item in packages.values())
    assert not any("resolved" in item for item in packages.values())


@pytest.mark.parametrize("rival", NODE_RIVALS, ids=lambda rival: rival.key)
def test_a_rival_is_a_module_with_packages_of_ours(rival):
    assert (SOURCES / f"{rival.module}.mjs").is_file()
    assert set(rival.shown.values()) <= set(read("package.json")["dependencies"])


@pytest.mark.foreign
def test_the_floor_answers_again_and_again():
    candidate = RIVALS["node-constant"].make(Path(sys.executable))
    with Environment(candidate, {}) as environment:
        for _ in range(3):
            asked = environment.ask(candidate.questions["initialize"])
            judge(candidate, "initialize", asked.answer)
    assert Path(candidate.environment["NODE_COMPILE_CACHE"]) in candidate.installed
    assert candidate.environment["NODE_ENV"] == "production"


@pytest.mark.foreign
def test_a_server_behind_the_adapter_runs_in_production_too():
    candidate = RIVALS["adapter-typescript-v1"].make(Path(sys.executable))
    assert candidate.environment["NODE_ENV"] == "production"
