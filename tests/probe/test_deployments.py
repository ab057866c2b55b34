"""Each deployment that is broken in one way is named by the probe, and nothing else is."""

import base64
import contextlib
import datetime
import http.client
import itertools
import json
import socket
import ssl
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.handlers import format_date_time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from firstbyte.probe.finding import KINDS
from tests.end_to_end.faulty import Answered, Front
from tests.probe.probing import BOUND_S, codes_at, deployed, report_on

JSON = {"content-type": "application/json"}
ORIGIN = "https://app.example"
ALLOWING = {
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers": "content-type, last-event-id, mcp-method, mcp-name, "
    "mcp-protocol-version, mcp-session-id",
}
CHALLENGE = 'Bearer resource_metadata="{url}/.well-known/oauth-protected-resource/mcp"'
WELL_KNOWN = "/.well-known/oauth-protected-resource"


@pytest.fixture(scope="module")
def well():
    """A server with nothing wrong, for fronts to stand before."""
    with deployed("well") as running:
        yield running.url


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("hello", "not-mcp", 5),
        ("echo", "not-mcp", 5),
        ("crashes", "function-failed", 5),
        ("prelude_visible", "prelude-visible", 5),
        ("envelope_visible", "envelope-visible", 5),
        ("unnamed_revision", "version-missing", 1),
        ("unknown_revision", "version-wrong", 1),
        ("no_tools", "tools-empty", 1),
        ("one_tool_denied", "tool-denied", 1),
        ("empty_stream", "stream-empty", 1),
        ("unlisted", "list-failed", 1),
        ("untyped", "answer-invalid", 1),
        ("formless", "answer-invalid", 1),
        ("closed", "handshake-refused", 1),
        ("mute", "refused", 1),
    ],
)
def test_what_is_broken_is_named_and_nothing_else(name, code, status):
    with deployed(name, timeout=20) as running:
        report = report_on(running.url)
    assert [it.code for it in report.findings] == [code]
    assert report.exit_status == status


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("buffered_stream", "streaming-off"),
        ("all_at_the_end", "streaming-off"),
        ("held_back", "events-held-back"),
        ("cut_stream", "stream-cut"),
        ("one_tool_crashes", "tool-failed"),
    ],
)
def test_what_is_wrong_with_a_named_call_is_named_and_nothing_else(name, code):
    with deployed(name, timeout=20) as running:
        assert codes_at(running.url, "rows") == [code]


@pytest.mark.parametrize("name", ["well", "streams_well"])
def test_nothing_is_found_where_nothing_is_wrong(name):
    with deployed(name) as running:
        report = report_on(running.url, "status")
    assert report.findings == ()
    assert report.exit_status == 0
    assert report.summary.counts["tools"] == 3


def test_a_start_that_is_too_slow_for_some_clients_is_told():
    with deployed("slow", timeout=20) as running:
        (finding,) = report_on(running.url, repeat=1).findings
    assert finding.code == "slow-start"
    assert "OpenAI Agents SDK" in finding.detail
    assert "Claude Code" not in finding.detail


def test_a_stream_that_stays_open_is_told():
    with deployed("left_open") as running:
        assert codes_at(running.url, "status", timeout_s=3.0) == ["stream-left-open"]


def test_what_there_is_no_time_for_is_told_beside_what_took_it():
    # Of four calls each takes its whole timeout, and there is time for three at most.
    with deployed("left_open") as running:
        until_s = time.monotonic() + 10 + 2 * 2 + 5
        codes = codes_at(running.url, timeout_s=2.0, until_s=until_s)
    assert codes == ["stream-left-open", "unfinished"]


def test_a_tool_that_is_missed_is_named():
    with deployed("fewer_tools") as running:
        report = report_on(running.url, expected=("status", "rows"))
    (finding,) = report.findings
    assert (finding.code, "not rows" in finding.detail) == ("tools-shrunken", True)


def test_a_denied_tool_is_named_beside_one_that_works():
    with deployed("one_tool_denied") as running:
        (finding,) = report_on(running.url).findings
    assert finding.detail.startswith("rows: ")
    assert finding.detail.endswith("; status worked")


def test_a_session_of_one_environment_is_lost_in_the_next():
    with deployed("forgetful", spread=True) as running:
        assert codes_at(running.url) == ["session-lost"]


