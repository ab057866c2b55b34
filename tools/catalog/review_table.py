"""Begin a conversation about the items of a DynamoDB table."""

import json
from itertools import islice
from typing import Annotated, Final
from urllib.parse import quote

from msgspec import Meta

from firstbyte.tools import EmbeddedResource, Message, ToolError, complete, prompt
from firstbyte.tools.catalog.attribute_value import read_item
from firstbyte.tools.catalog.aws import dynamodb, explained

_MAX_NAMES: Final = 101
"""One more than a client gets to see, which tells it that there are more."""


@prompt(title="Review a table")
def review_table(
    table_name: Annotated[str, "Name or ARN of the table"],
    limit: Annotated[int, "Most items to look at", Meta(ge=1, le=100)] = 25,
    focus: Annotated[str, "What to look for above all"] = "",
) -> list[str | Message]:
    """Review items of a DynamoDB table: their shape, and what is missing or odd."""
    with explained("dynamodb:Scan", f"table {table_name!r}"):
        answer = dynamodb().scan(TableName=table_name, Limit=limit)
    items = [read_item(item) for item in answer["Items"]]
    if not items:
        raise ToolError(f"table {table_name!r} is empty; there is nothing to review")
    extent = "the first that a scan meets" if "LastEvaluatedKey" in answer else "all it has"
    text = json.dumps(items, ensure_ascii=False, indent=1)
    uri = f"dynamodb://{quote(table_name, safe='')}"
    return [
        Message("user", EmbeddedResource(uri, "application/json", text=text)),
        f"Above are {len(items)} items of the DynamoDB table {table_name!r}, {extent}. "
        "Describe their shape: attributes, types, what looks like the key. "
        "Then say what is missing, odd or inconsistent, item by item, and what should be done. "
        "Do not guess about items that are not shown."
        + (f" Look above all for this: {focus}" if focus else ""),
    ]


@complete(prompt="review_table", argument="table_name")
def suggest_tables(value: str) -> list[str]:
    """Name the tables; nobody's where the role lacks dynamodb:ListTables."""
    with explained("dynamodb:ListTables", "the tables of this account and region"):
        pages = dynamodb().get_paginator("list_tables").paginate()
        names = (name for page in pages for name in page["TableNames"])
        return list(islice((name for name in names if name.startswith(value)), _MAX_NAMES))
