"""A Runtime API for one test, and our side of it."""

import pytest

from firstbyte.handler.response_stream import ResponseStream
from firstbyte.handler.runtime_api import RuntimeApi
from firstbyte.transport.codec import Codec
from tests.handler.fakes import Poller, runtime_api
from tests.handler.serving import make_invocation


@pytest.fixture
def server():
    with runtime_api() as server:
        yield server


@pytest.fixture
def api(server):
    api = RuntimeApi(server.address, Poller())
    yield api
    api.drop()


@pytest.fixture
def stream(api):
    """A response stream of one invocation."""
    return ResponseStream(api, make_invocation(), Codec())
