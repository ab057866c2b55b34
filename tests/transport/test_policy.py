"""transport/policy.py: who may call is what the operator listed, or this machine itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transport.fakes import a_policy


@pytest.mark.parametrize(
    ("served", "path", "verdict"),
    [
        ("/mcp", "/mcp", True),
        ("/mcp", "/mcp/", True),
        ("/mcp/", "/mcp", True),
        ("/", "/", True),
        ("/mcp", "/mcp//", False),
        ("/mcp", "/", False),
        ("/mcp", "", False),
        ("/mcp", "/MCP", False),
        ("/mcp", "/mcp/x", False),
        ("/mcp", "/x/mcp", False),
    ],
)
def test_one_path_is_served_with_or_without_a_slash(served, path, verdict):
    assert a_policy(path=served).serves_path(path) is verdict


@pytest.mark.parametrize(
    ("listed", "host", "verdict"),
    [
        ((), None, True),
        ((), "evil.example", True),
        (("a.example",), "a.example", True),
        (("A.example",), "a.EXAMPLE:443", True),
        (("a.example:80",), "a.example:80", True),
        (("a.example:80",), "a.example", False),
        (("a.example:80",), "a.example:81", False),
        (("[::1]",), "[::1]:3000", True),
        (("a.example",), None, False),
        (("a.example",), "", False),
        (("a.example",), "b.a.example", False),
        (("a.example",), "a.example,a.example", False),
        (("a.example",), "a.example:x", False),
    ],
)
def test_a_host_is_checked_where_there_is_a_list(listed, host, verdict):
    assert a_policy(allowed_hosts=listed).allows_host(host) is verdict


@pytest.mark.parametrize(
    ("listed", "origin", "host", "verdict"),
    [
        ((), None, None, True),
        ((), "https://evil.example", "evil.example", False),
        ((), "http://localhost:6274", "localhost:3000", True),
        ((), "http://127.0.0.1:6274", "[::1]:3000", True),
        ((), "https://[::1]", "127.1.2.3", True),
        ((), "http://localhost:6274", "mcp.example", False),
        ((), "http://localhost:6274", None, False),
        ((), "http://localhost.evil.example", "localhost", False),
        ((), "http://127.0.0.1.evil.example", "localhost", False),
        ((), "http://127.evil.0.example", "localhost", False),
        ((), "http://localhost@evil.example", "localhost", False),
        ((), "http://localhost, http://evil.example", "localhost", False),
        ((), "ftp://localhost", "localhost", False),
        ((), "localhost", "localhost", False),
        ((), "", "localhost", False),
        ((), "null", "localhost", False),
        (("*",), "null", "mcp.example", False),
        (("*",), "https://any.example", "mcp.example", True),
        (("https://a.example",), "https://A.example", "mcp.example", True),
        (("https://a.example",), "http://a.example", "mcp.example", False),
        (("https://a.example",), "https://a.example:444", "mcp.example", False),
    ],
)
def test_an_origin_is_absent_listed_or_this_machines(listed, origin, host, verdict):
    assert a_policy(allowed_origins=listed).allows_origin(origin, host) is verdict


@given(st.text(), st.none() | st.text())
def test_any_text_is_a_host_and_an_origin_one_may_refuse(origin, host):
    policy = a_policy(allowed_hosts=["a.example"], allowed_origins=["https://a.example"])
    assert policy.allows_origin(origin, host) in (True, False)
    assert policy.allows_host(host) in (True, False)
