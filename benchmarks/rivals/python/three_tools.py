"""What the tools of every Python rival do."""

import time
from functools import cache
from typing import Any, Final

PAUSE_S: Final = 0.002
"""Before each number; so that delays are seen, not queues."""


def add(a: int, b: int) -> int:
    """Add two integers."""
    return a + b


def read_item(key: str) -> str:
    """Read the text of an item."""
    text: str = _items().get_item(TableName="items", Key={"key": {"S": key}})["Item"]["text"][
        "S"
    ]
    return text


def count(n: int) -> str:
    """Count to n."""
    for _ in range(n):
        time.sleep(PAUSE_S)
    return "done"


@cache
def _items() -> Any:
    # As a careful author would: only this tool pays for it.
    import boto3

    return boto3.client("dynamodb")
