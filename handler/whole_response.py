"""Answer in one piece: collect a response, and post it in the form its front door takes.

    HTTP            {"statusCode": 200, "headers": {"a": "1"}, "body": "...", ...}
    several values  the same, with {"a": ["1"]} as multiValueHeaders
    bare            the body alone, to whoever invoked the function; {} if there is none

Sources: AWS Lambda developer guide, "Request and response payloads"; Elastic Load Balancing,
"Lambda functions as targets", multi-value headers.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firstbyte.handler.response_stream import ResponseStream
    from firstbyte.transport.codec import Codec

    Headers = Mapping[str, str]
    Form = Callable[[Codec, int, Headers, bytes], bytes]


class WholeResponse:
    """One response on its way out: nothing leaves before `close`. Satisfies `Sink`."""

    __slots__ = ("_codec", "_form", "_headers", "_pieces", "_status", "_stream")

    def __init__(self, stream: "ResponseStream", codec: "Codec", form: "Form") -> None:
        self._stream = stream
        self._codec = codec
        self._form = form
        self._status = 200
        self._headers: Headers = {}
        self._pieces: list[bytes] = []

    def open(self, status: int, headers: "Headers") -> None:
        """Settle status and headers."""
        self._status, self._headers = status, headers
        # For the log: the post itself has none.
        self._stream.status = status

    def write(self, octets: bytes) -> None:
        """Keep `octets` for the end."""
        self._pieces.append(octets)

    def close(self, octets: bytes = b"") -> None:
        """Post all of it.

        Raises:
            ConnectionLost: the platform is gone; the process cannot go on.
        """
        body = b"".join([*self._pieces, octets])
        payload = self._form(self._codec, self._status, self._headers, body)
        self._stream.post(payload, "application/json")


def http_form(codec: "Codec", status: int, headers: "Headers", body: bytes) -> bytes:
    """Render a response as API Gateway, a Function URL and most load balancers take it."""
    return _render(codec, status, "headers", dict(headers), body)


def several_form(codec: "Codec", status: int, headers: "Headers", body: bytes) -> bytes:
    """Render it as a load balancer does that has multi-value headers turned on."""
    values = {name: [value] for name, value in headers.items()}
    return _render(codec, status, "multiValueHeaders", values, body)


def bare_form(_codec: "Codec", _status: int, _headers: "Headers", body: bytes) -> bytes:
    """Render it without HTTP."""
    return body or b"{}"


def _render(codec: "Codec", status: int, name: str, headers: object, body: bytes) -> bytes:
    # Text: JSON and events are UTF-8, and a REST API decodes Base64 only if told to.
    answer = {"statusCode": status, name: headers, "body": body.decode()}
    return codec.encode(answer | {"isBase64Encoded": False})
