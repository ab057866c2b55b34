"""Serve several invocations at a time, each in a process of its own (Managed Instances).

awslambdaric forks the workers and leads their output to where the platform wants it; each of
them runs our loop instead of its own, with what was imported before.

Source: AWS Lambda developer guide, "Lambda Managed Instances", building custom runtimes.
"""

from awslambdaric.lambda_multi_concurrent_utils import MultiConcurrentRunner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def run_workers(
    address: str, count: int, output: str | None, serve: "Callable[[], object]"
) -> None:
    """Let `count` processes `serve`, and return when all of them have ended.

    `output` is the socket that hands out where they write to, if there is one.
    """

    class Workers(MultiConcurrentRunner):  # type: ignore[misc] # awslambdaric is untyped
        @classmethod
        def run_single(cls, *_: object) -> None:
            if output:
                cls._redirect_output(output)
            serve()

    Workers.run_concurrent("", address, False, output, count)
