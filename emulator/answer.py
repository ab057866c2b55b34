"""Read a buffered result of a function as an HTTP answer.

    {"statusCode": 200, "headers": {}, "cookies": [], "body": "", "isBase64Encoded": false}

Of a Function URL, and of an HTTP API in format 2.0, any other JSON value is itself the body of
a 200; all others take nothing else.

Sources: AWS Lambda developer guide, "Invoking Lambda function URLs", response payload format;
API Gateway developer guide, "Output format of a Lambda function for proxy integration"; Elastic
Load Balancing, "Lambda functions as targets", responding to the load balancer.
"""

import binascii
import json
from typing import Final, NoReturn

from firstbyte.emulator.head import Head, MalformedAnswer, parse_head

MAX_BALANCED_BYTES: Final = 1_000_000
"""What a load balancer takes, and what it passes on: "1 MB" both ways."""

_JSON_TYPE: Final = "application/json"
_OCTETS: Final = "application/octet-stream"


def parse_answer(result: bytes) -> tuple[Head, bytes]:
    """Turn the octets of the runtime's response into head and body.

    Raises:
        MalformedAnswer: the octets are no JSON, or an object with a `statusCode` does not keep
            to the format.
    """
    try:
        answer = json.loads(result)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswer(f"the result is no JSON: {error}") from error
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return parse_head({}, _JSON_TYPE), result
    return parse_head(answer, _JSON_TYPE), _body(answer)


def parse_unread(result: bytes) -> tuple[Head, bytes]:
    """Pass a result on as it is, as a Function URL does that expected a stream."""
    return parse_head({}, _JSON_TYPE), result


def parse_flattened(result: bytes) -> tuple[Head, bytes]:
    """Read what reaches a Function URL in one piece; of a stream, that is prelude and all.

    Raises:
        MalformedAnswer: as `parse_answer`.
    """
    if bytes(8) in result:
        return parse_head({}, _OCTETS), result
    return parse_answer(result)


def refuse_whole(result: bytes) -> NoReturn:
    """Refuse any result, as a REST API does that expected a stream.

    Raises:
        MalformedAnswer: always.
    """
    raise MalformedAnswer(f"{len(result)} bytes in one piece, where a stream is expected")


def parse_rest_answer(result: bytes) -> tuple[Head, bytes]:
    """Read a REST API's answer; without `binaryMediaTypes` its body is text, Base64 or not.

    Raises:
        MalformedAnswer: it is no object with a `statusCode`, or does not keep to the format.
    """
    answer = _strict(result)
    return parse_head(answer, _JSON_TYPE), _body(answer | {"isBase64Encoded": False})


def parse_older_answer(result: bytes) -> tuple[Head, bytes]:
    """Read the answer of an HTTP API in format 1.0.

    Raises:
        MalformedAnswer: as `parse_rest_answer`.
    """
    answer = _strict(result)
    return parse_head(answer, _JSON_TYPE), _body(answer)


def parse_balanced_answer(result: bytes) -> tuple[Head, bytes]:
    """Read a load balancer's answer: it looks at `headers` alone.

    Raises:
        MalformedAnswer: as `parse_rest_answer`, or it is too large.
    """
    return _balanced(result, "multiValueHeaders")


def parse_several_answer(result: bytes) -> tuple[Head, bytes]:
    """Read it with multi-value headers turned on: it looks at `multiValueHeaders` alone.

    Raises:
        MalformedAnswer: as `parse_balanced_answer`.
    """
    return _balanced(result, "headers")


def _balanced(result: bytes, ignored: str) -> tuple[Head, bytes]:
    if len(result) > MAX_BALANCED_BYTES:
        raise MalformedAnswer(f"{len(result)} bytes, at most {MAX_BALANCED_BYTES} pass")
    answer = _strict(result)
    heard = {name: value for name, value in answer.items() if name not in (ignored, "cookies")}
    return parse_head(heard, _OCTETS, remapped=()), _body(answer)


def _strict(result: bytes) -> dict[str, object]:
    try:
        answer = json.loads(result)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswer(f"the result is no JSON: {error}") from error
    if not isinstance(answer, dict) or "statusCode" not in answer:
        raise MalformedAnswer("the result is no object with a statusCode")
    return answer


def _body(answer: dict[str, object]) -> bytes:
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedAnswer("body is no string")
    try:
        if answer.get("isBase64Encoded"):
            return binascii.a2b_base64(body, strict_mode=True)
        return body.encode()
    except ValueError as error:
        raise MalformedAnswer(f"body cannot be sent: {error}") from error
