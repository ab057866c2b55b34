"""Turn what a function says of its HTTP answer into a status line and headers.

    {"statusCode": 201, "headers": {"x-a": "1"}, "cookies": ["a=1; Path=/"]}
    {"statusCode": 201, "multiValueHeaders": {"x-a": ["1", "2"]}}

A streamed answer opens with it (the prelude), a buffered one holds it beside the body.

Source: AWS Lambda developer guide, "Invoking Lambda function URLs", response payload format.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")
"""No control characters (RFC 9110 section 5.5), and nothing that has no UTF-8."""

REMAPPED: Final = frozenset({"connection", "content-length", "date", "www-authenticate"})
"""The front writes these itself, or keeps them for its own use; the function's arrive as
`x-amzn-remapped-<name>`. Seen on the platform for content-length
(cargo-lambda/cargo-lambda#862); www-authenticate is reported of API Gateway
(anthropics/claude-ai-mcp#748), and taken to be so of Function URLs."""


class MalformedAnswer(Exception):
    """The function's answer is none that a Function URL can send."""


class Head(NamedTuple):
    """Status and headers of one HTTP answer, as they go on the wire.

    Names are lowercase; `set-cookie` may occur several times.
    """

    status: int
    headers: tuple[tuple[str, str], ...]


def parse_head(
    answer: Mapping[str, object], default_type: str, remapped: Collection[str] = REMAPPED
) -> Head:
    """Read `statusCode`, headers and `cookies`; `default_type` stands in for no content type.

    Headers whose lowercase names are `remapped` arrive under another.

    Raises:
        MalformedAnswer: a key has another type than the guide gives it, or text in it could
            not be sent as a header.
    """
    status = answer.get("statusCode", 200)
    if type(status) is not int or not 200 <= status <= 599:
        raise MalformedAnswer(f"statusCode is {status!r}, not an integer from 200 to 599")
    given = answer.get("headers")
    if not isinstance(given, Mapping | None):
        raise MalformedAnswer("headers is no object")
    several = answer.get("multiValueHeaders")
    if not isinstance(several, Mapping | None):
        raise MalformedAnswer("multiValueHeaders is no object")
    if not all(isinstance(values, list) for values in (several or {}).values()):
        raise MalformedAnswer("multiValueHeaders has a value that is no array")
    pairs = [(name, value) for name, values in (several or {}).items() for value in values]
    # A name in both counts once, as several.
    named = {name.lower() for name, _ in pairs}
    pairs += [pair for pair in (given or {}).items() if pair[0].lower() not in named]
    headers = [_header(name, value, remapped) for name, value in pairs]
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", default_type))
    cookies = answer.get("cookies")
    if not isinstance(cookies, list | None):
        raise MalformedAnswer("cookies is no array")
    headers += [_header("set-cookie", cookie, remapped) for cookie in cookies or ()]
    return Head(status, tuple(pair for pair in headers if pair[0] != "transfer-encoding"))


def _header(name: str, value: object, remapped: Collection[str]) -> tuple[str, str]:
    if not isinstance(value, str | int | float):
        raise MalformedAnswer(f"header {name!r} has a value that is no text")
    text = str(value).lower() if isinstance(value, bool) else str(value).strip(" \t")
    if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(text):
        raise MalformedAnswer(f"header {name!r} cannot be sent")
    name = name.lower()
    return (f"x-amzn-remapped-{name}" if name in remapped else name), text
