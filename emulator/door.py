"""What each front door of a function makes of a request, and takes for an answer.

Sources: AWS Lambda developer guide, "Invoking Lambda function URLs"; API Gateway developer
guide, "Quotas", "Response streaming"; Elastic Load Balancing, "Lambda functions as targets".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from firstbyte.emulator import answer, event, gateway_event
from firstbyte.emulator.answer import MAX_BALANCED_BYTES
from firstbyte.emulator.body import MAX_REQUEST_BYTES
from firstbyte.emulator.event import STAGE, Arrival, HttpRequest
from firstbyte.emulator.head import Head
from firstbyte.emulator.refusal import TOO_LARGE, Refusal

_API: Final = f"/{STAGE}"


@dataclass(frozen=True, slots=True)
class Door:
    """One front door.

    `build` makes its event. A streamed answer is passed on as it comes if it `streams`, any
    other is read whole by `parse`. `prefix` begins every path; what lies outside is refused
    with `outside`. `timed_out` is told after `wait_s` seconds without an answer, `failed` when
    the function fails or what it answers is none; without a kind it takes the failure's.
    """

    build: Callable[[HttpRequest, Arrival], dict[str, object]]
    parse: Callable[[bytes], tuple[Head, bytes]]
    streams: bool
    failed: Refusal
    too_large: Refusal = TOO_LARGE
    max_request_bytes: int = MAX_REQUEST_BYTES
    prefix: str = ""
    outside: Refusal | None = None
    wait_s: float | None = None
    timed_out: Refusal | None = None

    def has(self, path: str) -> bool:
        """Tell whether `path` lies behind this door."""
        return f"{path}/".startswith(f"{self.prefix}/")


def _url(parse: Callable[[bytes], tuple[Head, bytes]], *, streams: bool) -> Door:
    failed = Refusal(502, "", b'{"Message":"Internal Server Error"}')
    return Door(event.build_url_event, parse, streams, failed)


def _rest(
    parse: Callable[[bytes], tuple[Head, bytes]], *, streams: bool, wait_s: float
) -> Door:
    return Door(
        gateway_event.build_rest_event,
        parse,
        streams,
        _refuse(502, "InternalServerErrorException", "Internal server error"),
        too_large=_refuse(413, "RequestTooLargeException", "Request Too Long"),
        prefix=_API,
        outside=_refuse(403, "ForbiddenException", "Forbidden"),
        wait_s=wait_s,
        timed_out=_refuse(504, "", "Endpoint request timed out"),
    )


def _http_api(
    build: Callable[[HttpRequest, Arrival], dict[str, object]],
    parse: Callable[[bytes], tuple[Head, bytes]],
) -> Door:
    return Door(
        build,
        parse,
        False,
        _refuse(500, "", "Internal Server Error"),
        too_large=_refuse(413, "", "Request Entity Too Large"),
        prefix=_API,
        outside=_refuse(404, "", "Not Found"),
        wait_s=30.0,
        timed_out=_refuse(503, "", "Service Unavailable"),
    )


def _balancer(
    build: Callable[[HttpRequest, Arrival], dict[str, object]],
    parse: Callable[[bytes], tuple[Head, bytes]],
) -> Door:
    return Door(
        build,
        parse,
        False,
        _page(502, "502 Bad Gateway"),
        too_large=_page(413, "413 Request Entity Too Large"),
        max_request_bytes=MAX_BALANCED_BYTES,
    )


def _refuse(status: int, kind: str, message: str) -> Refusal:
    return Refusal(status, kind, f'{{"message":"{message}"}}'.encode())


def _page(status: int, title: str) -> Refusal:
    head = f"<head><title>{title}</title></head>"
    body = f"<body><center><h1>{title}</h1></center></body>"
    return Refusal(status, "", f"<html>{head}{body}</html>".encode(), "text/html")


DEFAULT: Final = "url"
DOORS: Final[Mapping[str, Door]] = {
    DEFAULT: _url(answer.parse_answer, streams=True),
    "url-stream": _url(answer.parse_unread, streams=True),
    "url-buffered": _url(answer.parse_flattened, streams=False),
    "rest": _rest(answer.parse_rest_answer, streams=False, wait_s=29.0),
    "rest-stream": _rest(answer.refuse_whole, streams=True, wait_s=900.0),
    "http": _http_api(event.build_http_api_event, answer.parse_answer),
    "http-1.0": _http_api(gateway_event.build_older_event, answer.parse_older_answer),
    "alb": _balancer(gateway_event.build_balancer_event, answer.parse_balanced_answer),
    "alb-multi": _balancer(gateway_event.build_several_event, answer.parse_several_answer),
}
"""By the names of the command line; the default takes either form, as no Function URL does."""
