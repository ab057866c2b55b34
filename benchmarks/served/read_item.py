"""A tool that asks AWS."""

import boto3

from firstbyte.tools import tool

_items = boto3.client("dynamodb")


@tool
def read_item(key: str) -> str:
    """Read the text of an item."""
    item = _items.get_item(TableName="items", Key={"key": {"S": key}})["Item"]
    return item["text"]["S"]
