"""Read the events of API Gateway and of load balancers as HTTP requests.

    HTTP API        payload format 2.0 or 1.0, which has a `version`
    REST API        payload format 1.0, without one
    load balancer   requestContext.elb

Headers come as one value or as several (`multiValueHeaders`), in any case. Under AWS's own name
of an HTTP API a path begins with the stage; under a domain of one's own with its mapping, which
is the author's own word for it, and stays.

Sources: API Gateway developer guide, "AWS Lambda proxy integrations for HTTP APIs", "Lambda
proxy integrations in API Gateway"; Elastic Load Balancing, "Lambda functions as targets".
"""

from firstbyte.handler.errors import MalformedEvent
from firstbyte.handler.front_door import decode_path, name_role, parse_event, read_body
from firstbyte.transport.request import Door, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_HTTP_API_MS = 30_000
"""After which an HTTP API answers by itself; nobody can raise it."""

_AWS_NAME = ".execute-api."
"""What is in the domain's name unless it is one's own."""


def parse_http_api(event: "Mapping[str, Any]", door: Door) -> Request:
    """Turn an HTTP API's event of format 2.0 into the request the client sent.

    Raises:
        MalformedEvent: a key we need is absent or misshapen.
    """
    request = parse_event(event, door)
    context = event["requestContext"]
    request.path = _without_stage(request.path, context)
    request.principal = request.principal or _claimant(context, "jwt")
    return request


def parse_proxy(event: "Mapping[str, Any]", door: Door) -> Request:
    """Turn an event of format 1.0, or a load balancer's, into the request the client sent.

    Raises:
        MalformedEvent: a key we need is absent or misshapen, or the body claims to be base64
            and is not.
    """
    try:
        context = event["requestContext"]
        method, path = event["httpMethod"], decode_path(event["path"])
        # Of a REST API the path has no stage, and may begin with the same word.
        if "version" in event:
            path = _without_stage(path, context)
        headers = _headers(event)
        body = read_body(event.get("body"), event.get("isBase64Encoded"))
        arn = (context.get("identity") or {}).get("userArn") or ""
        principal = name_role(arn) if arn else _claimant(context)
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedEvent(
            "not an event of API Gateway or a load balancer: it needs httpMethod, path, "
            "requestContext and headers or multiValueHeaders, as text"
        ) from error
    except ValueError as error:
        raise MalformedEvent("the event's body is no Base64 or no text") from error
    if not isinstance(method, str) or not isinstance(path, str):
        raise MalformedEvent("the event's httpMethod or path is no text")
    return Request(method, path, headers, body, principal, door)


def deadline_of(event: "Mapping[str, Any]") -> int:
    """Say until when an HTTP API waits for the answer, in milliseconds since the epoch.

    0 where the event does not tell when the request came.
    """
    context = event["requestContext"]
    came_ms = context.get("timeEpoch") or context.get("requestTimeEpoch")
    return came_ms + _HTTP_API_MS if type(came_ms) is int else 0


def _without_stage(path: str, context: "Mapping[str, Any]") -> str:
    stage, domain = context.get("stage"), context.get("domainName") or _AWS_NAME
    prefix = f"/{stage}"
    if stage and _AWS_NAME in str(domain) and (path + "/").startswith(prefix + "/"):
        return path.removeprefix(prefix) or "/"
    return path


def _headers(event: "Mapping[str, Any]") -> dict[str, str]:
    """Join what came several times; names become lowercase."""
    several = event.get("multiValueHeaders")
    if not several:
        several = {name: [value] for name, value in (event.get("headers") or {}).items()}
    headers: dict[str, str] = {}
    for name, values in several.items():
        if not isinstance(values, list):
            raise TypeError(name)
        lowered = name.lower()
        before = [headers[lowered]] if lowered in headers else []
        # Cookies are one list of their own (RFC 6265 section 5.4).
        headers[lowered] = ("; " if lowered == "cookie" else ",").join([*before, *values])
    return headers


def _claimant(context: "Mapping[str, Any]", kind: str = "") -> str:
    """Name whom an authorizer has let in: by a token's issuer and subject, or as it says."""
    try:
        authorizer = context.get("authorizer") or {}
        if kind:
            authorizer = authorizer.get(kind) or {}
        claims = authorizer.get("claims") or {}
        named = [claims[name] for name in ("iss", "sub") if claims.get(name)]
        claimant: str = " ".join(named or [authorizer.get("principalId") or ""])
    except (TypeError, AttributeError) as error:
        raise MalformedEvent("what the event's authorizer says cannot be read") from error
    return claimant
