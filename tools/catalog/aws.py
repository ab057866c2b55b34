"""Reach AWS by one client per service and environment; explain its refusals to a model."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from firstbyte.tools.errors import ResourceNotFound, ToolError

if TYPE_CHECKING:
    from botocore.config import Config
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client

_CONNECT_TIMEOUT_S: Final = 1
_READ_TIMEOUT_S: Final = 5
_ATTEMPTS: Final = 3
"""Three attempts of six seconds and two short pauses: below 20 s, so that a call under
Lambda's usual 30 s still has time to tell that AWS did not answer."""

_SENTENCES: Final = {
    "AccessDenied": (
        "there is no {resource}, or this server may not touch it: its role needs {permission}, "
        "and s3:ListBucket to tell the two apart"
    ),
    "AccessDeniedException": "this server's role lacks {permission} on {resource}",
    "ExpiredToken": "this server's AWS credentials have expired",
    "ExpiredTokenException": "this server's AWS credentials have expired",
    "InternalError": "AWS failed to answer {permission} on {resource}; try again",
    "InternalServerError": "AWS failed to answer {permission} on {resource}; try again",
    "InvalidAccessKeyId": "AWS does not know this server's credentials",
    "InvalidObjectState": "{resource} is archived and has to be restored before it can be read",
    "InvalidRange": "{resource} ends before the range that was asked for; start earlier",
    "InvalidSignatureException": "AWS does not accept this server's credentials",
    "InvalidToken": "AWS does not accept this server's credentials",
    "NoSuchBucket": "the bucket does not exist ({resource}); check its name",
    "NoSuchKey": "there is no {resource}; list the objects to find its key",
    "ResourceNotFoundException": (
        "there is no {resource} in this account and region; check the names of table and index"
    ),
    "ServiceUnavailable": "AWS failed to answer {permission} on {resource}; try again",
    "SignatureDoesNotMatch": "AWS does not accept this server's credentials",
    "UnrecognizedClientException": "AWS does not know this server's credentials",
}
"""What an error code of AWS means to the model, and who can help."""

_MISSING: Final = frozenset(("NoSuchBucket", "NoSuchKey", "ResourceNotFoundException"))
"""Codes that mean for certain that there is no such thing."""

_ABOUT_ARGUMENTS: Final = frozenset(
    ("InvalidArgument", "InvalidBucketName", "KeyTooLongError", "ValidationException")
)
"""Codes whose message says what of the arguments is wrong: a key, a type, a size, a token."""

_ARN: Final = re.compile(r"arn:[^\s\"']+")
"""It names an account and its roles, which a stranger is not to learn."""

_THROTTLED: Final = frozenset(
    (
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    )
)


@cache
def dynamodb() -> "DynamoDBClient":
    """Make the client at its first use; every later call of this environment shares it."""
    # Imported here, in the first call that reaches AWS and not in one that lists the tools:
    # 275 ms by `python -X importtime -c "import boto3"`.
    import boto3

    return boto3.client("dynamodb", region_name=_region(), config=_config())


@cache
def s3() -> "S3Client":
    """Make the client at its first use; every later call of this environment shares it."""
    import boto3

    return boto3.client("s3", region_name=_region(), config=_config())


def _region() -> str | None:
    # Of the two names Lambda sets, and other SDKs take, botocore knows AWS_DEFAULT_REGION only.
    return os.environ.get("AWS_REGION")


def _config() -> "Config":
    from botocore.config import Config

    return Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    )


@contextmanager
def explained(permission: str, resource: str) -> Iterator[None]:
    """Turn what AWS refuses inside the block into a sentence that says what to do.

    `permission` is the IAM action the block needs, such as "dynamodb:Query", on `resource`.
    What no sentence is known for stays as it is: its text may name profiles, paths and roles,
    and belongs in the log.

    Raises:
        ResourceNotFound: there is no `resource`.
        ToolError: AWS refused, or could not be asked, for a reason somebody can act on.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        explain = _explain_refusal if isinstance(error, ClientError) else _explain_failure
        sentence = explain(error, permission, resource)
        if not sentence:
            raise
        if isinstance(error, ClientError) and error.response["Error"]["Code"] in _MISSING:
            raise ResourceNotFound(sentence) from error
        raise ToolError(sentence) from error


def _explain_refusal(error: Any, permission: str, resource: str) -> str:
    """Find the sentence for an answer of AWS, empty if there is none."""
    code: str = error.response["Error"].get("Code", "")
    if code in _THROTTLED:
        return f"AWS throttles {permission} on {resource}; try again later or ask for less"
    if code in _SENTENCES:
        return _SENTENCES[code].format(permission=permission, resource=resource)
    if code in _ABOUT_ARGUMENTS:
        message = _ARN.sub("(an ARN)", error.response["Error"].get("Message", ""))
        return f"AWS refuses {permission} on {resource}: {message or code}"
    return ""


def _explain_failure(error: Any, permission: str, resource: str) -> str:
    """Find the sentence for having got no answer of AWS, empty if there is none."""
    from botocore import exceptions

    match error:
        case exceptions.NoCredentialsError() | exceptions.PartialCredentialsError():
            return (
                "this server has no AWS credentials: on Lambda its role gives them, elsewhere "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE"
            )
        case exceptions.NoRegionError():
            return "this server knows no AWS region: AWS_REGION has to be set"
        case exceptions.ParamValidationError():
            # The arguments have their types, so only names are left to be wrong.
            return f"AWS allows no such name; check {resource} and every other name given"
        case (
            exceptions.HTTPClientError()
            | exceptions.ConnectionError()
            | exceptions.IncompleteReadError()
        ):
            return f"AWS did not answer {permission}; try again"
    return ""
