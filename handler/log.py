"""Write to the function's log as awslambdaric does, and pay for it only when somebody logs.

Importing awslambdaric's logging costs as much as the rest of a cold start. It is set up once
the `logging` module is there (a tool's module imported it) or something failed.
"""

import sys

from firstbyte.handler.clock import epoch_ms, monotonic_s
from firstbyte.handler.process import flush_log, write_error, write_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.handler.failure import Failure
    from firstbyte.handler.invocation import Invocation
    from firstbyte.handler.response_stream import ResponseStream
    from firstbyte.handler.spans import Spans
    from firstbyte.handler.watch import Watch
    from firstbyte.transport.codec import Codec

_FOR_EVER_S = float("inf")


class Log:
    """The log of this process. Its lines carry the request id, as every Lambda log's do."""

    def __init__(self) -> None:
        self._request_id = ""
        self._tenant_id: str | None = None
        self._sink: object = None
        self._untold: tuple[Invocation, Watch, ResponseStream] | None = None
        self._codec: Codec | None = None
        self._least = ""
        self._exports_spans = False
        self._spans: Spans | None = None

    def tell_requests(self, codec: "Codec", least: str, exports_spans: bool) -> None:
        """Tell of each invocation from now on.

        By a line unless its level is below `least`, or that is empty; as a span if wanted.
        """
        self._codec, self._least, self._exports_spans = codec, least, exports_spans

    def begin(self, invocation: "Invocation", watch: "Watch", stream: "ResponseStream") -> None:
        """Name the invocation that the lines from now on belong to, and who knows of it."""
        self._untold = invocation, watch, stream
        if self._spans is not None:
            self._spans.leave()
        self._request_id = invocation.request_id
        self._tenant_id = invocation.tenant_id or None
        if self._sink is not None:
            self._name_invocation()

    def remaining_s(self) -> float:
        """Tell how long the invocation that was begun may take; for ever if there is none."""
        return _FOR_EVER_S if self._untold is None else self._untold[1].remaining_ms() / 1000

    def count_store_call(self) -> None:
        """Count one call of the store's for the invocation that was begun."""
        if self._untold is not None:
            account = self._untold[1].account
            account["store_calls"] = account.get("store_calls", 0) + 1

    def conclude(self) -> None:
        """Tell of the invocation that was begun, once; that this failed is written instead."""
        # Of two threads that end a process, one finds it.
        untold, self._untold = self._untold, None
        if untold is None or self._codec is None:
            return
        # Imported here: the first answer does not wait for it.
        from firstbyte.handler.request_log import describe_request, is_told

        try:
            now_ms = epoch_ms()
            line = describe_request(*untold, now_ms)
            if self._least and is_told(line, self._least):
                write_line(self._codec.encode(line))
            spans = self._open_spans()
            if spans is not None:
                spans.export(line, untold[0].trace_id, now_ms)
        # What cannot be told is no reason to fail a call that has its answer.
        except Exception as error:  # noqa: BLE001
            write_error(f"firstbyte: a request cannot be told of: {error!r}\n")

    def enter_tool(self) -> None:
        """Set up what the modules that were imported until now need of logging and tracing."""
        self.prepare()
        if not self._exports_spans or "opentelemetry.trace" not in sys.modules:
            return
        if self._untold is None:
            return
        from firstbyte.handler.request_log import describe_calls

        try:
            spans = self._open_spans()
            if spans is not None:
                invocation, watch, stream = self._untold
                began_ms = epoch_ms() - int((monotonic_s() - stream.began_s) * 1000)
                line = describe_calls(watch.account)
                spans.enter(line, invocation.trace_id, began_ms)
        # What cannot be traced is called all the same.
        except Exception as error:  # noqa: BLE001
            write_error(f"firstbyte: a tool cannot be traced: {error!r}\n")

    def _open_spans(self) -> "Spans | None":
        """Return what exports spans, or None where none are wanted or no packages for them."""
        if self._exports_spans and self._spans is None:
            try:
                from firstbyte.handler.spans import Spans
            except ModuleNotFoundError as error:
                self._exports_spans = False
                write_error(f"firstbyte: no spans, {error}; install firstbyte[otel]\n")
                return None
            self._spans = Spans()
        return self._spans

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
