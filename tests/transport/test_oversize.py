"""transport/oversize.py: what is too large is not sent, and its caller is told."""

import json
import re

import pytest

from firstbyte.transport.request import Door
from tests.transport.fakes import (
    INFO_KEY,
    MODERN,
    SERVED,
    Outcome,
    Service,
    an_endpoint,
    call,
    post,
    text_block,
)

LIMIT = 5_000
DOORS = [Door(LIMIT, is_live=False), Door(LIMIT, is_live=True)]


def an_endpoint_of(size):
    return an_endpoint(Service(run=lambda *_: Outcome([text_block("x" * size)])))


@pytest.mark.parametrize("door", DOORS, ids=["whole", "live"])
@pytest.mark.parametrize("version", SERVED)
def test_a_tool_whose_result_is_too_large_has_failed(version, door):
    sink = call(version, an_endpoint_of(LIMIT), "tools/call", {"name": "run"}, door=door)
    result = sink.json["result"]
    assert result["isError"] is True
    (block,) = result["content"]
    assert block["text"].startswith("the result takes 5")
    assert block["text"].endswith(f" bytes, at most {LIMIT} get through; ask for less")
    assert (INFO_KEY in result.get("_meta", {})) is (version == MODERN)


@pytest.mark.parametrize("version", SERVED)
def test_what_fits_is_sent_as_it_is(version):
    sink = call(version, an_endpoint_of(4_000), "tools/call", {"name": "run"}, door=DOORS[0])
    assert sink.json["result"]["content"] == [text_block("x" * 4_000)]


@pytest.mark.parametrize("version", SERVED)
def test_a_list_that_is_too_large_is_an_error(version):
    tools = [{"name": "run", "description": "x" * LIMIT, "inputSchema": {"type": "object"}}]
    endpoint = an_endpoint(Service(tools, run=lambda *_: Outcome()))
    sink = call(version, endpoint, "tools/list", door=DOORS[0])
    assert sink.json["error"]["code"] == -32603
    assert sink.json["error"]["message"].endswith(f"at most {LIMIT} get through; ask for less")


def test_of_a_batch_only_what_has_no_room_left_is_replaced():
    calls = [
        {"jsonrpc": "2.0", "id": n, "method": "tools/call", "params": {"name": "run"}}
        for n in range(3)
    ]
    headers = {"mcp-protocol-version": "2025-03-26"}
    sink = post(an_endpoint_of(2_000), calls, headers, door=DOORS[0])
    results = [each["result"] for each in json.loads(sink.body)]
    assert [each.get("isError", False) for each in results] == [False, False, True]
    # What is left behind the others, which is less than it takes.
    said = results[2]["content"][0]["text"]
    size, room = map(int, re.findall(r"\d+", said))
    assert 2_000 < size < LIMIT
    assert 0 < room < size
