"""handler/gateway.py: the gateways' and balancers' events as requests, or refused."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.errors import MalformedEvent
from firstbyte.handler.gateway import deadline_of, parse_http_api, parse_proxy
from firstbyte.transport.request import Door, Request

EVENTS = Path(__file__).parents[1] / "events"
CALL = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
DOOR = Door(1, is_live=False)


def recorded(name):
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def proxy(**changes):
    """The smallest event of format 1.0 there is, changed."""
    return {"requestContext": {}, "httpMethod": "POST", "path": "/"} | changes


def http_api(path, stage, **context):
    context |= {"http": {"method": "POST"}, "stage": stage}
    return {"requestContext": context, "rawPath": path, "headers": {}}


def test_a_rest_api_s_event_is_the_request_the_client_sent():
    request = parse_proxy(recorded("rest_v1"), DOOR)
    assert (request.method, request.path, request.body) == ("POST", "/mcp", CALL)
    assert request.headers == {
        "host": "api1.execute-api.eu-west-1.amazonaws.com",
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "cookie": "s=1; t=2",
        "x-multi": "one,two",
        "mcp-session-id": "s-1",
    }
    assert (request.principal, request.door) == ("u1", DOOR)


@pytest.mark.parametrize(("name", "multi"), [("alb", "two"), ("alb_multivalue", "one,two")])
def test_a_load_balancer_s_event_is_the_request_the_client_sent(name, multi):
    request = parse_proxy(recorded(name), DOOR)
    assert (request.method, request.path, request.body) == ("POST", "/mcp", CALL)
    assert request.headers == {
        "host": "lb.example",
        "content-type": "application/json",
        "cookie": "s=1; t=2",
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-proto": "https",
        "x-multi": multi,
    }
    assert request.principal == ""


def test_an_http_api_s_event_is_the_request_the_client_sent():
    request = parse_http_api(recorded("httpapi_v2"), DOOR)
    assert (request.method, request.path, request.body) == ("POST", "/mcp", CALL)
    assert request.headers["cookie"] == "s=1; t=2"
    assert (request.principal, request.door) == ("u1", DOOR)


@pytest.mark.parametrize(
    ("path", "stage", "seen"),
    [
        ("/prod/mcp", "prod", "/mcp"),
        ("/prod", "prod", "/"),
        ("/prod/", "prod", "/"),
        ("/production/mcp", "prod", "/production/mcp"),
        ("/mcp", "prod", "/mcp"),
        ("/mcp", "$default", "/mcp"),
        ("/mcp", None, "/mcp"),
        ("/a%20b/mcp", "a b", "/mcp"),
    ],
)
def test_the_stage_an_http_api_s_path_begins_with_is_left_out(path, stage, seen):
    assert parse_http_api(http_api(path, stage), DOOR).path == seen
    older = proxy(path=path, version="1.0", requestContext={"stage": stage})
    assert parse_proxy(older, DOOR).path == seen


@pytest.mark.parametrize(
    ("domain", "seen"),
    [
        ("api1.execute-api.eu-west-1.amazonaws.com", "/mcp"),
        ("", "/mcp"),
        ("mcp.example.com", "/prod/mcp"),
        (5, "/prod/mcp"),
    ],
)
def test_under_a_domain_of_ones_own_the_path_is_as_its_author_says(domain, seen):
    event = http_api("/prod/mcp", "prod", domainName=domain)
    assert parse_http_api(event, DOOR).path == seen


def test_a_rest_api_s_path_has_no_stage_to_leave_out():
    event = proxy(path="/mcp/mcp", requestContext={"stage": "mcp"})
    assert parse_proxy(event, DOOR).path == "/mcp/mcp"


def test_a_path_is_percent_decoded():
    assert parse_proxy(proxy(path="/m%63p"), DOOR).path == "/mcp"


@pytest.mark.parametrize(
    ("headers", "several", "seen"),
    [
        ({"X-A": "1"}, None, {"x-a": "1"}),
        ({"X-A": "2"}, {"X-A": ["1", "2"]}, {"x-a": "1,2"}),
        (None, {"COOKIE": ["a=1", "b=2"]}, {"cookie": "a=1; b=2"}),
        (None, {"x-a": ["1"], "X-A": ["2"]}, {"x-a": "1,2"}),
        (None, {"x-a": []}, {"x-a": ""}),
        (None, None, {}),
    ],
)
def test_headers_sent_twice_become_one_value(headers, several, seen):
    event = proxy(headers=headers, multiValueHeaders=several)
    assert parse_proxy(event, DOOR).headers == seen


@given(st.binary())
def test_any_octets_survive_base64(body):
    event = proxy(body=b64encode(body).decode(), isBase64Encoded=True)
    assert parse_proxy(event, DOOR).body == body


ROLE = "arn:aws:sts::1:assumed-role/R"


@pytest.mark.parametrize(
    ("context", "principal"),
    [
        ({"identity": {"userArn": f"{ROLE}/session"}}, ROLE),
        ({"identity": {"userArn": None}, "authorizer": {"principalId": "p"}}, "p"),
        ({"identity": None, "authorizer": None}, ""),
        ({"authorizer": {"claims": {"iss": "https://a", "sub": "u"}}}, "https://a u"),
        ({"authorizer": {"claims": {"aud": "x"}, "principalId": None}}, ""),
    ],
)
def test_whom_the_gateway_let_in_is_the_principal(context, principal):
    assert parse_proxy(proxy(requestContext=context), DOOR).principal == principal


@pytest.mark.parametrize(
    ("authorizer", "principal"),
    [
        ({"jwt": {"claims": {"iss": "https://a", "sub": "u"}}}, "https://a u"),
        ({"iam": {"userArn": f"{ROLE}/session"}}, ROLE),
        ({"lambda": {"sub": "u"}}, ""),
        (None, ""),
    ],
)
def test_whom_an_http_api_let_in_is_the_principal(authorizer, principal):
    event = http_api("/mcp", "$default", authorizer=authorizer)
    assert parse_http_api(event, DOOR).principal == principal


@pytest.mark.parametrize(
    "authorizer",
    [
        "x",
        {"jwt": "x"},
        {"jwt": {"claims": ["sub"]}},
        {"jwt": {"claims": {"sub": 1}}},
        {"jwt": {"claims": {"sub": ["u"]}}},
        {"jwt": {"principalId": 1}},
    ],
)
def test_a_principal_that_cannot_be_read_is_not_taken_for_nobody(authorizer):
    with pytest.raises(MalformedEvent):
        parse_http_api(http_api("/mcp", "$default", authorizer=authorizer), DOOR)
    of_rest = authorizer.get("jwt") if isinstance(authorizer, dict) else authorizer
    with pytest.raises(MalformedEvent):
        parse_proxy(proxy(requestContext={"authorizer": of_rest}), DOOR)


@pytest.mark.parametrize(
    ("context", "deadline_ms"),
    [
        ({"timeEpoch": 1_795_327_200_000}, 1_795_327_230_000),
        ({"requestTimeEpoch": 1_795_327_200_000}, 1_795_327_230_000),
        ({}, 0),
        ({"timeEpoch": "now"}, 0),
        ({"timeEpoch": True}, 0),
    ],
)
def test_an_http_api_waits_thirty_seconds(context, deadline_ms):
    assert deadline_of({"requestContext": context}) == deadline_ms


@pytest.mark.parametrize(
    "changes",
    [
        {"requestContext": None},
        {"requestContext": {"identity": "x"}},
        {"requestContext": {"identity": {"userArn": 1}}},
        {"httpMethod": 1},
        {"path": 1},
        {"path": ["/"]},
        {"headers": ["a"]},
        {"headers": {"a": 1}},
        {"multiValueHeaders": {"a": "1"}},
        {"multiValueHeaders": {"a": [1]}},
        {"multiValueHeaders": ["a"]},
        {"body": 1},
        {"body": "\ud800"},
        {"body": "aGk", "isBase64Encoded": True},
    ],
    ids=str,
)
def test_a_misshapen_part_is_refused(changes):
    with pytest.raises(MalformedEvent):
        parse_proxy(proxy(**changes), DOOR)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
contexts = st.fixed_dictionaries(
    {},
    optional={
        "stage": st.text() | json_values,
        "domainName": st.text() | json_values,
        "identity": st.fixed_dictionaries({"userArn": json_values}) | json_values,
        "authorizer": st.dictionaries(st.sampled_from(["claims", "jwt"]), json_values),
        "http": st.just({"method": "POST"}),
    },
)
near_events = st.fixed_dictionaries(
    {"requestContext": contexts},
    optional={
        "version": json_values,
        "httpMethod": st.text() | json_values,
        "path": st.text() | json_values,
        "rawPath": st.text(),
        "headers": st.dictionaries(st.text(), st.text() | json_values) | json_values,
        "multiValueHeaders": st.dictionaries(st.text(), st.lists(st.text())) | json_values,
        "body": st.text() | json_values,
        "isBase64Encoded": st.booleans() | json_values,
    },
)


@pytest.mark.parametrize("parse", [parse_http_api, parse_proxy])
@given(event=near_events)
def test_any_event_is_a_request_or_malformed(parse, event):
    try:
        request = parse(event, DOOR)
    except MalformedEvent:
        return
    assert isinstance(request, Request)
    assert isinstance(request.method + request.path + request.principal, str)
    assert isinstance(request.body, bytes)
    for name, text in request.headers.items():
        assert isinstance(name + text, str)