def test_a_session_is_not_lost_where_there_is_one_environment():
    with deployed("forgetful", concurrency=1) as running:
        assert codes_at(running.url) == []


def test_two_versions_behind_one_alias_are_told_apart(well):
    with deployed("other_version") as running:
        turns = itertools.cycle((well, running.url))
        lock = threading.Lock()

        def weighted(asked, forward):
            with lock:
                url = next(turns)
            return _answer_of(url, asked)

        with fronted(well, weighted) as url:
            (finding,) = report_on(url).findings
    assert finding.code == "two-versions"
    assert "tiny 1.0.0" in finding.detail
    assert "tiny 2.0.0" in finding.detail


def test_a_function_without_concurrency_is_throttled(well):
    body = b'{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User"}'
    with fronted(well, lambda asked, forward: Answered(429, JSON, [body])) as url:
        report = report_on(url)
    assert [it.code for it in report.findings] == ["throttled"]
    assert report.exit_status == 4


def test_throttling_of_some_is_seen_when_many_ask_at_once():
    with deployed("busy", concurrency=1, over_limit="429") as running:
        assert codes_at(running.url, repeat=8) == ["throttled"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"Message":"Forbidden"}', {**JSON, "x-amzn-errortype": "AccessDeniedException"}),
        (b'{"message":"Forbidden"}', JSON),
    ],
)
def test_a_missing_permission_is_told_from_a_refusal_of_the_server(well, body, headers):
    with fronted(well, lambda asked, forward: Answered(403, headers, [body])) as url:
        assert codes_at(url) == ["permission-missing"]
    with fronted(well, lambda asked, forward: Answered(403, {}, [b"no"])) as url:
        assert codes_at(url) == ["forbidden"]


def test_a_name_the_server_does_not_know_is_told(well):
    with fronted(
        well, lambda asked, forward: Answered(421, {}, [b"Invalid Host header"])
    ) as url:
        assert codes_at(url) == ["host-refused"]


def test_a_signature_that_aws_refuses_is_told(well):
    body = b'{"message":"The request signature we calculated does not match"}'
    with fronted(well, lambda asked, forward: Answered(403, JSON, [body])) as url:
        assert codes_at(url) == ["signature-refused"]


def test_a_redirect_is_told(well):
    moved = {"location": "/mcp/"}
    with fronted(well, lambda asked, forward: Answered(307, moved, [])) as url:
        assert codes_at(url) == ["redirected"]


def test_a_path_with_nothing_is_told(well):
    with fronted(well, lambda asked, forward: Answered(404, {}, [b"Not Found"])) as url:
        assert codes_at(url) == ["wrong-path"]


def test_a_gateway_that_gives_up_is_told(well):
    body = b'{"message":"Endpoint request timed out"}'
    with fronted(well, lambda asked, forward: Answered(504, JSON, [body])) as url:
        assert codes_at(url) == ["timed-out"]


def test_headers_that_a_gateway_strips_are_told(well):
    def strips(asked, forward):
        if "mcp-method" not in asked.headers:
            return forward(asked)
        error = {"code": -32020, "message": "Mcp-Method is missing"}
        body = {"jsonrpc": "2.0", "id": json.loads(asked.body)["id"], "error": error}
        return Answered(400, JSON, [json.dumps(body).encode()])

    with fronted(well, strips) as url:
        assert codes_at(url) == ["headers-stripped"]


def test_an_origin_that_is_refused_is_told(well):
    def refuses(asked, forward):
        if asked.method == "OPTIONS":
            return Answered(204, ALLOWING, [])
        if "origin" in asked.headers:
            return Answered(
                403, JSON, [b'{"jsonrpc":"2.0","error":{"code":-32600,"message":"origin"}}']
            )
        return forward(asked)

    with fronted(well, refuses) as url:
        assert codes_at(url, origin=ORIGIN) == ["origin-refused"]
        assert codes_at(url) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"access-control-allow-origin": "https://other.example"}, "https://other.example"),
        ({"access-control-allow-headers": "content-type"}, "mcp-protocol-version"),
        ({"access-control-allow-methods": "GET"}, "POST is not allowed"),
    ],
)
def test_a_wrong_preflight_is_told(well, change, said):
    with fronted(well, _allowing({**ALLOWING, **change})) as url:
        (finding,) = report_on(url, origin=ORIGIN).findings
    assert finding.code == "cors-wrong"
    assert said in finding.detail


