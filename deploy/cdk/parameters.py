"""Turn what is asked for into parameters: those that SAM and Terraform have, too."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

Value = TypeVar("Value", str, int, tuple[str, ...])


def _option(
    description: str,
    default: Value,
    allowed: tuple[Value, ...] = (),
    least: int | None = None,
    most: int | None = None,
) -> Value:
    bounds = {"description": description, "allowed": allowed, "least": least, "most": most}
    option: Value = field(default=default, metadata=bounds)
    return option


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything that may be chosen, with the default of each.

    Raises:
        ValueError: a value is none of those allowed, or two exclude each other.
    """

    image_folder: str = _option(
        "The folder of the server's Dockerfile; the catalog's if .", "."
    )
    authentication: str = _option(
        "AWS_IAM admits callers who sign their requests, NONE the whole internet",
        "AWS_IAM",
        ("AWS_IAM", "NONE"),
    )
    allowed_origins: tuple[str, ...] = _option(
        "Web pages that may call, as origins with commas; none if empty", ()
    )
    keys: str = _option(
        "secret makes FIRSTBYTE_KEYS in Secrets Manager, for sessions and questions",
        "none",
        ("none", "secret"),
    )
    table_name: str = _option("The DynamoDB table to read; none if empty", "")
    table_access: str = _option(
        "Whether put_item may write to the table", "read", ("read", "write")
    )
    bucket_name: str = _option("The S3 bucket to read; none if empty", "")
    policy_arn: str = _option(
        "A managed policy for what tools of your own call; none if empty", ""
    )
    architecture: str = _option("What the image is built for", "arm64", ("arm64", "x86_64"))
    memory_mb: int = _option(
        "Megabytes; the share of a CPU grows with it, to a whole one at 1769",
        512,
        least=128,
        most=10240,
    )
    timeout_s: int = _option(
        "Seconds after which a call is ended with an error; its stream is as long",
        60,
        least=2,
        most=900,
    )
    reserved_concurrency: int = _option(
        "Environments at most, kept for this function alone; -1 for no bound of its own",
        -1,
        least=-1,
    )
    provisioned_concurrency: int = _option(
        "Environments that are kept started, and paid for; none if 0", 0, least=0
    )
    snap_start: str = _option(
        "PublishedVersions starts environments from a snapshot of one",
        "None",
        ("None", "PublishedVersions"),
    )
    rest_api: str = _option(
        "stream puts an API Gateway REST API that streams before the function",
        "none",
        ("none", "stream"),
    )
    log_level: str = _option(
        "The least level of log lines that are kept; above INFO there would be no metrics",
        "INFO",
        ("TRACE", "DEBUG", "INFO"),
    )
    log_retention_days: int = _option(
        "Days after which log lines are deleted", 14, (1, 3, 7, 14, 30, 90, 180, 365)
    )
    alarm_topic_arn: str = _option(
        "The SNS topic that alarms are sent to; nowhere if empty", ""
    )
    probe_schedule: str = _option(
        "When a client's whole tour is tried, such as rate(15 minutes); never if empty", ""
    )

    def __post_init__(self) -> None:
        for each in fields(self):
            value, bounds = getattr(self, each.name), each.metadata
            if bounds["allowed"] and value not in bounds["allowed"]:
                raise ValueError(
                    f"{each.name} is {value!r}, needs to be of {bounds['allowed']}"
                )
            if bounds["least"] is not None and value < bounds["least"]:
                raise ValueError(f"{each.name} is {value}, at least {bounds['least']}")
            if bounds["most"] is not None and value > bounds["most"]:
                raise ValueError(f"{each.name} is {value}, at most {bounds['most']}")
        if self.snap_start != "None" and self.provisioned_concurrency:
            raise ValueError("a version with SnapStart cannot have provisioned concurrency")


def read_parameters(context: Mapping[str, Any]) -> Parameters:
    """Find the parameters in a context of CDK's, whose own names have a colon.

    Text is taken for numbers and for lists with commas where such are wanted, since the command
    line has nothing else.

    Raises:
        ValueError: a name is no parameter's, a number is none, or `Parameters` refuses.
    """
    defaults = {each.name: each.default for each in fields(Parameters)}
    given = {name: value for name, value in context.items() if ":" not in name}
    if unknown := given.keys() - defaults.keys():
        raise ValueError(f"{', '.join(sorted(unknown))}: not of {', '.join(defaults)}")
    return Parameters(**{name: _converted(given[name], defaults[name]) for name in given})


def _converted(value: Any, default: object) -> Any:
    if isinstance(default, int):
        return int(value)
    if isinstance(default, tuple):
        words = value.split(",") if isinstance(value, str) else value
        return tuple(word.strip() for word in words if word.strip())
    return str(value)
