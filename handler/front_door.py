"""Read a Lambda Function URL event as an HTTP request.

Source: AWS Lambda developer guide, "Request and response payloads" (payload format 2.0).
"""

from firstbyte.handler.errors import MalformedEvent
from firstbyte.transport.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NOT_ONE = "not a Function URL event (payload format 2.0)"
_NEEDED = "it needs requestContext.http.method, rawPath and headers, as text"


def parse_event(event: object) -> Request:
    """Turn one decoded event into the request the client sent.

    Cookies reach us outside `headers`; they are joined back into one `cookie` header (RFC 6265
    section 5.4), so nothing downstream knows which front door was used.

    Raises:
        MalformedEvent: a key we need is absent or misshapen, or the body claims to be base64
            and is not.
    """
    if not isinstance(event, dict):
        raise MalformedEvent(f"the event is a JSON {_kind(event)}, not a Function URL event")
    try:
        context = event["requestContext"]
        method = context["http"]["method"]
        path = event["rawPath"]
        headers = {name.lower(): value for name, value in event["headers"].items()}
        if cookies := event.get("cookies"):
            headers["cookie"] = "; ".join(cookies)
        body = _body(event.get("body"), event.get("isBase64Encoded"))
        principal = _principal(context.get("authorizer"))
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedEvent(f"{_NOT_ONE}: {_NEEDED}") from error
    except ValueError as error:
        raise MalformedEvent(f"{_NOT_ONE}: its body is no Base64 or no text") from error
    for value in (method, path, principal, *headers.values()):
        if not isinstance(value, str):
            raise MalformedEvent(f"{_NOT_ONE}: {_NEEDED}")
    return Request(method, _decoded(path), headers, body, principal)


def _principal(authorizer: "Any") -> str:
    """Name who signed the request, where the door demands it (AWS_IAM); empty elsewhere.

    Who assumed a role is the role: the name of a role's session, the last part of the ARN, may
    be another whenever credentials are renewed.
    """
    iam = authorizer.get("iam") if authorizer else None
    arn = (iam.get("userArn") if iam else None) or ""
    account, assumed, role = arn.partition(":assumed-role/")
    return account + assumed + role.partition("/")[0]


def _body(body: "str | None", is_base64: object) -> bytes:
    # A GET has no body key at all, an empty POST has "": both mean zero bytes here.
    if not body:
        return b""
    if is_base64:
        # Imported here, as in framing: a body of JSON comes as it is.
        from binascii import a2b_base64

        return a2b_base64(body, strict_mode=True)
    return body.encode()


def _decoded(path: str) -> str:
    """Replace `%XX` by its octet; octets that are no UTF-8 become lone surrogates."""
    if "%" not in path:
        return path
    # Imported here: 21 files (`python -I -S -X importtime -c "import urllib.parse"`), for paths
    # that no MCP client sends.
    from urllib.parse import unquote

    return unquote(path, errors="surrogateescape")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return {list: "array", str: "string", bool: "boolean"}.get(type(value), "number")
