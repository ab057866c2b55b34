"""Write to the function's log as awslambdaric does, and pay for it only when somebody logs.

Importing awslambdaric's logging costs as much as the rest of a cold start. It is set up once
the `logging` module is there (a tool's module imported it) or something failed.
"""

import sys

from firstbyte.handler.process import flush_log, write_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.handler.failure import Failure
    from firstbyte.handler.invocation import Invocation


class Log:
    """The log of this process. Its lines carry the request id, as every Lambda log's do."""

    def __init__(self) -> None:
        self._request_id = ""
        self._tenant_id: str | None = None
        self._sink: object = None

    def begin(self, invocation: "Invocation") -> None:
        """Name the invocation that the lines from now on belong to."""
        self._request_id = invocation.request_id
        self._tenant_id = invocation.tenant_id or None
        if self._sink is not None:
            self._name_invocation()

    def prepare(self) -> None:
        """Set logging up if `logging` was imported and it was not done yet."""
        if "logging" in sys.modules:
            self.open()

    def report(self, error: BaseException, request_id: str) -> "Failure":
        """Write `error` with its traceback, as awslambdaric does, and return it described."""
        from awslambdaric.bootstrap import log_error

        from firstbyte.handler.failure import describe

        self.open()
        failure = describe(error, request_id)
        try:
            log_error(failure.result, self._sink)
        # A tool that spoiled the log, by closing its output for one, is answered all the same.
        except Exception:  # noqa: BLE001
            write_error(f"[ERROR] {failure.result}\n")
        flush_log()
        return failure

    def open(self) -> object:
        """Set logging up if it was not done yet, and return awslambdaric's sink."""
        if self._sink is not None:
            return self._sink
        from awslambdaric import bootstrap

        sink = bootstrap.create_log_sink()
        # A process's one sink stays open as long as the process: nobody leaves this context.
        sink.__enter__()
        bootstrap._setup_logging(
            bootstrap._AWS_LAMBDA_LOG_FORMAT, bootstrap._AWS_LAMBDA_LOG_LEVEL, sink
        )
        self._sink = sink
        self._name_invocation()
        return sink

    def _name_invocation(self) -> None:
        from awslambdaric import bootstrap

        bootstrap._GLOBAL_AWS_REQUEST_ID = self._request_id
        bootstrap._GLOBAL_TENANT_ID = self._tenant_id
