"""tools/catalog/put_item.py: an item is stored whole, and none is replaced unasked."""

import orjson
import pytest

from firstbyte.tools.catalog import server
from firstbyte.tools.catalog.aws import dynamodb
from tests.tools.fakes import Listener, text_of

ITEM = {"pk": "a", "sk": 1, "note": "first", "exact": {"N": "0.12345678901234567890"}}


def stored(table):
    key = {"pk": {"S": "a"}, "sk": {"N": "1"}}
    return dynamodb().get_item(TableName=table, Key=key).get("Item")


def test_an_item_is_stored_as_it_is(client, table):
    called = client.call("put_item", table_name=table, item={**ITEM, "octets": {"B": "/w=="}})
    assert called.structured == {"replaced": None}
    assert stored(table) == {
        "pk": {"S": "a"},
        "sk": {"N": "1"},
        "note": {"S": "first"},
        "exact": {"N": "0.12345678901234567890"},
        "octets": {"B": b"\xff"},
    }


def test_a_number_that_json_cut_is_not_stored(table):
    item = '{"pk": "a", "sk": 1, "big": 123456789012345678901234567890}'
    arguments = orjson.loads(f'{{"table_name": "orders", "item": {item}}}')
    outcome = server.find_tool("put_item").call(arguments, Listener())
    assert outcome.is_error
    assert text_of(outcome) == (
        "`big`: 1.2345678901234568e+29 is too large to be exact as a JSON number; "
        'write {"N": "<all its digits>"}'
    )
    assert stored(table) is None


@pytest.mark.parametrize("second", [ITEM, {"pk": "a", "sk": 1, "new": 1}, {"pk": "a", "sk": 1}])
def test_an_item_of_the_same_key_is_left_alone(client, table, second):
    client.call("put_item", table_name=table, item=ITEM)
    before = stored(table)
    called = client.call("put_item", table_name=table, item=second)
    assert called.is_error
    assert "call again with overwrite" in called.text
    assert stored(table) == before


def test_an_item_that_shares_only_a_part_of_the_key_is_no_obstacle(client, table):
    client.call("put_item", table_name=table, item=ITEM)
    called = client.call("put_item", table_name=table, item={**ITEM, "sk": 2})
    assert called.structured == {"replaced": None}


def test_overwriting_tells_what_was_replaced(client, table):
    client.call("put_item", table_name=table, item=ITEM)
    new = {"pk": "a", "sk": 1, "new": {"M": {"N": "x"}}}
    called = client.call("put_item", table_name=table, item=new, overwrite=True)
    assert called.structured == {"replaced": ITEM}
    assert stored(table)["new"] == {"M": {"N": {"S": "x"}}}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"table_name": "absent"}, "there is no table 'absent'"),
        ({"item": {}}, "length >= 1 - at `$.item`"),
        ({"item": {"pk": "a"}}, "AWS refuses dynamodb:PutItem on table 'orders'"),
        ({"item": {"list": []}}, "AWS refuses dynamodb:PutItem on table 'orders'"),
        ({"item": {**ITEM, "x": {"N": "many"}}}, '`x`: "N" as the only key'),
    ],
)
def test_what_cannot_be_stored_is_told(client, table, arguments, words):
    called = client.call("put_item", **{"table_name": table, "item": ITEM, **arguments})
    assert called.is_error
    assert words in called.text
