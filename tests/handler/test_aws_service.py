"""handler/aws_service.py: botocore's own signatures, answers read whole, and only from whom."""

import datetime
import ipaddress
import socket
import ssl
import threading

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.aws_service import (
    Caller,
    Connection,
    encode_question,
    find_caller,
    parse_answer,
)

CALLER = Caller("eu-west-1", "AKID", "wJalr/+secret", "")
NOW_S = 1_795_000_000.5
HOST = "secretsmanager.eu-west-1.amazonaws.com"
TARGET = "secretsmanager.GetSecretValue"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: x\r\nContent-Length: 2\r\n\r\n{}"
AWAKE = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)


class SignedAt(SigV4Auth):
    """botocore's signer at a moment of ours; what it adds by itself is the time only."""

    def sign(self, request):
        request.context["timestamp"] = request.headers["x-amz-date"]
        self._modify_request_before_signing(request)
        canonical = self.canonical_request(request)
        self._inject_signature_to_request(
            request, self.signature(self.string_to_sign(request, canonical), request)
        )


def read_question(octets):
    """The request as another implementation has it: h11."""
    import h11

    peer = h11.Connection(h11.SERVER)
    peer.receive_data(octets)
    head = peer.next_event()
    body = b""
    while isinstance(event := peer.next_event(), h11.Data):
        body += bytes(event.data)
    headers = {name.decode(): value.decode() for name, value in head.headers}
    return head.method, head.target, headers, body


@given(key_id=VISIBLE, secret=VISIBLE, token=st.just("") | VISIBLE, body=st.binary())
def test_a_question_is_signed_as_botocore_signs_it(key_id, secret, token, body):
    caller = Caller("eu-west-1", key_id, secret, token)
    octets = encode_question(caller, "secretsmanager", HOST, TARGET, body, NOW_S)
    method, target, headers, sent = read_question(octets)
    assert (method, target, sent) == (b"POST", b"/", body)
    ours = headers.pop("authorization")
    assert int(headers.pop("content-length")) == len(body)
    request = AWSRequest("POST", f"https://{HOST}/", headers=headers, data=body)
    signer = SignedAt(Credentials(key_id, secret, token or None), "secretsmanager", "eu-west-1")
    signer.sign(request)
    assert ours == request.headers["Authorization"]


def test_a_question_says_when_it_is_asked_and_by_whom():
    _, _, headers, _ = read_question(
        encode_question(Caller("r", "k", "s", "t"), "x", HOST, TARGET, b"", NOW_S)
    )
    moment = datetime.datetime.fromtimestamp(int(NOW_S), datetime.UTC)
    assert headers["x-amz-date"] == moment.strftime("%Y%m%dT%H%M%SZ")
    assert headers["x-amz-security-token"] == "t"
    assert headers["x-amz-target"] == TARGET
    assert headers["content-type"] == "application/x-amz-json-1.1"


def test_an_answer_is_read_once_it_is_whole():
    for end in range(len(ANSWER)):
        assert parse_answer(ANSWER[:end]) is None
    assert parse_answer(ANSWER) == (200, b"{}")


@pytest.mark.parametrize(
    "octets",
    [
        ANSWER + b"x",
        ANSWER.replace(b"1.1", b"2.0"),
        ANSWER.replace(b"200", b"2OO"),
        ANSWER.replace(b"200 OK", b"20"),
        ANSWER.replace(b"Content-Length", b"Length"),
        ANSWER.replace(b"Length: 2", b"Length: -2"),
        ANSWER.replace(b"Length: 2", b"Length: 99999999"),
        ANSWER.replace(b"Content-Type: x", b"Content-Length: 3"),
    ],
)
def test_what_is_no_answer_or_not_of_the_length_it_tells_is_refused(octets):
    with pytest.raises(ValueError, match="the answer"):
        parse_answer(octets)


@given(st.binary() | st.binary().map(lambda tail: ANSWER[:-2] + tail))
def test_any_octets_are_an_answer_or_refused_or_too_few(octets):
    try:
        answer = parse_answer(octets)
    except ValueError:
        return
    assert answer is None or octets.endswith(answer[1])


@pytest.mark.parametrize(
    "more",
    [
        {"AWS_REGION": ""},
        {"AWS_REGION": "cn-north-1"},
        {"AWS_REGION": "us-iso-east-1"},
        {"AWS_ACCESS_KEY_ID": ""},
        {"AWS_SECRET_ACCESS_KEY": ""},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000"},
        {"AWS_ENDPOINT_URL_SECRETS_MANAGER": "https://a.example"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"HTTPS_PROXY": "http://a.example"},
        {"https_proxy": "http://a.example"},
    ],
)
def test_where_an_sdk_would_go_elsewhere_nobody_asks_without_it(more):
    assert find_caller(AWAKE) is not None
    assert find_caller(AWAKE | more) is None


def test_a_function_asks_as_its_role():
    caller = find_caller({**AWAKE, "AWS_SESSION_TOKEN": "c"})
    assert (caller.region, caller.key_id, caller.secret, caller.token) == (
        "eu-west-1",
        "a",
        "b",
        "c",
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1's own, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "here")])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def service(certificate):
    """A server that answers each question of one connection by what is put into `answers`."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(30)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    answers, questions = [], []

    def serve():
        try:
            plain, _ = listener.accept()
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.settimeout(30)
                for answer in answers:
                    questions.append(connection.recv(65_536))
                    for piece in answer:
                        connection.sendall(piece)
        except OSError:
            return

    thread = threading.Thread(target=serve)
    trusting = ssl.create_default_context(cafile=str(certificate))

    def open_connection(*given, trusts=True):
        answers.extend(given)
        thread.start()
        port = listener.getsockname()[1]
        extra = {"context": trusting} if trusts else {}
        return Connection(CALLER, "secretsmanager", "127.0.0.1", port, **extra), questions

    yield open_connection
    listener.close()
    if thread.ident:
        thread.join(30)


def test_one_connection_serves_several_questions_however_answers_come(service):
    pieces = [ANSWER[:10], ANSWER[10:50], ANSWER[50:]]
    connection, questions = service([ANSWER], pieces)
    assert connection.ask(TARGET, b"{}", NOW_S) == (200, b"{}")
    assert connection.ask(TARGET, b"[]", NOW_S) == (200, b"{}")
    connection.close()
    assert [read_question(each)[3] for each in questions] == [b"{}", b"[]"]


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ([ANSWER[:-1]], "the answer was cut"),
        ([b"HTTP/1.1 200 OK\r\nx: " + bytes(65_536)] + [bytes(65_536)] * 17, "too long"),
    ],
)
def test_an_answer_that_ends_too_soon_or_never_is_refused(service, pieces, message):
    connection, _ = service(pieces)
    with pytest.raises(ValueError, match=message):
        connection.ask(TARGET, b"{}", NOW_S)
    connection.close()


def test_nobody_is_asked_whom_no_authority_vouches_for(service):
    with pytest.raises(ssl.SSLCertVerificationError):
        service([ANSWER], trusts=False)


def test_nobody_is_asked_where_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        Connection(CALLER, "secretsmanager", "127.0.0.1", port)
