"""tools/catalog/aws.py: one client per environment, and refusals that say what to do."""

import pytest
from botocore import exceptions

from firstbyte.tools.catalog.aws import dynamodb, explained, s3
from firstbyte.tools.errors import ResourceNotFound, ToolError


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
        (
            refusal(
                "ValidationException", "no index arn:aws:dynamodb:x:1:table/t/index/i here"
            ),
            "AWS refuses dynamodb:Query on table 'orders': no index (an ARN) here",
        ),
        (
            refusal("ValidationException", ""),
            "AWS refuses dynamodb:Query on table 'orders': ValidationException",
        ),
        (
            refusal("InternalServerError", "host 10.0.0.1"),
            "AWS failed to answer dynamodb:Query on table 'orders'; try again",
        ),
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
            exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2),
            "AWS did not answer dynamodb:Query; try again",
        ),
        (
            exceptions.ParamValidationError(report="valid types: <class 'str'>"),
            "AWS allows no such name; check table 'orders' and every other name given",
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


@pytest.mark.parametrize(
    "error",
    [
        refusal("Odd", "arn:aws:iam::1:role/secret"),
        refusal("", ""),
        exceptions.ProfileNotFound(profile="secret"),
        exceptions.CredentialRetrievalError(provider="x", error_msg="/secret"),
        exceptions.DataNotFoundError(data_path="/secret"),
        KeyError("secret"),
    ],
)
def test_what_nobody_outside_can_act_on_is_left_to_the_log(error):
    with (
        pytest.raises(type(error)) as caught,
        explained("dynamodb:Query", "table 'orders'"),
    ):
        raise error
    assert caught.value is error


@pytest.mark.parametrize(
    ("code", "is_missing"),
    [
        ("NoSuchBucket", True),
        ("NoSuchKey", True),
        ("ResourceNotFoundException", True),
        ("AccessDenied", False),
        ("ThrottlingException", False),
    ],
)
def test_what_is_certainly_not_there_is_missing(code, is_missing):
    with pytest.raises(ToolError) as caught, explained("s3:GetObject", "object 'a'"):
        raise refusal(code)
    assert isinstance(caught.value, ResourceNotFound) == is_missing