def test_a_right_preflight_is_no_finding(well):
    with fronted(well, _allowing(ALLOWING)) as url:
        assert codes_at(url, origin=ORIGIN) == []


def test_a_login_that_can_be_found_is_all_that_is_told(well):
    with fronted(well, _guarded()) as url:
        report = report_on(url)
    assert [it.code for it in report.findings] == ["login-needed"]
    assert report.exit_status == 4


def test_with_the_token_that_is_wanted_nothing_is_wrong(well):
    with fronted(well, _guarded(accepts=lambda token: token == "right")) as url:
        assert codes_at(url, bearer="right") == []
        assert codes_at(url, bearer="wrong") == ["token-refused"]


def test_metadata_that_nobody_serves_is_told(well):
    with fronted(well, _guarded(serves=())) as url:
        assert codes_at(url) == ["metadata-unreachable"]


def test_metadata_of_another_server_is_told(well):
    with fronted(well, _guarded(resource="https://other.example/mcp")) as url:
        assert codes_at(url) == ["metadata-wrong"]


def test_an_authorization_server_that_is_silent_is_told(well):
    with fronted(well, _guarded(serves=(WELL_KNOWN, f"{WELL_KNOWN}/mcp"))) as url:
        assert codes_at(url) == ["issuer-unreachable"]


def test_a_challenge_that_the_front_door_renames_is_told(well):
    renamed = "x-amzn-remapped-www-authenticate"
    with fronted(well, _guarded(header=renamed, accepts=_is_in_time)) as url:
        (finding,) = report_on(url, bearer=_token_of_now()).findings
        assert (finding.code, finding.severity) == ("challenge-renamed", "warning")
        # Who has no token was not let in: that is no healthy server.
        report = report_on(url)
        assert [it.code for it in report.findings] == ["challenge-renamed", "login-needed"]
        assert report.exit_status == 4
    hidden = ("/hidden", "/.well-known/oauth-authorization-server")
    challenge = 'Bearer resource_metadata="{url}/hidden"'
    with fronted(well, _guarded(header=renamed, serves=hidden, challenge=challenge)) as url:
        (finding,) = report_on(url).findings
        assert (finding.code, finding.severity) == ("challenge-renamed", "error")


def test_a_refusal_without_a_challenge_is_told(well):
    with fronted(well, _guarded(header="x-other", accepts=_is_in_time)) as url:
        (finding,) = report_on(url, bearer=_token_of_now()).findings
        assert (finding.code, finding.severity) == ("challenge-missing", "warning")
        report = report_on(url)
        assert [it.code for it in report.findings] == ["challenge-missing", "login-needed"]
        assert report.exit_status == 4


def test_a_server_with_a_key_of_its_own_is_well_to_whom_has_it(well):
    with fronted(well, _guarded(header="x-other", serves=(), accepts=bool)) as url:
        (finding,) = report_on(url, bearer="key").findings
        assert (finding.code, finding.severity) == ("metadata-unreachable", "warning")


def test_a_token_from_a_clock_that_is_ahead_is_told(well):
    ahead = _token(nbf=time.time() + 600, exp=time.time() + 1200)
    with fronted(well, _guarded(accepts=_is_in_time)) as url:
        assert codes_at(url, bearer=ahead) == ["clock-skew"]


def test_a_server_whose_clock_is_behind_is_told(well):
    said = (
        'Bearer error="invalid_token", error_description="The token is not yet valid (nbf)", '
    )
    challenge = f'{said}resource_metadata="{{url}}/.well-known/oauth-protected-resource/mcp"'
    now = _token_of_now()
    with fronted(well, _guarded(challenge=challenge)) as url:
        assert codes_at(url, bearer=now) == ["clock-skew"]


def test_an_expired_token_is_told_from_a_clock(well):
    old = _token(nbf=time.time() - 1200, exp=time.time() - 600)
    with fronted(well, _guarded(accepts=_is_in_time)) as url:
        assert codes_at(url, bearer=old) == ["token-expired"]


