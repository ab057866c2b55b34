"""Read a buffered result of a function as an HTTP answer.

    {"statusCode": 200, "headers": {}, "cookies": [], "body": "", "isBase64Encoded": false}

Any other JSON value is itself the body of a 200.

Source: AWS Lambda developer guide, "Invoking Lambda function URLs", response payload format.
"""

import binascii
import json

from firstbyte.emulator.head import Head, MalformedAnswer, parse_head

_JSON_TYPE = "application/json"


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
