"""probe/checks/authorization.py: where a 401 leads, and what is wrong with a token."""

import base64
import json
from dataclasses import replace
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.probe.checks.authorization import claims_of, judge_token
from firstbyte.probe.judgement import judge
from tests.probe.fakes import URL, Reply, codes_of, exchange_of, finding_of, plain, tour_of

HOST = "https://server.example"
METADATA = f"{HOST}/.well-known/oauth-protected-resource"
DOCUMENT = {"resource": URL, "authorization_servers": ["https://issuer.example"]}
CHALLENGE = f'Bearer resource_metadata="{METADATA}"'
NOW_S = 1_790_000_000


def guarded(pages, *, is_open=False, status=401, **headers):
    """A server that wants a token, with these pages."""

    def change(request, count):
        if request.method == "GET":
            page = pages.get(request.url)
            return plain(404) if page is None else plain(200, json.dumps(page))
        if is_open and not request.is_anonymous:
            return None
        return plain(status, **headers)

    return change


PAGES = {METADATA: DOCUMENT, "https://issuer.example/.well-known/openid-configuration": {}}


def test_a_login_that_can_be_found_is_told_only_to_whom_has_no_token():
    change = guarded(PAGES, www_authenticate=CHALLENGE)
    assert codes_of(change) == ["login-needed"]
    assert codes_of(guarded(PAGES, is_open=True, www_authenticate=CHALLENGE), bearer="t") == []


@pytest.mark.parametrize(
    ("pages", "headers", "code", "severity"),
    [
        pytest.param(
            {}, {"www_authenticate": CHALLENGE}, "metadata-unreachable", "error", id="none"
        ),
        pytest.param({}, {}, "metadata-unreachable", "error", id="none, and no challenge"),
        pytest.param(PAGES, {}, "challenge-missing", "warning", id="no challenge"),
        pytest.param(
            PAGES,
            {"x_amzn_remapped_www_authenticate": CHALLENGE},
            "challenge-renamed",
            "warning",
            id="renamed, and well known",
        ),
        pytest.param(
            {
                f"{HOST}/x": DOCUMENT,
                **{key: it for key, it in PAGES.items() if key != METADATA},
            },
            {"x_amzn_remapped_www_authenticate": f'Bearer resource_metadata="{HOST}/x"'},
            "challenge-renamed",
            "error",
            id="renamed, and nowhere else",
        ),
        pytest.param(
            {METADATA: {"resource": URL}},
            {"www_authenticate": CHALLENGE},
            "metadata-wrong",
            "error",
            id="no authorization server",
        ),
        pytest.param(
            {METADATA: DOCUMENT},
            {"www_authenticate": CHALLENGE},
            "issuer-unreachable",
            "error",
            id="silent issuer",
        ),
    ],
)
def test_what_keeps_clients_from_logging_in_is_named(pages, headers, code, severity):
    for change, plan in (
        (guarded(pages, **headers), {}),
        (guarded(pages, is_open=True, **headers), {"bearer": "t"}),
    ):
        findings = judge(tour_of(change, **plan))
        # Who was let in may need no login, where the 401 names none.
        eased = (
            "warning" if plan and not headers and code == "metadata-unreachable" else severity
        )
        assert (findings[0].code, findings[0].severity) == (code, eased)
        # Who was not is told so, in any case by an error.
        further = [] if plan or severity == "error" else ["login-needed"]
        assert [it.code for it in findings[1:]] == further


def token_of(claims):
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{payload}.x"


