"""A DynamoDB and an S3 in this process, empty for every test."""

from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from moto import mock_aws

from firstbyte.tools.catalog import server
from firstbyte.tools.catalog.aws import dynamodb, s3
from firstbyte.tools.testing import Client


@pytest.fixture(autouse=True)
def aws(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def client():
    return Client(server)


@pytest.fixture
def table():
    """A table of `pk` (text) and `sk` (number), with an index on `kind`."""
    dynamodb().create_table(
        TableName="orders",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
            {"AttributeName": "kind", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_kind",
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return "orders"


@pytest.fixture
def bucket():
    place = {"LocationConstraint": "eu-central-1"}
    s3().create_bucket(Bucket="papers", CreateBucketConfiguration=place)
    return "papers"


@pytest.fixture
def refusing():
    """Let AWS refuse every call from now on with an error code; the last one counts."""
    codes = []

    def refuse(**_):
        if not codes:
            return None
        error = {"Code": codes[-1], "Message": "words of AWS"}
        return SimpleNamespace(status_code=403), {"Error": error, "ResponseMetadata": {}}

    with ExitStack() as stack:
        for client in (dynamodb(), s3()):
            client.meta.events.register("before-call", refuse)
            stack.callback(client.meta.events.unregister, "before-call", refuse)
        yield codes.append
