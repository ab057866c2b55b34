"""Read the items of a DynamoDB table that share a key."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta

from firstbyte.tools import ToolError, tool
from firstbyte.tools.catalog.attribute_value import read_item, write_item, write_value
from firstbyte.tools.catalog.aws import dynamodb, explained

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import QueryInputTypeDef


@dataclass
class SortCondition:
    """What the sort key must fulfil; `upper` belongs to "between", both bounds included."""

    attribute: str
    operator: Literal["<", "<=", ">", ">=", "begins_with", "between"]
    value: Any
    upper: Any = None


@dataclass
class Page:
    """Items in the order of the sort key. Pass `next_start_key` as `start_key` for more."""

    items: list[dict[str, Any]]
    next_start_key: dict[str, Any] | None


@tool(title="Query a table", read_only=True, idempotent=True, open_world=False)
def query_table(
    table_name: Annotated[str, "Name or ARN of the table"],
    key: Annotated[
        dict[str, Any],
        "Partition key as {attribute: value}; add the sort key to get that one item; "
        'a number of more than 15 digits as {"N": "<digits>"}',
        Meta(min_length=1, max_length=2),
    ],
    sort: Annotated[SortCondition | None, "Restricts the sort key instead"] = None,
    index_name: Annotated[str | None, "Query this index with its own key"] = None,
    limit: Annotated[int, "Most items to return", Meta(ge=1, le=1000)] = 25,
    descending: Annotated[bool, "Last items first"] = False,
    start_key: Annotated[dict[str, Any] | None, "`next_start_key` of the page before"] = None,
) -> Page:
    """Read the items of a DynamoDB table that have a key, one page at a time.

    Numbers that JSON would cut, binary values and sets are tagged as in DynamoDB's own JSON, in
    keys and in items: {"N": "12345678901234567890"}, {"B": "<base64>"}, {"SS": ["a"]}. In a
    key, tag every number of more than 15 digits.
    """
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    conditions = [
        f"{_alias(names, attribute)} = {_hold(values, value, attribute)}"
        for attribute, value in key.items()
    ]
    if sort is not None:
        conditions.append(_compare(sort, names, values))
    request: QueryInputTypeDef = {
        "TableName": table_name,
        "KeyConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "Limit": limit,
        "ScanIndexForward": not descending,
    }
    if index_name is not None:
        request["IndexName"] = index_name
    if start_key is not None:
        request["ExclusiveStartKey"] = write_item(start_key)
    with explained("dynamodb:Query", f"table {table_name!r}"):
        answer = dynamodb().query(**request)
    last_key = answer.get("LastEvaluatedKey")
    return Page(
        [read_item(item) for item in answer["Items"]],
        read_item(last_key) if last_key else None,
    )


def _compare(sort: SortCondition, names: dict[str, str], values: dict[str, Any]) -> str:
    if (sort.operator == "between") == (sort.upper is None):
        raise ToolError('"upper" belongs to the operator "between" and to no other')
    alias = _alias(names, sort.attribute)
    value = _hold(values, sort.value, sort.attribute)
    if sort.operator == "between":
        return f"{alias} BETWEEN {value} AND {_hold(values, sort.upper, sort.attribute)}"
    if sort.operator == "begins_with":
        return f"begins_with({alias}, {value})"
    return f"{alias} {sort.operator} {value}"


def _alias(names: dict[str, str], attribute: str) -> str:
    """Name an attribute by a placeholder, since any name may be a reserved word."""
    alias = f"#{len(names)}"
    names[alias] = attribute
    return alias


def _hold(values: dict[str, Any], value: Any, attribute: str) -> str:
    placeholder = f":{len(values)}"
    values[placeholder] = write_value(value, attribute)
    return placeholder
