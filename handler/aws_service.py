"""Ask one of AWS's JSON services over a connection of its own: signed, without an SDK.

    POST / HTTP/1.1 CRLF headers, authorization: AWS4-HMAC-SHA256 ... CRLF CRLF {...}
    HTTP/1.1 200 OK CRLF content-length: ... CRLF CRLF {...}

For what a first answer may have to wait for: imports, certificates and two questions take 51 ms
where boto3 takes 390, each in a new process against a server on loopback. It knows one kind of
credentials and no second attempt; whatever does not go well is boto3's to do.

Sources: AWS General Reference, "Signature Version 4 signing process"; RFC 9112.
"""

from _hashlib import hmac_digest, openssl_sha256
from time import gmtime, strftime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from ssl import SSLContext, SSLSocket

CONNECT_TIMEOUT_S = 1.0
READ_TIMEOUT_S = 3.0
_MAX_ANSWER_BYTES = 1_048_576
_SCHEME = "AWS4-HMAC-SHA256"
_CONTENT_TYPE = "application/x-amz-json-1.1"
_ELSEWHERE = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "HTTPS_PROXY",
    "https_proxy",
)
"""Settings that lead to another place than a service's plain name."""
_OTHER_DOMAINS = ("cn-", "eu-isoe-", "eusc-", "us-iso")
"""Regions that are not under amazonaws.com."""


class Caller:
    """Who asks, and in which region; what signatures are made with."""

    __slots__ = ("key_id", "region", "secret", "token")

    def __init__(self, region: str, key_id: str, secret: str, token: str) -> None:
        self.region = region
        self.key_id = key_id
        self.secret = secret
        self.token = token


def find_caller(environment: "Mapping[str, str]") -> Caller | None:
    """Find out who asks; None where only an SDK knows, or knows where to go."""
    region = environment.get("AWS_REGION", "")
    key_id = environment.get("AWS_ACCESS_KEY_ID", "")
    secret = environment.get("AWS_SECRET_ACCESS_KEY", "")
    if not (region and key_id and secret) or region.startswith(_OTHER_DOMAINS):
        return None
    if any(environment.get(name) for name in _ELSEWHERE):
        return None
    return Caller(region, key_id, secret, environment.get("AWS_SESSION_TOKEN", ""))


def encode_question(
    caller: Caller, service: str, host: str, target: str, body: bytes, now_s: float
) -> bytes:
    """Write a signed request; `target` is the operation, such as "x.GetSecretValue"."""
    moment = strftime("%Y%m%dT%H%M%SZ", gmtime(now_s))
    headers = {
        "content-type": _CONTENT_TYPE,
        "host": host,
        "x-amz-date": moment,
        "x-amz-security-token": caller.token,
        "x-amz-target": target,
    }
    if not caller.token:
        del headers["x-amz-security-token"]
    listed = ";".join(headers)
    canonical = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"POST\n/\n\n{canonical}\n{listed}\n{openssl_sha256(body).hexdigest()}"
    scope = f"{moment[:8]}/{caller.region}/{service}/aws4_request"
    digest = openssl_sha256(request.encode()).hexdigest()
    key = b"AWS4" + caller.secret.encode()
    for part in (*scope.split("/"), f"{_SCHEME}\n{moment}\n{scope}\n{digest}"):
        key = hmac_digest(key, part.encode(), "sha256")
    credential = f"Credential={caller.key_id}/{scope}"
    authorization = f"{_SCHEME} {credential}, SignedHeaders={listed}, Signature={key.hex()}"
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    lines += [f"content-length: {len(body)}\r\n", f"authorization: {authorization}\r\n"]
    return f"POST / HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + body


def parse_answer(octets: bytes) -> tuple[int, bytes] | None:
    """Read status and body of a whole answer; None while some of it is not there.

    Raises:
        ValueError: it is no answer, or one whose length is not told.
    """
    head, separator, body = octets.partition(b"\r\n\r\n")
    if not separator:
        return None
    first, *lines = head.split(b"\r\n")
    version, _, rest = first.partition(b" ")
    status = rest[:3]
    if version != b"HTTP/1.1" or not (len(status) == 3 and status.isdigit()):
        raise ValueError("the answer does not begin as one of HTTP/1.1")
    named = [line.partition(b":") for line in lines]
    lengths = [value.strip() for name, _, value in named if name.lower() == b"content-length"]
    if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > len("1048576"):
        raise ValueError("the answer does not tell its length")
    length = int(lengths[0])
    if len(body) > length:
        raise ValueError("the answer is longer than it says")
    return (int(status), body) if len(body) == length else None


class Connection:
    """A connection to one service, for several questions one after the other.

    `port` and `context`, which says whom to trust, are another's only in tests.
    """

    __slots__ = ("_caller", "_host", "_service", "_socket")

    def __init__(
        self,
        caller: Caller,
        service: str,
        host: str,
        port: int = 443,
        context: "SSLContext | None" = None,
    ) -> None:
        """Connect.

        Raises:
            OSError: nobody answers, or somebody who cannot show to be that host.
        """
        # Imported here: only a server that is asked for a key gets this far.
        from socket import IPPROTO_TCP, TCP_NODELAY, create_connection
        from ssl import create_default_context

        self._caller = caller
        self._service = service
        self._host = host
        context = context or create_default_context()
        plain = create_connection((host, port), CONNECT_TIMEOUT_S)
        plain.settimeout(READ_TIMEOUT_S)
        # A question must not wait for the acknowledgement of the handshake's end.
        plain.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        try:
            self._socket: SSLSocket = context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def ask(self, target: str, body: bytes, now_s: float) -> tuple[int, bytes]:
        """Return status and body of the answer.

        Raises:
            OSError: the connection broke, or took too long.
            ValueError: what came is no answer.
        """
        question = encode_question(self._caller, self._service, self._host, target, body, now_s)
        self._socket.sendall(question)
        octets = b""
        while len(octets) <= _MAX_ANSWER_BYTES:
            more = self._socket.recv(65_536)
            octets += more
            answer = parse_answer(octets)
            if answer:
                return answer
            if not more:
                raise ValueError("the answer was cut")
        raise ValueError("the answer is too long")

    def close(self) -> None:
        """Close it."""
        self._socket.close()
