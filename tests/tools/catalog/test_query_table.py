"""tools/catalog/query_table.py: the items of a key, page by page, in the order asked for."""

import pytest

from firstbyte.tools.catalog.aws import dynamodb


@pytest.fixture
def orders(table):
    for number in range(5):
        item = {"pk": {"S": "a"}, "sk": {"N": str(number)}, "kind": {"S": f"k{number % 2}"}}
        dynamodb().put_item(TableName=table, Item=item)
    dynamodb().put_item(
        TableName=table,
        Item={
            "pk": {"S": "rich"},
            "sk": {"N": "12345678901234567890"},
            "octets": {"B": b"\xff"},
            "names": {"SS": ["x"]},
        },
    )
    return table


def numbers(called):
    return [item["sk"] for item in called.structured["items"]]


def test_a_full_key_gets_its_one_item(client, orders):
    called = client.call("query_table", table_name=orders, key={"pk": "a", "sk": 3})
    assert called.structured == {
        "items": [{"pk": "a", "sk": 3, "kind": "k1"}],
        "next_start_key": None,
    }


def test_a_key_nobody_has_gets_nothing(client, orders):
    called = client.call("query_table", table_name=orders, key={"pk": "b"})
    assert called.structured == {"items": [], "next_start_key": None}


def test_numbers_and_octets_survive(client, orders):
    key = {"pk": "rich", "sk": {"N": "12345678901234567890"}}
    called = client.call("query_table", table_name=orders, key=key)
    assert called.structured["items"] == [
        {**key, "octets": {"B": "/w=="}, "names": {"SS": ["x"]}}
    ]


def test_pages_follow_each_other_to_the_end(client, orders):
    pages, start_key = [], None
    while True:
        called = client.call(
            "query_table", table_name=orders, key={"pk": "a"}, limit=2, start_key=start_key
        )
        pages.append(numbers(called))
        start_key = called.structured["next_start_key"]
        if start_key is None:
            break
    assert pages == [[0, 1], [2, 3], [4]]


def test_the_last_come_first_if_asked(client, orders):
    called = client.call("query_table", table_name=orders, key={"pk": "a"}, descending=True)
    assert numbers(called) == [4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"operator": "<", "value": 2}, [0, 1]),
        ({"operator": "<=", "value": 2}, [0, 1, 2]),
        ({"operator": ">", "value": 2}, [3, 4]),
        ({"operator": ">=", "value": 2}, [2, 3, 4]),
        ({"operator": "between", "value": 1, "upper": 3}, [1, 2, 3]),
    ],
)
def test_the_sort_key_can_be_restricted(client, orders, condition, found):
    called = client.call(
        "query_table",
        table_name=orders,
        key={"pk": "a"},
        sort={"attribute": "sk", **condition},
    )
    assert numbers(called) == found


def test_texts_are_found_by_their_beginning(client):
    dynamodb().create_table(
        TableName="words",
        KeySchema=[
            {"AttributeName": "name", "KeyType": "HASH"},
            {"AttributeName": "value", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "name", "AttributeType": "S"},
            {"AttributeName": "value", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for word in ("apple", "apricot", "banana"):
        item = {"name": {"S": "fruit"}, "value": {"S": word}}
        dynamodb().put_item(TableName="words", Item=item)
    called = client.call(
        "query_table",
        table_name="words",
        key={"name": "fruit"},
        sort={"attribute": "value", "operator": "begins_with", "value": "ap"},
    )
    assert [item["value"] for item in called.structured["items"]] == ["apple", "apricot"]


def test_an_index_is_queried_by_its_own_key(client, orders):
    called = client.call(
        "query_table", table_name=orders, key={"kind": "k1"}, index_name="by_kind"
    )
    assert sorted(numbers(called)) == [1, 3]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"table_name": "absent"}, "there is no table 'absent'"),
        ({"key": {}}, "length >= 1 - at `$.key`"),
        ({"key": {"x": 1, "y": 1, "z": 1}}, "length <= 2 - at `$.key`"),
        ({"key": {"other": "a"}}, "missed key schema element: pk"),
        ({"key": {"pk": {"B": "?"}}}, "takes base64"),
        ({"key": {"pk": "a", "sk": 1e22}}, "`sk`: 1e+22 is too large to be exact"),
        # The second look that 5.0 is given for `limit` makes no integer of the key's number.
        (
            {"key": {"pk": "a", "sk": 1e22}, "limit": 5.0},
            "`sk`: 1e+22 is too large to be exact",
        ),
        ({"limit": 0}, ">= 1 - at `$.limit`"),
        ({"sort": {"attribute": "sk", "operator": "between", "value": 1}}, '"upper" belongs'),
        ({"sort": {"attribute": "sk", "operator": "=", "value": 1}}, "at `$.sort.operator`"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(client, orders, arguments, words):
    called = client.call(
        "query_table", **{"table_name": orders, "key": {"pk": "a"}, **arguments}
    )
    assert called.is_error
    assert words in called.text
