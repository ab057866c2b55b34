"""benchmarks/dynamodb.py: the local DynamoDB holds the item, and is gone afterwards."""

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from benchmarks.dynamodb import CREDENTIALS, ITEM_TEXT, local_dynamodb
from benchmarks.events import ITEM_KEY


def test_the_item_is_there_while_it_runs():
    def read():
        return client.get_item(TableName="items", Key={"key": {"S": ITEM_KEY}})["Item"]["text"]

    with local_dynamodb() as address:
        client = boto3.client(
            "dynamodb",
            endpoint_url=address,
            region_name=CREDENTIALS["AWS_REGION"],
            aws_access_key_id="a",
            aws_secret_access_key="b",
        )
        assert read() == {"S": ITEM_TEXT}
    with pytest.raises(EndpointConnectionError):
        read()
