"""Let the process be copied (SnapStart): run hooks before, wait for the copy, run hooks after.

The hooks are those that the authors registered with `snapshot_restore_py`; awslambdaric runs
them. Of ours there is nothing to renew: no socket is open before the first answer, no time is
remembered, and ids and keys take their chance from the system.

Source: AWS Lambda developer guide, "Lambda SnapStart runtime hooks for Python".
"""

import sys

from awslambdaric.bootstrap import on_init_complete
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.handler.log import Log


def wait_for_restore(address: str, log: "Log") -> None:
    """Return in each copy of this process.

    Raises:
        SystemExit: a hook failed before the snapshot (64) or after it (65); it was reported.
    """
    on_init_complete(LambdaRuntimeClient(address), log.open())
    # All copies would draw the same numbers.
    random = sys.modules.get("random")
    if random is not None:
        random.seed()