@pytest.mark.parametrize(
    ("claims", "said", "code"),
    [
        ({"nbf": NOW_S + 60}, "", "clock-skew"),
        ({"iat": NOW_S + 60, "nbf": NOW_S}, "", "clock-skew"),
        ({"nbf": NOW_S + 2}, "", "token-refused"),
        ({"exp": NOW_S - 60}, "", "token-expired"),
        ({"exp": NOW_S + 60}, 'error_description="expired"', "clock-skew"),
        ({"exp": NOW_S - 2}, "", "token-refused"),
        ({"exp": NOW_S + 60}, 'error_description="issued in the future"', "clock-skew"),
        ({"exp": NOW_S + 60}, 'error_description="wrong audience"', "token-refused"),
        ({"exp": "soon", "nbf": None, "iat": True}, "", "token-refused"),
    ],
)
def test_a_tokens_times_tell_why_it_was_refused(claims, said, code):
    date = formatdate(NOW_S, usegmt=True)
    refusal = exchange_of(plain(401, date=date, www_authenticate=f"Bearer {said}"))
    assert judge_token(refusal, token_of(claims)).code == code


def test_a_server_whose_clock_is_ahead_is_told():
    refusal = exchange_of(plain(401, date=formatdate(NOW_S + 7200, usegmt=True)))
    token = token_of({"exp": NOW_S + 3600})
    assert judge_token(refusal, token).code == "token-expired"
    finding = judge_token(replace(refusal, asked_at_s=NOW_S), token)
    assert finding.code == "clock-skew"
    assert finding.detail.endswith("7200 s ahead")


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Xxx 2026 00:00:00 GMT"])
def test_without_the_servers_time_no_clock_is_blamed(date):
    refusal, late = exchange_of(plain(401, date=date)), token_of({"nbf": NOW_S + 9_999_999})
    assert judge_token(refusal, late).code == "token-refused"


def test_claims_are_read_from_the_middle_of_a_token():
    assert claims_of(token_of({"sub": "é"})) == {"sub": "é"}


@given(st.text() | st.builds("{}.{}.{}".format, st.text(), st.text(), st.text()))
def test_what_is_no_token_claims_nothing_harmful(token):
    assert isinstance(claims_of(token), dict)


@given(st.dictionaries(st.sampled_from(["nbf", "iat", "exp"]), st.integers() | st.floats()))
def test_no_times_are_too_strange(claims):
    refusal = exchange_of(plain(401, date=formatdate(NOW_S, usegmt=True)))
    codes = {"clock-skew", "token-expired", "token-refused"}
    assert judge_token(refusal, token_of(claims)).code in codes


def test_a_refused_token_is_judged_beside_a_challenge_that_leads_on():
    change = guarded(PAGES, www_authenticate=CHALLENGE)
    assert codes_of(change, bearer="t") == ["token-refused"]


def test_metadata_on_a_host_that_is_not_there_is_told():
    def silent(request, count):
        return Reply(0) if request.method == "GET" else plain(401, www_authenticate=CHALLENGE)

    finding = finding_of(silent)
    assert finding.code == "metadata-unreachable"
    assert f"{METADATA} unreachable" in finding.detail


def test_what_the_challenge_names_comes_before_what_the_host_has():
    other = {"resource": "https://other.example/mcp", "authorization_servers": ["https://o"]}
    told = f'Bearer resource_metadata="{HOST}/told"'
    pages = {**PAGES, METADATA: other, f"{HOST}/told": DOCUMENT}
    assert codes_of(guarded(pages, www_authenticate=told)) == ["login-needed"]
    pages = {**PAGES, f"{HOST}/told": other}
    assert codes_of(guarded(pages, www_authenticate=told)) == ["metadata-wrong"]


def test_one_authorization_server_that_speaks_is_enough():
    servers = ["https://silent.example", "https://issuer.example"]
    pages = {**PAGES, METADATA: {**DOCUMENT, "authorization_servers": servers}}
    assert codes_of(guarded(pages, www_authenticate=CHALLENGE)) == ["login-needed"]


def test_metadata_of_another_server_hurts_nobody_who_needs_no_login():
    other = {METADATA: {"resource": f"{HOST}/other", "authorization_servers": ["https://o"]}}
    finding = finding_of(guarded(other, is_open=True), bearer="key")
    assert (finding.code, finding.severity) == ("metadata-wrong", "warning")
    named = guarded(other, is_open=True, www_authenticate=CHALLENGE)
    assert finding_of(named, bearer="key").severity == "error"
