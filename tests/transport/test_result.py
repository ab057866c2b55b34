"""transport/result.py: what is the same for all is made once, and goes out as it was made."""

import json

import pytest

from firstbyte.transport.codec import Codec
from firstbyte.transport.endpoint import Endpoint
from firstbyte.transport.method import METHODS
from firstbyte.transport.rehearsal import rehearse
from firstbyte.transport.result import encode_result
from firstbyte.transport.revision import LEGACY, REVISIONS
from tests.transport.everything import PARAMS, a_service
from tests.transport.fakes import a_memory, a_policy, call

PREPARED = [name for name, method in METHODS.items() if method.is_prepared]


class Untouched:
    """A service nobody may ask for a list; all else is the one's it stands before."""

    def __init__(self, service):
        self._service = service

    def __getattr__(self, name):
        return _refuse if name.startswith("list_") else getattr(self._service, name)


def _refuse():
    raise AssertionError("the list was there already")


def an_endpoint(service, prepared):
    return Endpoint(service, a_policy(), Codec(), a_memory(), prepared)


@pytest.mark.parametrize(
    ("method", "version"),
    [
        (method, version)
        for method in PREPARED
        for version, revision in REVISIONS.items()
        if revision.era in METHODS[method].eras
    ],
)
def test_a_prepared_answer_is_the_one_that_would_have_been_made(method, version):
    params = PARAMS[method]
    if method == "initialize":
        params = {**params, "protocolVersion": version}
    made = call(version, an_endpoint(a_service(), {}), method, params)
    prepared = rehearse(a_service(), Codec())
    sent = call(version, an_endpoint(Untouched(a_service()), prepared), method, params)
    assert sent.status == made.status == 200
    assert sent.body == made.body


def test_a_list_is_made_once():
    service, asked = a_service(), []
    listed = service.list_tools
    service.list_tools = lambda: asked.append("tools") or listed()
    endpoint = an_endpoint(service, {})
    first, second = (call("2025-11-25", endpoint, "tools/list") for _ in range(2))
    assert first.body == second.body
    assert asked == ["tools"]


def test_what_is_kept_for_one_revision_reaches_no_other():
    endpoint = an_endpoint(a_service(), {})
    bodies = {version: call(version, endpoint, "tools/list").body for version in REVISIONS}
    alone = {
        version: call(version, an_endpoint(a_service(), {}), "tools/list").body
        for version in REVISIONS
    }
    assert bodies == alone
    assert len(set(bodies.values())) > 1


@pytest.mark.parametrize("call_id", [0, -1, 2**53, "", 'ü"\\\n', "1"])
def test_an_encoded_result_is_answered_under_any_id(call_id):
    message = encode_result(Codec(), call_id, b'{"tools":[]}')
    assert json.loads(message) == {"jsonrpc": "2.0", "id": call_id, "result": {"tools": []}}
    assert message == encode_result(Codec(), call_id, {"tools": []})


def test_nothing_of_what_is_served_in_this_era_alone_is_prepared_for_the_other():
    prepared = rehearse(a_service(), Codec())
    for name, octets in prepared.items():
        version = name.split()[1]
        is_modern = REVISIONS[version].era != LEGACY
        assert ("resultType" in json.loads(octets)) == is_modern
