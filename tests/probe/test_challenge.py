"""probe/challenge.py: where a 401 leads, and what the documents there are worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.probe import challenge
from tests.probe.fakes import exchange_of, message, plain

HOST = "https://server.example"
WELL_KNOWN = f"{HOST}/.well-known/oauth-protected-resource"


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ('Bearer resource_metadata="https://a.example/m", scope="x"', "https://a.example/m"),
        ("Bearer resource_metadata=https://a.example/m", "https://a.example/m"),
        ('Bearer resource_metadata="ftp://a.example/m"', ""),
        ('Bearer resource_metadata="//a.example/m"', ""),
        ('Bearer resource_metadata="https://[a/m"', ""),
        ("Basic", ""),
    ],
)
def test_a_challenge_tells_the_metadata_where_it_can_be_fetched(value, url):
    refusal = exchange_of(plain(401, www_authenticate=value))
    assert challenge.told_url(refusal, challenge.NAME) == url


def test_what_was_told_is_looked_for_after_the_places_all_clients_know():
    header = {
        "x_amzn_remapped_www_authenticate": 'Bearer resource_metadata="https://a.example/m"'
    }
    refusal = exchange_of(plain(401, **header))
    expected = (f"{WELL_KNOWN}/mcp", WELL_KNOWN, "https://a.example/m")
    assert challenge.metadata_urls(refusal) == expected


def test_at_the_root_there_is_one_place():
    assert challenge.well_known_urls(f"{HOST}/") == (WELL_KNOWN,)


def test_an_issuer_with_a_path_has_three_places():
    assert challenge.issuer_urls({"authorization_servers": ["https://a.example/t"]}) == (
        "https://a.example/.well-known/oauth-authorization-server/t",
        "https://a.example/.well-known/openid-configuration/t",
        "https://a.example/t/.well-known/openid-configuration",
    )


@pytest.mark.parametrize("servers", [None, [], "https://a.example", [7], ["a.example"]])
def test_an_issuer_that_is_no_url_has_no_place(servers):
    assert challenge.issuer_urls({"authorization_servers": servers}) == ()


@pytest.mark.parametrize(
    ("resource", "is_ours"),
    [
        (f"{HOST}/mcp", True),
        (f"{HOST}/mcp/", True),
        (HOST, True),
        ("https://SERVER.example/mcp", True),
        (f"{HOST}/mc", False),
        (f"{HOST}/mcp/more", False),
        ("http://server.example/mcp", False),
        ("https://other.example/mcp", False),
        (None, False),
    ],
)
def test_metadata_is_for_its_resource_only(resource, is_ours):
    assert challenge.is_for({"resource": resource}, f"{HOST}/mcp") is is_ours


def test_a_document_is_an_object_that_was_found():
    assert challenge.document(exchange_of(message({"a": 1}))) == {"a": 1}
    assert challenge.document(exchange_of(message([1]))) is None
    assert challenge.document(exchange_of(message({"a": 1}, 404))) is None


@given(st.text())
def test_no_challenge_is_too_strange(value):
    refusal = exchange_of(plain(401, www_authenticate=f"resource_metadata={value}"))
    assert isinstance(challenge.told_url(refusal, challenge.NAME), str)


def test_a_usual_port_may_be_named_or_not():
    for url, resource in (
        ("https://h.example/mcp", "https://h.example:443/mcp"),
        ("http://h.example:80/mcp", "http://H.example/mcp"),
        ("http://[::1]:8080/mcp", "http://[::1]:8080/mcp"),
    ):
        assert challenge.is_for({"resource": resource}, url)
    assert not challenge.is_for(
        {"resource": "https://h.example:8443/mcp"}, "https://h.example/mcp"
    )
