"""tools/catalog/aws.py: one client per environment, and refusals that say what to do."""

import pytest
from botocore import exceptions

from firstbyte.tools.catalog.aws import dynamodb, explained, s3
from firstbyte.tools.errors import ToolError


def refusal(code, message="words of AWS"):
    return exceptions.ClientError({"Error": {"Code": code, "Message": message}}, "Query")


def test_a_client_is_made_once():
    assert dynamodb() is dynamodb()
    assert s3() is s3()


def test_a_client_gives_up_before_a_call_has_to_end():
    config = dynamodb().meta.config
    attempts = config.retries["total_max_attempts"]
    assert attempts * (config.connect_timeout + config.read_timeout) < 20


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            refusal("AccessDeniedException", "User: arn:aws:sts::1:secret is not authorized"),
            "this server's role lacks dynamodb:Query on table 'orders'",
        ),
        (
            refusal("AccessDenied"),
            (
                "there is no table 'orders', or this server may not touch it: its role needs "
                "dynamodb:Query, and s3:ListBucket to tell the two apart"
            ),
        ),
        (
            refusal("ResourceNotFoundException"),
            (
                "there is no table 'orders' in this account and region; "
                "check the names of table and index"
            ),
        ),
        (
            refusal("ThrottlingException"),
            "AWS throttles dynamodb:Query on table 'orders'; try again later or ask for less",
        ),
        (refusal("ExpiredToken"), "this server's AWS credentials have expired"),
        (
            refusal("ValidationException", "Query condition missed key schema element: pk"),
            (
                "AWS refuses dynamodb:Query on table 'orders': "
                "Query condition missed key schema element: pk"
            ),
        ),
        (refusal("Odd", ""), "AWS refuses dynamodb:Query on table 'orders': Odd"),
        (
            exceptions.NoCredentialsError(),
            (
                "this server has no AWS credentials: on Lambda its role gives them, elsewhere "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE"
            ),
        ),
        (
            exceptions.NoRegionError(),
            "this server knows no AWS region: AWS_REGION has to be set",
        ),
        (
            exceptions.ReadTimeoutError(endpoint_url="https://x"),
            "AWS did not answer dynamodb:Query; try again",
        ),
        (
            exceptions.EndpointConnectionError(endpoint_url="https://x"),
            "AWS did not answer dynamodb:Query; try again",
        ),
        (
            exceptions.ParamValidationError(report="Invalid\n  type"),
            (
                "dynamodb:Query cannot take these arguments: "
                "Parameter validation failed: Invalid type"
            ),
        ),
        (
            exceptions.DataNotFoundError(data_path="x"),
            "dynamodb:Query failed: Unable to load data for: x",
        ),
    ],
)
def test_a_refusal_becomes_a_sentence(error, sentence):
    with (
        pytest.raises(ToolError) as caught,
        explained("dynamodb:Query", "table 'orders'"),
    ):
        raise error
    assert str(caught.value) == sentence
    assert caught.value.__cause__ is error


def test_what_is_not_of_aws_is_left_alone():
    with pytest.raises(KeyError), explained("dynamodb:Query", "table 'orders'"):
        raise KeyError
