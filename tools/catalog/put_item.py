"""Write one item to a DynamoDB table."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from firstbyte.tools import ToolError, tool
from firstbyte.tools.catalog.attribute_value import read_item, write_item
from firstbyte.tools.catalog.aws import dynamodb, explained

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import PutItemInputTypeDef


@dataclass
class Written:
    """The item is stored. `replaced` is the one it took the place of, if there was one."""

    replaced: dict[str, Any] | None


@tool(title="Put an item", read_only=False, destructive=True, idempotent=True, open_world=False)
def put_item(
    table_name: Annotated[str, "Name or ARN of the table"],
    item: Annotated[
        dict[str, Any],
        'The whole item with its key; a number of more than 15 digits as {"N": "<digits>"}',
        Meta(min_length=1),
    ],
    overwrite: Annotated[bool, "Replace an item that has the same key"] = False,
) -> Written:
    """Store one item in a DynamoDB table, whole; attributes left out are gone afterwards.

    An item of the same key is replaced only with `overwrite`. Numbers of more than 15 digits,
    which a JSON number would cut, binary values and sets are written as in DynamoDB's own JSON:
    {"N": "12345678901234567890"}, {"B": "<base64>"}, {"SS": ["a"]}.
    """
    attributes = write_item(item)
    request: PutItemInputTypeDef = {
        "TableName": table_name,
        "Item": attributes,
        "ReturnValues": "ALL_OLD",
    }
    if not overwrite:
        # Which attributes are the key is not known here, but an item of the same key has them
        # all, and a key is a text, a number or octets. So "none of these exists" holds just
        # when there is no such item, whatever else it contains.
        names = [
            name for name, value in attributes.items() if not value.keys().isdisjoint("SNB")
        ]
        aliases = {f"#{number}": name for number, name in enumerate(names)}
        # An item without any such attribute has no key; DynamoDB says so better than we.
        if aliases:
            request["ExpressionAttributeNames"] = aliases
            request["ConditionExpression"] = " AND ".join(
                f"attribute_not_exists({alias})" for alias in aliases
            )
    with explained("dynamodb:PutItem", f"table {table_name!r}"):
        try:
            answer = dynamodb().put_item(**request)
        except dynamodb().exceptions.ConditionalCheckFailedException as error:
            raise ToolError(
                "an item with this key exists and was left as it is; "
                "to replace it, call again with overwrite"
            ) from error
    return Written(read_item(answer["Attributes"]) if "Attributes" in answer else None)
