"""Read a Lambda Function URL event as an HTTP request.

Source: AWS Lambda developer guide, "Request and response payloads" (payload format 2.0).
"""

from firstbyte.handler.errors import MalformedEvent
from firstbyte.transport.request import STREAM, Door, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NOT_ONE = "not a Function URL event (payload format 2.0)"
_NEEDED = "it needs requestContext.http.method, rawPath and headers, as text"


def is_function_url(event: object) -> bool:
    """Tell a Function URL's event from all others, an HTTP API's in the same format too.

    What stands for no name of the public internet is an emulator's.
    """
    context = event.get("requestContext") if isinstance(event, dict) else None
    if not isinstance(context, dict) or "http" not in context:
        return False
    domain = context.get("domainName") or ""
    return not isinstance(domain, str) or ".lambda-url." in domain or "." not in domain


def parse_event(event: object, door: Door = STREAM) -> Request:
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
        body = read_body(event.get("body"), event.get("isBase64Encoded"))
        principal = _principal(context.get("authorizer"))
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedEvent(f"{_NOT_ONE}: {_NEEDED}") from error
    except ValueError as error:
        raise MalformedEvent(f"{_NOT_ONE}: its body is no Base64 or no text") from error
    for value in (method, path, principal, *headers.values()):
        if not isinstance(value, str):
            raise MalformedEvent(f"{_NOT_ONE}: {_NEEDED}")
    return Request(method, decode_path(path), headers, body, principal, door)


def name_role(arn: str) -> str:
    """Name a signer for good: who assumed a role is the role.

    The name of a role's session, the last part of the ARN, may be another whenever credentials
    are renewed.
    """
    account, assumed, role = arn.partition(":assumed-role/")
    return account + assumed + role.partition("/")[0]


def read_body(body: "str | None", is_base64: object) -> bytes:
    """Turn an event's body into octets.

    Raises:
        ValueError: it is no Base64 though it should be, or no text.
        TypeError, AttributeError: it is no string.
    """
    # A GET has no body key at all, an empty POST has "": both mean zero bytes here.
    if not body:
        return b""
    if is_base64:
        # Imported here, as in framing: a body of JSON comes as it is.
        from binascii import a2b_base64

        return a2b_base64(body, strict_mode=True)
    return body.encode()


def decode_path(path: str) -> str:
    """Replace `%XX` by its octet; octets that are no UTF-8 become lone surrogates."""
    if "%" not in path:
        return path
    # Imported here: 21 files (`python -I -S -X importtime -c "import urllib.parse"`), for paths
    # that no MCP client sends.
    from urllib.parse import unquote

    return unquote(path, errors="surrogateescape")


def _principal(authorizer: "Any") -> str:
    """Name who signed the request, where the door demands it (AWS_IAM); empty elsewhere."""
    iam = authorizer.get("iam") if authorizer else None
    return name_role((iam.get("userArn") if iam else None) or "")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return {list: "array", str: "string", bool: "boolean"}.get(type(value), "number")
