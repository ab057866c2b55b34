"""Turn an HTTP request into the events of API Gateway in format 1.0, and of load balancers.

Sources: API Gateway developer guide, "Lambda proxy integrations in API Gateway" and "AWS Lambda
proxy integrations for HTTP APIs"; Elastic Load Balancing, "Lambda functions as targets".
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, unquote

from firstbyte.emulator.event import (
    STAGE,
    Arrival,
    HttpRequest,
    api_context,
    encode_body,
    passed_on,
)
from firstbyte.emulator.function import ACCOUNT_ID

_TARGET_GROUP: Final = f"{ACCOUNT_ID}:targetgroup/t/1"


def build_rest_event(request: HttpRequest, arrival: Arrival) -> dict[str, object]:
    """Write a REST API's event; its path is without the stage, its texts are decoded."""
    # Names come as clients write them, which no server tells us: as most do.
    headers = [(name.title(), value) for name, value in passed_on(request, arrival)]
    path = _without_stage(request.raw_path)
    query = parse_qsl(request.raw_query, keep_blank_values=True)
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _gather(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _gather(query) or None,
        "pathParameters": {"proxy": unquote(path).removeprefix("/")},
        "stageVariables": None,
        "requestContext": {
            **api_context(arrival),
            "resourceId": "r1",
            "resourcePath": "/{proxy+}",
            "httpMethod": request.method,
            "extendedRequestId": "x=",
            "requestTime": arrival.time,
            "requestTimeEpoch": arrival.time_ms,
            "path": request.raw_path,
            "protocol": "HTTP/1.1",
            "requestId": arrival.request_id,
            "identity": {
                **dict.fromkeys(_IDENTITY),
                "sourceIp": request.source_ip,
                "userAgent": dict(headers).get("User-Agent"),
            },
        },
        **({"body": None, "isBase64Encoded": False} | _body(request)),
    }


_IDENTITY: Final = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)


def build_older_event(request: HttpRequest, arrival: Arrival) -> dict[str, object]:
    """Write an HTTP API's event of format 1.0, whose path begins with the stage."""
    event = build_rest_event(request, arrival)
    return event | {"version": "1.0", "path": request.raw_path}


def build_balancer_event(request: HttpRequest, arrival: Arrival) -> dict[str, object]:
    """Write a load balancer's event: of what came twice, the last value."""
    headers = {"headers": dict(passed_on(request, arrival))}
    query = dict(_raw_query(request))
    return _balanced(request, arrival) | headers | {"queryStringParameters": query}


def build_several_event(request: HttpRequest, arrival: Arrival) -> dict[str, object]:
    """Write the event of a load balancer that has multi-value headers turned on."""
    headers = {"multiValueHeaders": _gather(passed_on(request, arrival))}
    query = _gather(_raw_query(request))
    return _balanced(request, arrival) | headers | {"multiValueQueryStringParameters": query}


def _balanced(request: HttpRequest, arrival: Arrival) -> dict[str, object]:
    group = f"arn:aws:elasticloadbalancing:{arrival.region}:{_TARGET_GROUP}"
    return {
        "requestContext": {"elb": {"targetGroupArn": group}},
        "httpMethod": request.method,
        "path": request.raw_path,
        **({"body": "", "isBase64Encoded": False} | _body(request)),
    }


def _body(request: HttpRequest) -> dict[str, object]:
    return encode_body(request) if request.body else {}


def _without_stage(path: str) -> str:
    return path.removeprefix(f"/{STAGE}") or "/"


def _raw_query(request: HttpRequest) -> list[tuple[str, str]]:
    """Take the query apart and decode nothing."""
    parts = [part.partition("=") for part in request.raw_query.split("&") if part]
    return [(name, value) for name, _, value in parts]


def _gather(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    several: dict[str, list[str]] = {}
    for name, value in pairs:
        several.setdefault(name, []).append(value)
    return several
