"""A Runtime API for one test, and our side of it."""

import pytest

from firstbyte.handler.runtime_api import RuntimeApi
from tests.handler.fakes import Poller, runtime_api


@pytest.fixture
def server():
    with runtime_api() as server:
        yield server


@pytest.fixture
def api(server):
    api = RuntimeApi(server.address, Poller())
    yield api
    api.drop()