@pytest.mark.parametrize("host", ["x" * 64, ".".join(["x" * 60] * 5)])
def test_a_name_that_is_not_known_is_told(host):
    # Labels and names that are too long: no resolver has to be asked.
    report = report_on(f"https://{host}/mcp")
    assert [it.code for it in report.findings] == ["name-unknown"]
    assert report.exit_status == 3


def test_a_port_where_nobody_listens_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    report = report_on(f"http://127.0.0.1:{port}/mcp")
    assert [it.code for it in report.findings] == ["connection-refused"]
    assert report.exit_status == 3


def test_a_certificate_that_nobody_signed_is_told(tmp_path):
    with _encrypted(tmp_path) as port:
        report = report_on(f"https://localhost:{port}/mcp")
    assert [it.code for it in report.findings] == ["certificate-invalid"]
    assert report.exit_status == 3


def test_an_authority_of_ones_own_is_trusted_as_openssl_trusts_it(tmp_path, monkeypatch):
    with _encrypted(tmp_path) as port:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
        report = report_on(f"https://localhost:{port}/mcp")
    # It hangs up once it is trusted.
    assert [it.code for it in report.findings] == ["connection-lost"]


def test_a_port_that_does_not_speak_tls_is_told(well):
    assert codes_at(well.replace("http://", "https://")) == ["tls-failed"]


def test_a_server_that_never_answers_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        assert codes_at(url, timeout_s=0.5) == ["no-answer"]


def test_a_connection_that_is_cut_at_once_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        with _background(lambda: _hang_up(listener)):
            assert codes_at(url) == ["connection-lost"]


@pytest.mark.parametrize("code", KINDS)
def test_each_code_has_a_deployment_above(code):
    assert f'"{code}"' in Path(__file__).read_text(encoding="utf-8")


@contextlib.contextmanager
def fronted(server_url, fault):
    """A front's URL; it stands before a server and does what the fault says."""
    with Front(server_url, fault) as front:
        yield front.url


def _answer_of(url, asked):
    place = urlsplit(url)
    with contextlib.closing(http.client.HTTPConnection(place.netloc, timeout=BOUND_S)) as peer:
        headers = {name: it for name, it in asked.headers.items() if name != "host"}
        peer.request(asked.method, place.path, asked.body, headers)
        response = peer.getresponse()
        media_type = {"content-type": response.headers.get("content-type", "text/plain")}
        return Answered(response.status, media_type, [response.read()])


def _allowing(headers):
    def front(asked, forward):
        if asked.method == "OPTIONS":
            return Answered(204, headers, [])
        answered = forward(asked)
        return answered._replace(
            headers={**answered.headers, "access-control-allow-origin": ORIGIN}
        )

    return front


def _guarded(
    *,
    accepts=lambda token: False,
    header="www-authenticate",
    challenge=CHALLENGE,
    serves=(WELL_KNOWN, f"{WELL_KNOWN}/mcp", "/.well-known/oauth-authorization-server"),
    resource="{url}/mcp",
):
    """A front that wants a token, and serves the documents about it at some paths."""

    def front(asked, forward):
        url = f"http://{asked.headers['host']}"
        if asked.path in serves:
            document = {"resource": resource.format(url=url), "authorization_servers": [url]}
            return Answered(200, JSON, [json.dumps(document).encode()])
        if asked.path != "/mcp":
            return Answered(404, {}, [])
        if accepts(asked.headers.get("authorization", "").removeprefix("Bearer ")):
            return forward(asked)
        date = {"date": format_date_time(time.time())}
        return Answered(401, {header: challenge.format(url=url), **date}, [b"who are you"])

    return front


def _token(**claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none'})}.{part(claims)}.x"


def _token_of_now():
    return _token(nbf=time.time() - 1, exp=time.time() + 600)


def _is_in_time(token):
    if not token:
        return False
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims["nbf"] <= time.time() < claims["exp"]


@contextlib.contextmanager
def _background(work):
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _hang_up(listener):
    connection, _ = listener.accept()
    connection.close()


@contextlib.contextmanager
def _encrypted(folder):
    """A port that speaks TLS with a certificate of its own making, for one connection."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def shake_hands(listener):
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            context.wrap_socket(connection, server_side=True).close()

    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        _background(lambda: shake_hands(listener)),
    ):
        yield listener.getsockname()[1]
