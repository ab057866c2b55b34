"""transport/reading.py: a resource is read in every revision, or it is said why not."""

import pytest
from mcp_types.methods import parse_server_result

from tests.transport.fakes import (
    INFO_KEY,
    LEGACY,
    MODERN,
    SERVED,
    Invocation,
    Reading,
    Service,
    a_call,
    an_endpoint,
    call,
    post,
)

URI = "file:///a"
TEXT = {"uri": URI, "mimeType": "text/plain", "text": "x", "_meta": {"k": 1}}
BLOB = {"uri": URI, "blob": "AA=="}


def read(body, version=MODERN, uri=URI, **options):
    endpoint = an_endpoint(Service().with_resources({URI: body}))
    return call(version, endpoint, "resources/read", {"uri": uri}, **options)


def test_a_modern_reading_says_how_long_it_may_be_kept_and_by_whom():
    reading = Reading([TEXT, BLOB], ttl_ms=5, cache_scope="public")
    result = read(lambda caller: reading).json["result"]
    parse_server_result("resources/read", MODERN, result)
    assert result == {
        "resultType": "complete",
        "contents": [TEXT, BLOB],
        "ttlMs": 5,
        "cacheScope": "public",
        "_meta": {INFO_KEY: {"name": "fake", "version": "1", "title": "Fake"}},
    }


@pytest.mark.parametrize("version", LEGACY)
def test_a_legacy_reading_is_its_contents(version):
    result = read(lambda caller: Reading([TEXT, BLOB]), version).json["result"]
    parse_server_result("resources/read", version, result)
    assert result.keys() == {"contents"}
    assert ("_meta" in result["contents"][0]) is (version in SERVED[:3])
    assert result["contents"][1] == BLOB


@pytest.mark.parametrize("version", SERVED)
def test_a_resource_nobody_knows_is_named_in_the_revisions_own_error(version):
    sink = read(pytest.fail, version, "file:///b")
    code = -32602 if version == MODERN else -32002
    error = {
        "code": code,
        "message": "there is no such resource",
        "data": {"uri": "file:///b"},
    }
    assert (sink.status, sink.json["error"]) == (200, error)


@pytest.mark.parametrize("version", SERVED)
def test_an_author_may_say_that_there_is_none(version):
    reading = Reading(problem="table items has no key 7", is_missing=True)
    error = read(lambda caller: reading, version).json["error"]
    assert error == {
        "code": -32602 if version == MODERN else -32002,
        "message": "table items has no key 7",
        "data": {"uri": URI},
    }


@pytest.mark.parametrize("version", SERVED)
def test_any_other_problem_is_the_servers(version):
    error = read(lambda caller: Reading(problem="access denied"), version).json["error"]
    assert error == {"code": -32603, "message": "access denied"}


@pytest.mark.parametrize("version", SERVED)
def test_what_reading_raises_is_in_the_log_and_not_on_the_wire(version):
    def fail(caller):
        raise ValueError("a secret")

    invocation = Invocation()
    sink = read(fail, version, invocation=invocation)
    assert sink.json["error"]["code"] == -32603
    assert [str(error) for error in invocation.errors] == ["a secret"]
    assert b"secret" not in sink.body


def test_the_function_is_entered_once_it_is_found():
    invocation = Invocation()

    def body(caller):
        invocation.steps.append("read")
        return Reading([TEXT])

    read(body, invocation=invocation)
    assert invocation.steps == ["watch", "enter_tool", "read", "unwatch"]


@pytest.mark.parametrize("params", [{}, {"uri": None}, {"uri": 1}, {"uri": [URI]}, {"uri": {}}])
def test_a_uri_is_a_string(params):
    endpoint = an_endpoint(Service().with_resources({URI: pytest.fail}))
    sink = post(endpoint, a_call("resources/read", params))
    assert (sink.status, sink.json["error"]["code"]) == (200, -32602)
