"""handler/front_door.py: recorded events as requests, and any other JSON value refused."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.errors import MalformedEvent
from firstbyte.handler.front_door import is_function_url, parse_event
from firstbyte.transport.request import Request

EVENTS = Path(__file__).parents[1] / "events"
CALL = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
HEADERS = {
    "host": "abc123.lambda-url.eu-west-1.on.aws",
    "content-type": "application/json",
    "accept": "application/json,text/event-stream",
    "mcp-protocol-version": "2025-11-25",
    "mcp-session-id": "s-1",
    "authorization": "Bearer t",
    "user-agent": "probe/1",
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
    "x-amzn-trace-id": "Root=1-65f0-0000",
    "x-multi": "one,two",
    "content-length": "51",
    "cookie": "s=1; t=2",
}
GET_HEADERS = {
    name: value
    for name, value in HEADERS.items()
    if name not in ("content-type", "content-length", "cookie")
}


def recorded(name):
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def event(**changes):
    """The smallest event there is, changed."""
    smallest = {"requestContext": {"http": {"method": "POST"}}, "rawPath": "/", "headers": {}}
    return smallest | changes


def fields(request):
    return request.method, request.path, request.headers, request.body


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("furl_none", ("POST", "/mcp", HEADERS, CALL)),
        ("furl_iam", ("POST", "/mcp", HEADERS, CALL)),
        ("furl_base64", ("POST", "/mcp", HEADERS, CALL)),
        ("furl_get_nobody", ("GET", "/mcp", GET_HEADERS, b"")),
        ("httpapi_v2", ("POST", "/prod/mcp", HEADERS, CALL)),
    ],
)
def test_a_recorded_event_is_the_request_the_client_sent(name, expected):
    assert fields(parse_event(recorded(name))) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("furl_iam", "arn:aws:iam::123456789012:user/u"),
        ("furl_none", ""),
        ("httpapi_v2", ""),
    ],
)
def test_who_signed_a_request_is_its_principal(name, expected):
    assert parse_event(recorded(name)).principal == expected


@pytest.mark.parametrize(
    ("arn", "principal"),
    [
        ("arn:aws:sts::1:assumed-role/R/botocore-session-1", "arn:aws:sts::1:assumed-role/R"),
        ("arn:aws-cn:sts::1:assumed-role/R/a@b.example", "arn:aws-cn:sts::1:assumed-role/R"),
        ("arn:aws:sts::1:federated-user/a", "arn:aws:sts::1:federated-user/a"),
        ("arn:aws:iam::1:user/a/assumed-role/b", "arn:aws:iam::1:user/a/assumed-role/b"),
        ("arn:aws:iam::1:root", "arn:aws:iam::1:root"),
    ],
)
def test_who_assumed_a_role_is_the_role_however_its_session_is_named(arn, principal):
    context = {"http": {"method": "POST"}, "authorizer": {"iam": {"userArn": arn}}}
    assert parse_event(event(requestContext=context)).principal == principal


@pytest.mark.parametrize(
    "authorizer",
    [
        None,
        {},
        {"iam": None},
        {"lambda": {"a": 1}},
        {"iam": {"a": 1}},
        {"iam": {"userArn": None}},
    ],
)
def test_a_request_nobody_signed_has_no_principal(authorizer):
    context = {"http": {"method": "POST"}, "authorizer": authorizer}
    assert parse_event(event(requestContext=context)).principal == ""


@pytest.mark.parametrize(
    "authorizer",
    ["x", 1, [1], {"iam": 1}, {"iam": {"userArn": 1}}, {"iam": {"userArn": ["a"]}}],
)
def test_a_principal_that_cannot_be_read_is_not_taken_for_nobody(authorizer):
    context = {"http": {"method": "POST"}, "authorizer": authorizer}
    with pytest.raises(MalformedEvent):
        parse_event(event(requestContext=context))


@pytest.mark.parametrize("name", ["alb", "alb_multivalue", "rest_v1"])
def test_an_event_of_another_format_is_refused_with_what_it_lacks(name):
    with pytest.raises(
        MalformedEvent, match=r"^not a Function URL event .* needs requestContext"
    ):
        parse_event(recorded(name))


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), ([], "array"), ("x", "string"), (True, "boolean"), (1, "number")],
)
def test_an_event_that_is_no_object_is_named(value, kind):
    with pytest.raises(MalformedEvent, match=f"^the event is a JSON {kind}, "):
        parse_event(value)


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({}, b""),
        ({"body": None}, b""),
        ({"body": ""}, b""),
        ({"body": "", "isBase64Encoded": True}, b""),
        ({"body": "ü"}, b"\xc3\xbc"),
        ({"body": "aGk=", "isBase64Encoded": False}, b"aGk="),
        ({"body": "AP8=", "isBase64Encoded": True}, b"\x00\xff"),
    ],
)
def test_only_the_flag_says_whether_a_body_is_base64(changes, body):
    assert parse_event(event(**changes)).body == body


@given(st.binary())
def test_any_octets_survive_base64(body):
    text = b64encode(body).decode()
    assert parse_event(event(body=text, isBase64Encoded=True)).body == body


@pytest.mark.parametrize("text", ["aGk", "a Gk=", "aGk=\n", "ü", "====", "aGk=x"])
def test_a_body_that_lies_about_being_base64_is_refused(text):
    with pytest.raises(MalformedEvent):
        parse_event(event(body=text, isBase64Encoded=True))


def test_header_names_are_lowercase_and_repeats_stay_one_value():
    request = parse_event(event(headers={"X-Multi": "one,two", "HOST": "h"}))
    assert request.headers == {"x-multi": "one,two", "host": "h"}


@pytest.mark.parametrize(
    ("cookies", "header"), [(["a=1"], "a=1"), (["a=1", "b=2"], "a=1; b=2"), ([], "sent=1")]
)
def test_cookies_beside_the_headers_replace_the_cookie_header(cookies, header):
    request = parse_event(event(headers={"cookie": "sent=1"}, cookies=cookies))
    assert request.headers["cookie"] == header


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/mcp", "/mcp"),
        ("/m%63p", "/mcp"),
        ("/a%2Fb", "/a/b"),
        ("/%C3%BC", "/ü"),
        ("/%zz%", "/%zz%"),
        ("/%FF", "/\udcff"),
    ],
)
def test_a_path_is_percent_decoded(raw, path):
    assert parse_event(event(rawPath=raw)).path == path


@pytest.mark.parametrize(
    "changes",
    [
        {"requestContext": None},
        {"requestContext": {"http": "POST"}},
        {"requestContext": {"http": {"method": 1}}},
        {"rawPath": 1},
        {"rawPath": ["%"]},
        {"headers": None},
        {"headers": []},
        {"headers": {"a": 1}},
        {"headers": {"a": ["b"]}},
        {"cookies": 1},
        {"cookies": [1]},
        {"body": 1},
        {"body": ["x"]},
        {"body": "\ud800"},
        {"body": {"a": 1}, "isBase64Encoded": True},
    ],
    ids=str,
)
def test_a_misshapen_part_is_refused(changes):
    with pytest.raises(MalformedEvent):
        parse_event(event(**changes))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
near_events = st.fixed_dictionaries(
    {
        "requestContext": st.fixed_dictionaries(
            {"http": st.fixed_dictionaries({"method": st.text() | json_values})}
        ),
        "rawPath": st.text() | st.from_regex(r"/(%[0-9A-F]{2}|\w)*") | json_values,
        "headers": st.dictionaries(st.text(), st.text() | json_values) | json_values,
    },
    optional={
        "cookies": st.lists(st.text()) | json_values,
        "body": st.text() | json_values,
        "isBase64Encoded": st.booleans() | json_values,
    },
)


@given(json_values | near_events)
def test_any_json_value_is_a_request_or_a_malformed_event(value):
    try:
        request = parse_event(value)
    except MalformedEvent:
        return
    assert isinstance(request, Request)
    assert isinstance(request.method + request.path, str)
    assert isinstance(request.body, bytes)
    for name, text in request.headers.items():
        assert isinstance(name + text, str)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("furl_none", True),
        ("furl_iam", True),
        ("furl_base64", True),
        ("furl_get_nobody", True),
        ("httpapi_v2", False),
        ("rest_v1", False),
        ("alb", False),
        ("alb_multivalue", False),
    ],
)
def test_a_function_url_s_event_is_told_from_all_others(name, is_one):
    assert is_function_url(recorded(name)) is is_one


@pytest.mark.parametrize(
    ("domain", "is_one"),
    [
        (None, True),
        ("", True),
        ("localhost", True),
        ("a.lambda-url.eu-west-1.on.aws", True),
        ("a.execute-api.eu-west-1.amazonaws.com", False),
        ("api.example.com", False),
    ],
)
def test_the_domain_tells_a_function_url_from_an_http_api(domain, is_one):
    context = {"http": {"method": "POST"}, "domainName": domain}
    assert is_function_url(event(requestContext=context)) is is_one


@given(json_values | near_events)
def test_any_json_value_is_a_function_url_s_event_or_not(value):
    assert is_function_url(value) in (True, False)
