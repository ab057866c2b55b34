"""Turn an HTTP request into the event a Function URL makes of it.

Source: AWS Lambda developer guide, "Invoking Lambda function URLs", request payload format 2.0.
"""

import base64
import time
from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

URL_ID: Final = "firstbyte"

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


def build_event(
    request: HttpRequest, *, region: str, request_id: str, trace_id: str, time_ms: int
) -> dict[str, object]:
    """Write the event: `time_ms` is when the request came, since the epoch.

    The account is `anonymous`, as for an URL without authentication. Keys that a request gives
    no reason for (`cookies`, `queryStringParameters`, `body`) are absent.
    """
    headers = _join(request.headers)
    for name in _HOP_BY_HOP & headers.keys():
        del headers[name]
    headers |= {
        "x-amzn-trace-id": trace_id,
        "x-forwarded-for": request.source_ip,
        "x-forwarded-port": str(request.port),
        "x-forwarded-proto": "http",
    }
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
            "domainName": f"{URL_ID}.lambda-url.{region}.on.aws",
            "domainPrefix": URL_ID,
            "http": {
                "method": request.method,
                "path": request.raw_path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(time_ms // 1000)),
            "timeEpoch": time_ms,
        },
        "isBase64Encoded": False,
    }
    if cookie := headers.get("cookie"):
        event["cookies"] = [crumb for part in cookie.split(";") if (crumb := part.strip())]
    if request.raw_query:
        pairs = parse_qsl(request.raw_query, keep_blank_values=True)
        event["queryStringParameters"] = _join(pairs)
    if request.body:
        headers["content-length"] = str(len(request.body))
        event |= _body(request.body, headers.get("content-type", ""))
    return event


def _join(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        # Cookie crumbs become one header before anything looks at them (RFC 9113 8.2.3).
        separator = "; " if name == "cookie" else ","
        joined[name] = f"{joined[name]}{separator}{value}" if name in joined else value
    return joined


def _body(body: bytes, content_type: str) -> dict[str, object]:
    if _is_text(content_type.partition(";")[0].strip().lower()):
        try:
            return {"body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _is_text(media_type: str) -> bool:
    return (
        media_type.startswith("text/")
        or media_type in _TEXT_TYPES
        or media_type.endswith(_TEXT_SUFFIXES)
    )
