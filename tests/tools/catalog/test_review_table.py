"""tools/catalog/review_table.py: a conversation begins with the items it is about."""

import json

import pytest

from firstbyte.tools.catalog import server
from firstbyte.tools.catalog.aws import dynamodb
from tests.tools.catalog.offering import suggest
from tests.tools.fakes import Listener


def review(**arguments):
    return server.find_prompt("review_table").get(arguments, Listener())


def fill(table, count):
    for number in range(count):
        item = {"pk": {"S": "a"}, "sk": {"N": str(number)}, "name": {"S": "ü"}}
        dynamodb().put_item(TableName=table, Item=item)


def test_the_prompt_is_listed_with_its_arguments():
    (listed,) = server.list_prompts()
    assert (listed["name"], listed["title"]) == ("review_table", "Review a table")
    assert [(argument["name"], argument["required"]) for argument in listed["arguments"]] == [
        ("table_name", True),
        ("limit", False),
        ("focus", False),
    ]
    assert all(argument["description"] for argument in listed["arguments"])


def test_the_items_come_first_and_then_what_to_do_with_them(table):
    fill(table, 2)
    found = review(table_name=table)
    shown, asked = found.messages
    assert [shown["role"], asked["role"]] == ["user", "user"]
    resource = shown["content"]["resource"]
    assert (resource["uri"], resource["mimeType"]) == ("dynamodb://orders", "application/json")
    assert json.loads(resource["text"]) == [
        {"pk": "a", "sk": 0, "name": "ü"},
        {"pk": "a", "sk": 1, "name": "ü"},
    ]
    assert asked["content"]["text"].startswith(
        "Above are 2 items of the DynamoDB table 'orders', all it has. "
    )


def test_a_sample_is_called_one_and_a_focus_is_passed_on(table):
    fill(table, 3)
    shown, asked = review(table_name=table, limit="2", focus="gaps").messages
    assert len(json.loads(shown["content"]["resource"]["text"])) == 2
    assert "the first that a scan meets" in asked["content"]["text"]
    assert asked["content"]["text"].endswith("above all for this: gaps")


def test_an_empty_table_and_one_that_is_not_there_are_told(table):
    assert review(table_name=table).problem == (
        "table 'orders' is empty; there is nothing to review"
    )
    assert review(table_name="absent").problem.startswith("there is no table 'absent'")


@pytest.mark.parametrize(
    "arguments", [{}, {"table_name": "t", "limit": "0"}, {"table_name": "t", "limit": "x"}]
)
def test_arguments_are_checked_before_aws_is_asked(arguments):
    assert review(**arguments).is_invalid


def test_a_role_that_may_not_read_is_told(refusing):
    refusing("AccessDeniedException")
    assert review(table_name="orders").problem == (
        "this server's role lacks dynamodb:Scan on table 'orders'"
    )
    assert suggest("prompt", "review_table", "table_name", "").values == ()


def test_tables_are_suggested_by_their_beginning(table):
    assert suggest("prompt", "review_table", "table_name", "ord").values == ("orders",)
    assert suggest("prompt", "review_table", "table_name", "x").values == ()


def test_more_tables_than_can_be_shown_are_told():
    for number in range(102):
        dynamodb().create_table(
            TableName=f"table-{number:03}",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    found = suggest("prompt", "review_table", "table_name", "table-")
    assert (len(found.values), found.has_more) == (100, True)
