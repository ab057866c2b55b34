"""Turn an HTTP request into the event a Function URL or an HTTP API makes of it.

Source: AWS Lambda developer guide, "Invoking Lambda function URLs", request payload format 2.0;
API Gateway developer guide, "AWS Lambda proxy integrations for HTTP APIs".
"""

import base64
import time
from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote

from firstbyte.emulator.function import ACCOUNT_ID

URL_ID: Final = "firstbyte"
STAGE: Final = "prod"
"""What an API's URL begins with."""

_TEXT_TYPES: Final = frozenset(
    {"application/javascript", "application/json", "application/xml"}
)
_TEXT_SUFFIXES: Final = ("+json", "+xml")

_HOP_BY_HOP: Final = frozenset({"connection", "expect", "keep-alive", "transfer-encoding"})


class HttpRequest(NamedTuple):
    """One HTTP request as the front received it, body whole.

    `raw_path` and `raw_query` are as sent, percent-encoding and all. `headers` has lowercase
    names and every repetition in order.
    """

    method: str
    raw_path: str
    raw_query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    port: int


class Arrival(NamedTuple):
    """Where and when a request came, `time_ms` since the epoch, and what it is called."""

    region: str
    request_id: str
    trace_id: str
    time_ms: int

    @property
    def time(self) -> str:
        """The time as an access log writes it."""
        return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(self.time_ms // 1000))


def build_url_event(request: HttpRequest, arrival: Arrival) -> dict[str, object]:
    """Write a Function URL's event.

    The account is `anonymous`, as for an URL without authentication. Keys that a request gives
    no reason for (`cookies`, `queryStringParameters`, `body`) are absent.
    """
    headers = join(passed_on(request, arrival))
    event: dict[str, object] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.raw_path,
        "rawQueryString": request.raw_query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": URL_ID,
            "authentication": None,
            "domainName": f"{URL_ID}.lambda-url.{arrival.region}.on.aws",
            "domainPrefix": URL_ID,
            "http": {
                "method": request.method,
                "path": request.raw_path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": arrival.request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": arrival.time,
            "timeEpoch": arrival.time_ms,
        },
        "isBase64Encoded": False,
    }
    if cookie := headers.get("cookie"):
        event["cookies"] = [crumb for part in cookie.split(";") if (crumb := part.strip())]
    if request.raw_query:
        pairs = parse_qsl(request.raw_query, keep_blank_values=True)
        event["queryStringParameters"] = join(pairs)
    if request.body:
        event |= encode_body(request)
    return event


def build_http_api_event(request: HttpRequest, arrival: Arrival) -> dict[str, object]:
    """Write an HTTP API's event of format 2.0, whose only route takes everything."""
    event: dict[str, Any] = build_url_event(request, arrival)
    event["headers"].pop("cookie", None)
    event["requestContext"].pop("authentication")
    event["requestContext"] |= api_context(arrival) | {"routeKey": "ANY /{proxy+}"}
    path = request.raw_path.removeprefix(f"/{STAGE}/")
    return event | {"routeKey": "ANY /{proxy+}", "pathParameters": {"proxy": unquote(path)}}


def api_context(arrival: Arrival) -> dict[str, object]:
    """Say which API it is."""
    return {
        "accountId": ACCOUNT_ID,
        "apiId": URL_ID,
        "domainName": f"{URL_ID}.execute-api.{arrival.region}.amazonaws.com",
        "domainPrefix": URL_ID,
        "stage": STAGE,
    }


def passed_on(request: HttpRequest, arrival: Arrival) -> list[tuple[str, str]]:
    """List the headers that reach the function: the client's, and what fronts add."""
    added = {
        "x-amzn-trace-id": arrival.trace_id,
        "x-forwarded-for": request.source_ip,
        "x-forwarded-port": str(request.port),
        "x-forwarded-proto": "http",
    }
    if request.body:
        added["content-length"] = str(len(request.body))
    own = [
        pair for pair in request.headers if pair[0] not in _HOP_BY_HOP and pair[0] not in added
    ]
    return [*own, *added.items()]


def join(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Make one value of each name's."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        # Cookie crumbs become one header before anything looks at them (RFC 9113 8.2.3).
        separator = "; " if name == "cookie" else ","
        joined[name] = f"{joined[name]}{separator}{value}" if name in joined else value
    return joined


def encode_body(request: HttpRequest) -> dict[str, object]:
    """Write the body as text if its type says that it is one, else in Base64."""
    content_type = join(request.headers).get("content-type", "")
    if not request.body or _is_text(content_type.partition(";")[0].strip().lower()):
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


def _is_text(media_type: str) -> bool:
    return (
        media_type.startswith("text/")
        or media_type in _TEXT_TYPES
        or media_type.endswith(_TEXT_SUFFIXES)
    )
