"""Export what the log tells of each request as OpenTelemetry spans.

For those who set OTEL_TRACES_EXPORTER=otlp and installed the extra `otel`; OpenTelemetry's own
variables say where spans go. They are sent once their request has its answer, and before the
environment may be frozen. All this is imported after the first answer, or before a tool runs
whose modules imported OpenTelemetry: its own spans are children of its request's.

The client's span is the parent, by `_meta.traceparent`, and the platform's, by X-Ray's header,
is linked to; where the client names none, the platform's is the parent.

Source: OpenTelemetry semantic conventions for MCP, and for functions as a service.
"""

from collections.abc import Mapping
from contextvars import Token
from threading import Thread
from typing import Any, Final

from opentelemetry.context import Context, attach, detach
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import (
    Link,
    ProxyTracerProvider,
    Span,
    SpanKind,
    Status,
    StatusCode,
    get_current_span,
    get_tracer_provider,
    set_span_in_context,
    set_tracer_provider,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_XRAY_HEADER: Final = "X-Amzn-Trace-Id"
_PATIENCE_S: Final = 2.0
_LEAST_PATIENCE_S: Final = 0.1
"""For a collector, where the call ran out of time."""
_ATTRIBUTES: Final = {
    "method": "mcp.method.name",
    "tool": "gen_ai.tool.name",
    "prompt": "gen_ai.prompt.name",
    "session": "mcp.session.id",
    "protocolVersion": "mcp.protocol.version",
    "code": "rpc.response.status_code",
    "status": "http.response.status_code",
    "errorType": "error.type",
    "requestId": "faas.invocation_id",
    "cold": "faas.coldstart",
}
"""Members of a line, and what the conventions call them."""


class Spans:
    """A span for each request, exported to where OpenTelemetry's variables say unless told."""

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        self._provider = TracerProvider()
        # In one piece for each request: a tool does not wait for the collector.
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("firstbyte")
        self._entered: tuple[Span, Token[Context]] | None = None
        self._sending: Thread | None = None

    def enter(self, line: Mapping[str, Any], xray_header: str, began_ms: int) -> None:
        """Begin the span of a request whose tool runs next, as the parent of what that makes.

        `line` is what is known of the request by now; `began_ms` is epoch time.
        """
        if self._entered is not None:
            return
        # What a server sets up itself stays.
        if isinstance(get_tracer_provider(), ProxyTracerProvider):
            set_tracer_provider(self._provider)
        span = self._begin(line, xray_header, began_ms)
        self._entered = span, attach(set_span_in_context(span))

    def leave(self) -> None:
        """Let no later request's tool make children of this one's; in the tool's thread."""
        if self._entered is not None:
            detach(self._entered[1])
            self._entered = None

    def export(self, line: Mapping[str, Any], xray_header: str, ended_ms: int) -> None:
        """Send the span of a request, and what its tool made; `ended_ms` is epoch time.

        Returns when the collector has them, but before the function's time is over. One that
        does not answer is waited for by the call that found out; what later ones have to send
        goes with the next that finds nothing on its way.
        """
        if self._entered is not None:
            span = self._entered[0]
        else:
            span = self._begin(line, xray_header, ended_ms - line.get("Duration", 0))
        named = (line.get("method", "invocation"), line.get("tool") or line.get("prompt"))
        span.update_name(" ".join(filter(None, named)))
        span.set_attributes(
            {name: line[member] for member, name in _ATTRIBUTES.items() if member in line}
        )
        if line["Errors"]:
            span.set_status(Status(StatusCode.ERROR, line["outcome"]))
        span.end(_ns(ended_ms))
        if self._sending is None or not self._sending.is_alive():
            # Given a timeout, the provider takes as long as it likes all the same.
            self._sending = Thread(target=self._provider.force_flush, daemon=True)
            self._sending.start()
            left_s = line["RemainingTime"] / 1000
            self._sending.join(min(_PATIENCE_S, max(_LEAST_PATIENCE_S, left_s)))

    def _begin(self, line: Mapping[str, Any], xray_header: str, began_ms: float) -> Span:
        client = TraceContextTextMapPropagator().extract(
            {"traceparent": line.get("traceparent") or ""}
        )
        platform = AwsXRayPropagator().extract({_XRAY_HEADER: xray_header})
        has_client = get_current_span(client).get_span_context().is_valid
        linked = get_current_span(platform).get_span_context()
        return self._tracer.start_span(
            line.get("method", "invocation"),
            client if has_client else platform,
            SpanKind.SERVER,
            links=[Link(linked)] if has_client and linked.is_valid else None,
            start_time=_ns(began_ms),
        )


def _ns(ms: float) -> int:
    return int(ms * 1_000_000)
