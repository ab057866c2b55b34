"""benchmarks/own.py: the empty function and our servers start as deployed, and answer truly."""

import sys
from pathlib import Path

import pytest

from benchmarks.dynamodb import CREDENTIALS, local_dynamodb
from benchmarks.environment import Environment
from benchmarks.interpreter import describe_python
from benchmarks.own import MANY_TOOLS, OURS, STOCK, Workshop
from benchmarks.verdict import judge

pytestmark = pytest.mark.foreign  # installs packages into the user's cache


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    python = Path(sys.executable)
    workshop = Workshop(tmp_path_factory.mktemp("own"), python, describe_python(python))
    return {row.key: row for row in workshop.rows()}


@pytest.mark.parametrize("key", [STOCK, OURS, MANY_TOOLS])
def test_every_answer_is_true(rows, key):
    candidate = rows[key]
    with local_dynamodb() as address:
        settings = {**CREDENTIALS, "AWS_ENDPOINT_URL_DYNAMODB": address}
        with Environment(candidate, settings) as environment:
            for question, event in candidate.questions.items():
                judge(candidate, question, environment.ask(event).answer)


def test_what_is_installed_is_there_and_its_versions_are_read(rows):
    for row in rows.values():
        assert all(path.exists() for path in row.installed)
        assert row.versions["awslambdaric"][0].isdigit()
