"""Read the start of a streamed HTTP answer: JSON, then eight NULs, then the body.

    {"statusCode":200,"headers":{...}} 00 00 00 00 00 00 00 00 body ...

The octets may be cut into chunks anywhere.

Source: AWS Lambda developer guide, "Building a custom runtime", response streaming.
"""

import json
from typing import Final

from firstbyte.emulator.head import Head, MalformedAnswer, parse_head

PRELUDE_TYPE: Final = "application/vnd.awslambda.http-integration-response"
"""A streamed response of any other content type has no prelude."""

MAX_PRELUDE_BYTES: Final = 16 * 1024
"""API Gateway wants the delimiter within the first 16 KB; no figure is published for URLs."""

_DELIMITER: Final = bytes(8)


class PreludeReader:
    """Takes octets until the delimiter is through; then `head` is there."""

    def __init__(self) -> None:
        self.head: Head | None = None
        self._octets = b""

    @property
    def is_empty(self) -> bool:
        """True while no octet has come."""
        return not self._octets

    def feed(self, octets: bytes) -> bytes:
        """Take the next octets and return those that belong to the body.

        Raises:
            MalformedAnswer: this is no prelude, or it is longer than `MAX_PRELUDE_BYTES`.
        """
        if self.head is not None:
            return octets
        self._octets += octets
        # JSON holds no NUL: the first eight are the delimiter, any more belong to the body.
        prelude, delimiter, body = self._octets.partition(_DELIMITER)
        if len(prelude) > MAX_PRELUDE_BYTES:
            raise MalformedAnswer(f"the prelude is longer than {MAX_PRELUDE_BYTES} bytes")
        if not delimiter:
            return b""
        self.head = _parse_prelude(prelude)
        return body


def _parse_prelude(prelude: bytes) -> Head:
    try:
        answer = json.loads(prelude)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswer(f"the prelude is no JSON: {error}") from error
    if not isinstance(answer, dict):
        raise MalformedAnswer("the prelude is no JSON object")
    return parse_head(answer, "application/octet-stream")
