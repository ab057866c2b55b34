"""The deployed function: what is started, under which name, within which limits."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

VERSION: Final = "$LATEST"
ACCOUNT_ID: Final = "123456789012"


@dataclass(frozen=True, slots=True)
class Function:
    """One function as its configuration describes it.

    `command` starts the runtime, each of `extensions` is a program started before it.
    """

    command: tuple[str, ...]
    extensions: tuple[str, ...]
    name: str
    handler: str
    region: str
    memory_mb: int
    timeout_s: float

    @property
    def arn(self) -> str:
        """The unqualified name the runtime is told."""
        return f"arn:aws:lambda:{self.region}:{ACCOUNT_ID}:function:{self.name}"

    def variables(
        self, inherited: Mapping[str, str], *, runtime_api: str, log_stream: str
    ) -> dict[str, str]:
        """Add Lambda's reserved environment variables to the `inherited` ones.

        Source: AWS Lambda developer guide, "Defined runtime environment variables".
        """
        variables = dict(inherited)
        # The runtime sets it from each invocation; one from outside would name a foreign trace.
        variables.pop("_X_AMZN_TRACE_ID", None)
        return variables | {
            "AWS_DEFAULT_REGION": self.region,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": VERSION,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "AWS_REGION": self.region,
            "LAMBDA_TASK_ROOT": os.getcwd(),  # noqa: PTH109 - text is wanted, not a Path
            "TZ": ":UTC",
        }
