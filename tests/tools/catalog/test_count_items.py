"""tools/catalog/count_items.py: every item is counted once, every page reported."""

import pytest

from firstbyte.tools.catalog import server
from firstbyte.tools.catalog.aws import dynamodb
from firstbyte.tools.testing import Client


@pytest.fixture
def orders(table):
    for number in range(5):
        item = {"pk": {"S": "a"}, "sk": {"N": str(number)}}
        if number < 2:
            item["kind"] = {"S": "k"}
        dynamodb().put_item(TableName=table, Item=item)
    return table


def test_every_page_is_reported_and_counted(client, orders):
    called = client.call("count_items", table_name=orders, page_size=2)
    assert called.structured == {"items": 5, "pages": 3, "next_start_key": None}
    assert called.progress == [(2, 5, "page 1"), (4, 5, "page 2"), (5, 5, "page 3")]


def test_an_empty_table_has_nothing_to_report(client, table):
    called = client.call("count_items", table_name=table)
    assert called.structured == {"items": 0, "pages": 1, "next_start_key": None}
    assert called.progress == []


def test_an_index_counts_its_own_items(client, orders):
    called = client.call("count_items", table_name=orders, index_name="by_kind")
    assert called.structured["items"] == 2


def test_a_count_that_runs_out_of_time_can_be_continued(client, orders):
    hurried = Client(server, remaining_ms=10)
    first = hurried.call("count_items", table_name=orders, page_size=2)
    assert (first.structured["items"], first.structured["pages"]) == (2, 1)
    rest = client.call(
        "count_items", table_name=orders, start_key=first.structured["next_start_key"]
    )
    assert rest.structured == {"items": 3, "pages": 1, "next_start_key": None}
    assert rest.progress == [(3, None, "page 1")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"table_name": "absent"}, "there is no table 'absent'"),
        ({"page_size": 0}, ">= 1 - at `$.page_size`"),
    ],
)
def test_what_cannot_be_counted_is_told(client, orders, arguments, words):
    called = client.call("count_items", **{"table_name": orders, **arguments})
    assert called.is_error
    assert words in called.text
