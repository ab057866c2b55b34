"""emulator/gateway_event.py: the events of the samples, and any other request's."""

import base64
import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.emulator.event import Arrival, HttpRequest
from firstbyte.emulator.gateway_event import (
    build_balancer_event,
    build_older_event,
    build_rest_event,
    build_several_event,
)

EVENTS = Path(__file__).parents[1] / "events"
ADDED = {"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
ADDED |= {"content-length"}
ARRIVAL = Arrival(
    "eu-west-1", "11111111-2222-3333-4444-555555555555", "Root=1", 1_795_327_200_000
)
CALL = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'


def sample(name):
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def request(query, headers, path="/mcp"):
    return HttpRequest("POST", path, query, tuple(headers), CALL, "203.0.113.7", 443)


def without_added(headers):
    return {name: value for name, value in headers.items() if name.lower() not in ADDED}


def test_a_rest_api_s_event_is_built():
    theirs = sample("rest_v1")
    headers = [
        (name.lower(), value)
        for name, values in theirs["multiValueHeaders"].items()
        for value in values
    ]
    agent = ("user-agent", "probe/1")
    ours = build_rest_event(request("a=1&a=2&b=%20x", [*headers, agent], "/prod/mcp"), ARRIVAL)
    context = theirs["requestContext"]
    for key in ("apiId", "domainName", "domainPrefix"):
        context[key] = ours["requestContext"][key]
    # What only an API has that has an authorizer.
    del context["authorizer"]
    theirs["headers"]["User-Agent"] = "probe/1"
    theirs["multiValueHeaders"]["User-Agent"] = ["probe/1"]
    for key in ("headers", "multiValueHeaders"):
        ours[key] = without_added(ours[key])
    assert ours == theirs


@pytest.mark.parametrize(
    ("name", "build"),
    [("alb", build_balancer_event), ("alb_multivalue", build_several_event)],
)
def test_a_load_balancer_s_event_is_built(name, build):
    theirs = sample(name)
    several = sample("alb_multivalue")["multiValueHeaders"]
    headers = [(name, value) for name, values in several.items() for value in values]
    ours = build(request("a=1&a=2&b=%20x", headers), ARRIVAL)
    for key in {"headers", "multiValueHeaders"} & theirs.keys():
        ours[key], theirs[key] = without_added(ours[key]), without_added(theirs[key])
    assert ours == theirs


def test_an_http_api_s_older_event_has_a_version_and_the_stage_in_its_path():
    ours = build_older_event(request("", [], "/prod/mcp"), ARRIVAL)
    rest = build_rest_event(request("", [], "/prod/mcp"), ARRIVAL)
    assert ours == rest | {"version": "1.0", "path": "/prod/mcp"}


values = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f")
)
requests = st.builds(
    HttpRequest,
    method=st.sampled_from(["GET", "POST", "PROPFIND"]),
    raw_path=st.text("abc/%20~;", max_size=20).map("/prod/".__add__),
    raw_query=st.text("ab=&%20+;", max_size=20),
    headers=st.lists(st.tuples(st.text("abc-", min_size=1), values)).map(tuple),
    body=st.binary() | st.text().map(str.encode),
    source_ip=st.just("127.0.0.1"),
    port=st.just(9000),
)


def body_of(event):
    text = event["body"] or ""
    return base64.b64decode(text) if event["isBase64Encoded"] else text.encode()


@given(requests)
def test_nothing_of_a_request_is_lost_on_a_rest_api(sent):
    event = json.loads(json.dumps(build_rest_event(sent, ARRIVAL)))
    assert "/prod" + event["path"].removesuffix("/") == sent.raw_path.removesuffix("/")
    assert event["requestContext"]["path"] == sent.raw_path
    assert body_of(event) == sent.body
    for name, value in sent.headers:
        assert value in event["multiValueHeaders"][name.title()]
    for name, value in parse_qsl(sent.raw_query, keep_blank_values=True):
        assert value in event["multiValueQueryStringParameters"][name]


@given(requests)
def test_nothing_of_a_request_is_lost_on_a_load_balancer(sent):
    event = json.loads(json.dumps(build_several_event(sent, ARRIVAL)))
    assert (event["path"], event["httpMethod"]) == (sent.raw_path, sent.method)
    assert body_of(event) == sent.body
    for name, value in sent.headers:
        assert value in event["multiValueHeaders"][name]
    last = json.loads(json.dumps(build_balancer_event(sent, ARRIVAL)))
    assert last["headers"].items() >= dict(sent.headers).items()
