"""Export what the log tells of each request as OpenTelemetry spans.

For those who set OTEL_TRACES_EXPORTER=otlp and installed the extra `otel`; OpenTelemetry's own
variables say where spans go. A span is sent once its request has its answer, and before the
environment may be frozen; all this is imported after the first answer.

The client's span is the parent, by `_meta.traceparent`, and the platform's, by X-Ray's header,
is linked to; where the client names none, the platform's is the parent.

Source: OpenTelemetry semantic conventions for MCP, and for functions as a service.
"""

from collections.abc import Mapping
from typing import Any, Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import Link, SpanKind, Status, StatusCode, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_XRAY_HEADER: Final = "X-Amzn-Trace-Id"
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
    """Exports a span for each line, to where OpenTelemetry's variables say unless told."""

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = provider.get_tracer("firstbyte")

    def export(self, line: Mapping[str, Any], xray_header: str, ended_ms: int) -> None:
        """Send the span of one request; `ended_ms` is epoch time."""
        client = TraceContextTextMapPropagator().extract(
            {"traceparent": line.get("traceparent", "")}
        )
        platform = AwsXRayPropagator().extract({_XRAY_HEADER: xray_header})
        has_client = get_current_span(client).get_span_context().is_valid
        linked = get_current_span(platform).get_span_context()
        ended_ns = ended_ms * 1_000_000
        named = (line.get("method", "invocation"), line.get("tool") or line.get("prompt"))
        span = self._tracer.start_span(
            " ".join(filter(None, named)),
            client if has_client else platform,
            SpanKind.SERVER,
            {name: line[member] for member, name in _ATTRIBUTES.items() if member in line},
            [Link(linked)] if has_client and linked.is_valid else None,
            ended_ns - int(line.get("Duration", 0) * 1_000_000),
        )
        if line["Errors"]:
            span.set_status(Status(StatusCode.ERROR, line["outcome"]))
        span.end(ended_ns)
