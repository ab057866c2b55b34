"""Count the items of a DynamoDB table, page by page."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from msgspec import Meta

from firstbyte.tools import Context, ToolError, tool
from firstbyte.tools.catalog.attribute_value import read_item, write_item
from firstbyte.tools.catalog.aws import dynamodb, explained

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import ScanInputTypeDef

_MARGIN_MS: Final = 3_000
"""With less time than this no further page is begun: one takes tenths of a second."""


@dataclass
class Count:
    """How many items were counted. While `next_start_key` is given there are more to count."""

    items: int
    pages: int
    next_start_key: dict[str, Any] | None


@tool(title="Count items", read_only=True, idempotent=True, open_world=False)
def count_items(
    table_name: Annotated[str, "Name or ARN of the table"],
    context: Context,
    index_name: Annotated[str | None, "Count the items of this index"] = None,
    page_size: Annotated[
        int | None, "Items per page, to hear of progress more often", Meta(ge=1)
    ] = None,
    start_key: Annotated[
        dict[str, Any] | None, "Continue after a count that ran out of time"
    ] = None,
) -> Count:
    """Count the items of a DynamoDB table exactly by scanning it, reporting each page.

    This reads the whole table and costs accordingly.
    """
    total = None if start_key else _estimate(table_name, index_name)
    request: ScanInputTypeDef = {"TableName": table_name, "Select": "COUNT"}
    if index_name is not None:
        request["IndexName"] = index_name
    if page_size is not None:
        request["Limit"] = page_size
    if start_key is not None:
        request["ExclusiveStartKey"] = write_item(start_key)
    items = pages = 0
    while True:
        with explained("dynamodb:Scan", f"table {table_name!r}"):
            answer = dynamodb().scan(**request)
        pages += 1
        items += answer["Count"]
        # Progress has to grow; an empty page is none.
        if answer["Count"]:
            context.progress(
                items, total if total and items <= total else None, f"page {pages}"
            )
        last_key = answer.get("LastEvaluatedKey")
        if not last_key or context.remaining_ms() < _MARGIN_MS:
            return Count(items, pages, read_item(last_key) if last_key else None)
        request["ExclusiveStartKey"] = last_key


def _estimate(table_name: str, index_name: str | None) -> int | None:
    """Ask for DynamoDB's own count, some hours old; None where this server may not ask."""
    with suppress(ToolError), explained("dynamodb:DescribeTable", f"table {table_name!r}"):
        table = dynamodb().describe_table(TableName=table_name)["Table"]
        if index_name is None:
            return table.get("ItemCount")
        for index in (
            *table.get("GlobalSecondaryIndexes", ()),
            *table.get("LocalSecondaryIndexes", ()),
        ):
            if index.get("IndexName") == index_name:
                count: int | None = index.get("ItemCount")
                return count
    return None
