"""A stage for puppets, and one emulator that most tests share."""

import pytest

from tests.emulating import emulator
from tests.emulator.stage import PUPPET, Client, Stage


@pytest.fixture(scope="session")
def theatre():
    with Stage() as stage:
        yield stage


@pytest.fixture
def stage(theatre):
    yield theatre
    theatre.clear()


@pytest.fixture(scope="session")
def house(theatre):
    with emulator(*PUPPET, env=theatre.variables, log_level="debug") as running:
        yield running


@pytest.fixture
def running(house, stage):
    """An emulator of a puppet, in which no environment of an earlier test is left."""
    yield house
    house.redeploy()


@pytest.fixture
def client(running):
    with Client(running) as client:
        yield client
