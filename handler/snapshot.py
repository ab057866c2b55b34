"""Let the process be copied (SnapStart): run hooks before, wait for the copy, run hooks after.

The hooks are those that the authors registered with `snapshot_restore_py`; awslambdaric runs
them, in the order of their registration. Ours is the first: all copies would draw the same
numbers. Beside that there is nothing of ours to renew: no socket is open before the first
answer, no time is remembered, and ids and keys take their chance from the system.

Source: AWS Lambda developer guide, "Lambda SnapStart runtime hooks for Python".
"""

import sys

from awslambdaric.bootstrap import on_init_complete
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient
from snapshot_restore_py import register_after_restore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.handler.log import Log


def prepare_restore() -> None:
    """Register what is ours to renew, before any author's module is imported."""
    register_after_restore(_reseed)


def wait_for_restore(address: str, log: "Log") -> None:
    """Return in each copy of this process.

    Raises:
        SystemExit: a hook failed before the snapshot (64) or after it (65); it was reported.
    """
    on_init_complete(LambdaRuntimeClient(address), log.open())


def _reseed() -> None:
    random = sys.modules.get("random")
    if random is not None:
        random.seed()
