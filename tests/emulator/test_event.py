"""emulator/event.py: the events of the samples, and any other request's."""

import base64
import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.emulator.event import (
    Arrival,
    HttpRequest,
    build_http_api_event,
    build_url_event,
)

EVENTS = Path(__file__).parents[1] / "events"
OURS = {"x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"}


def build(request):
    return build_url_event(request, Arrival("eu-west-1", "r", "t", 1))


def request(**fields):
    plain = HttpRequest("GET", "/", "", (), b"", "127.0.0.1", 9000)
    return plain._replace(**fields)


def sample(name):
    return json.loads((EVENTS / name).read_text())


def request_behind(event):
    """The request a sample was made of, without the platform's own headers."""
    headers = {name: value for name, value in event["headers"].items() if name not in OURS}
    if "cookies" in event:
        headers["cookie"] = "; ".join(event["cookies"])
    body = event.get("body", "")
    return HttpRequest(
        event["requestContext"]["http"]["method"],
        event["rawPath"],
        event["rawQueryString"],
        tuple(headers.items()),
        base64.b64decode(body) if event["isBase64Encoded"] else body.encode(),
        event["requestContext"]["http"]["sourceIp"],
        443,
    )


def arrival_of(event):
    context = event["requestContext"]
    trace_id = event["headers"]["x-amzn-trace-id"]
    return Arrival("eu-west-1", context["requestId"], trace_id, context["timeEpoch"])


def test_an_http_api_s_event_is_built():
    theirs = sample("httpapi_v2.json")
    ours = build_http_api_event(request_behind(theirs), arrival_of(theirs))
    context = theirs["requestContext"]
    for key in ("apiId", "domainName", "domainPrefix"):
        context[key] = ours["requestContext"][key]
    # What only an API has that has an authorizer, and variables of a stage.
    del context["authorizer"], theirs["stageVariables"]
    theirs["headers"]["x-forwarded-proto"] = "http"
    theirs["headers"]["content-length"] = str(len(theirs["body"]))
    assert ours == theirs


@pytest.mark.parametrize("name", ["furl_none.json", "furl_get_nobody.json"])
def test_the_platform_s_event_is_built(name):
    theirs = sample(name)
    context = theirs["requestContext"]
    ours = build_url_event(request_behind(theirs), arrival_of(theirs))
    # What our address makes different, and what the samples leave out.
    for key in ("apiId", "domainName", "domainPrefix"):
        context[key] = ours["requestContext"][key]
    context["authentication"] = None
    theirs["headers"]["x-forwarded-proto"] = "http"
    if "cookies" in theirs:
        theirs["headers"]["cookie"] = "; ".join(theirs["cookies"])
    if "body" in theirs:
        theirs["headers"]["content-length"] = str(len(theirs["body"]))
    assert ours == theirs


def test_octets_that_are_no_text_travel_in_base64():
    theirs = sample("furl_base64.json")
    plain = request_behind(theirs)
    headers = {**dict(plain.headers), "content-type": "application/octet-stream"}
    ours = build(plain._replace(headers=tuple(headers.items())))
    assert (ours["body"], ours["isBase64Encoded"]) == (theirs["body"], True)


@pytest.mark.parametrize(
    ("content_type", "is_text"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/vnd.api+json", True),
        ("text/plain", True),
        ("application/x-www-form-urlencoded", False),
        ("image/png", False),
        ("", False),
    ],
)
def test_the_content_type_decides_between_text_and_base64(content_type, is_text):
    ours = build(request(headers=(("content-type", content_type),), body=b"a=1"))
    assert ours["isBase64Encoded"] is not is_text


def test_a_text_that_is_no_utf_8_travels_in_base64():
    ours = build(request(headers=(("content-type", "text/plain"),), body=b"\xff"))
    assert (ours["body"], ours["isBase64Encoded"]) == ("/w==", True)


def test_repeated_headers_are_joined_and_cookies_listed():
    headers = (("x", "1"), ("cookie", "a=1"), ("x", "2"), ("cookie", "b=2;c=3"))
    ours = build(request(headers=headers))
    assert ours["headers"]["x"] == "1,2"
    assert ours["headers"]["cookie"] == "a=1; b=2;c=3"
    assert ours["cookies"] == ["a=1", "b=2", "c=3"]


def test_nobody_can_forge_where_a_request_came_from():
    ours = build(request(headers=(("x-forwarded-for", "6.6.6.6"),)))
    assert ours["headers"]["x-forwarded-for"] == "127.0.0.1"


def test_a_chunked_request_arrives_with_a_length_instead():
    ours = build(request(headers=(("transfer-encoding", "chunked"),), body=b"abc"))
    assert "transfer-encoding" not in ours["headers"]
    assert ours["headers"]["content-length"] == "3"


tokens = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)
values = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f")
)
requests = st.builds(
    HttpRequest,
    method=st.sampled_from(["GET", "POST", "PROPFIND"]),
    raw_path=st.text("abc/%20~;", max_size=20).map("/".__add__),
    raw_query=st.text("ab=&%20+;", max_size=20),
    headers=st.lists(st.tuples(tokens, values)).map(tuple),
    body=st.binary() | st.text().map(str.encode),
    source_ip=st.just("127.0.0.1"),
    port=st.just(9000),
)


@given(requests)
def test_nothing_of_a_request_is_lost(sent):
    event = json.loads(json.dumps(build(sent)))
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == sent.raw_path
    assert event["rawQueryString"] == sent.raw_query
    text = event.get("body", "")
    body = base64.b64decode(text) if event["isBase64Encoded"] else text.encode()
    assert body == sent.body
    for name, value in sent.headers:
        if name not in {"connection", "expect", "keep-alive", "content-length"} | OURS:
            assert value in event["headers"][name]
    for name, value in parse_qsl(sent.raw_query, keep_blank_values=True):
        assert value in event["queryStringParameters"][name]
