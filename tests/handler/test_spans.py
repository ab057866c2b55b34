"""handler/spans.py: a request is a span, in the client's trace and beside the platform's."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from firstbyte.handler.spans import Spans
from tests.handler.fakes import child, mcp_event, messages
from tests.handler.test_request_log import APP, CALL
from tests.waiting import BOUND_S, wait_until

XRAY = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
ROOT, PARENT = 0x5759E988BD862E3FE1BE46A994272793, 0x53995C3F42CD8AD8
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
LINE = {
    "method": "tools/call",
    "tool": "read",
    "outcome": "ok",
    "Errors": 0,
    "Duration": 20.5,
    "RemainingTime": 2000,
    "requestId": "r-1",
    "cold": True,
}


def exported(line, xray=XRAY):
    """The spans that come of one line."""
    exporter = InMemorySpanExporter()
    Spans(exporter).export(line, xray, 1_000_000)
    return exporter.get_finished_spans()


def test_a_request_is_a_span_of_its_time():
    (span,) = exported(LINE)
    assert (span.name, span.kind) == ("tools/call read", SpanKind.SERVER)
    assert (span.start_time, span.end_time) == (999_979_500_000, 1_000_000_000_000)
    assert span.attributes == {
        "mcp.method.name": "tools/call",
        "gen_ai.tool.name": "read",
        "faas.invocation_id": "r-1",
        "faas.coldstart": True,
    }
    assert span.status.status_code is StatusCode.UNSET


def test_its_parent_is_the_clients_span_and_the_platforms_is_linked_to():
    (span,) = exported({**LINE, "traceparent": TRACEPARENT})
    assert span.context.trace_id == span.parent.trace_id == 0x0AF7651916CD43DD8448EB211C80319C
    assert span.parent.span_id == 0xB7AD6B7169203331
    assert [link.context.trace_id for link in span.links] == [ROOT]


def test_where_the_client_names_none_the_platforms_is_the_parent():
    for told in ({}, {"traceparent": "nonsense"}):
        (span,) = exported({**LINE, **told})
        assert (span.parent.trace_id, span.parent.span_id) == (ROOT, PARENT)
        assert not span.links


class Stuck(InMemorySpanExporter):
    """A collector that does not answer until it is told to."""

    def __init__(self):
        super().__init__()
        self.has_begun, self.answers = threading.Event(), threading.Event()

    def export(self, spans):
        self.has_begun.set()
        assert self.answers.wait(BOUND_S)
        return super().export(spans)


def test_no_call_is_held_until_its_time_is_over_and_the_next_not_at_all():
    collector = Stuck()
    spans = Spans(collector)
    spans.export({**LINE, "RemainingTime": 150}, XRAY, 1_000_000)
    assert collector.has_begun.wait(BOUND_S)
    # With as much time as there is, which would be waited for.
    spans.export({**LINE, "tool": "write"}, XRAY, 2_000_000)
    assert collector.get_finished_spans() == ()
    collector.answers.set()
    wait_until(collector.get_finished_spans, "the first span is sent")
    wait_until(lambda: not spans._sending.is_alive(), "nothing is on its way")
    spans.export(LINE, XRAY, 3_000_000)
    names = [span.name for span in collector.get_finished_spans()]
    assert names == ["tools/call read", "tools/call write", "tools/call read"]


def test_what_was_not_sampled_is_not_sent():
    assert exported(LINE, XRAY.replace("Sampled=1", "Sampled=0")) == ()


def test_without_any_trace_it_begins_one():
    (span,) = exported(LINE, "")
    assert span.parent is None


def test_a_failure_is_marked():
    (span,) = exported({**LINE, "Errors": 1, "outcome": "timed out"})
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "timed out")


class Collector(BaseHTTPRequestHandler):
    """Takes what an OTLP exporter sends."""

    def do_POST(self):
        self.server.taken.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def collector():
    """A collector on this machine; `taken` is what it was sent."""
    collector = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    collector.taken = []
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    yield collector
    collector.shutdown()
    collector.server_close()


def spans_of(server, folder, app, collector, *calls):
    """Each request's spans, as the collector has them when the next request is asked for."""
    (folder / "app.py").write_text(app)
    environment = {
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
    }
    sent = []
    with child(server, "app:server", folder=folder, environment=environment):
        server.poll()
        for call in calls:
            server.invoke(mcp_event(*call), Lambda_Runtime_Trace_Id=XRAY)
            server.post()
            server.poll()
            (taken,) = map(ExportTraceServiceRequest.FromString, collector.taken)
            collector.taken.clear()
            scopes = [scope for it in taken.resource_spans for scope in it.scope_spans]
            sent.append({span.name: span for scope in scopes for span in scope.spans})
    return sent


def test_a_span_has_left_before_the_next_request_is_asked_for(server, tmp_path, collector):
    (sent,) = spans_of(server, tmp_path, APP, collector, CALL)
    assert sent["tools/call read"].trace_id.hex() == f"{ROOT:032x}"


TRACED = """
from firstbyte.tools import Server, tool
from opentelemetry import trace

@tool
def read(fail: bool) -> str:
    with trace.get_tracer("app").start_as_current_span("look"):
        return "read"

@tool
async def wait() -> str:
    with trace.get_tracer("app").start_as_current_span("look"):
        return "waited"

server = Server("notes", "1", tools=[read, wait])
"""


def test_what_a_tool_traces_belongs_to_its_request(server, tmp_path, collector):
    meta = {"_meta": {"traceparent": TRACEPARENT}}
    calls = (CALL, ("tools/list", {}), ("tools/call", {"name": "wait", **meta}))
    called, listed, waited = spans_of(server, tmp_path, TRACED, collector, *calls)
    for sent, name, trace in (
        (called, "tools/call read", f"{ROOT:032x}"),
        (waited, "tools/call wait", TRACEPARENT.split("-")[1]),
    ):
        assert {*sent} == {name, "look"}
        assert sent["look"].trace_id.hex() == sent[name].trace_id.hex() == trace
        assert sent["look"].parent_span_id == sent[name].span_id
        assert sent[name].start_time_unix_nano <= sent["look"].start_time_unix_nano
    assert {*listed} == {"tools/list"}


def test_a_server_that_traces_by_itself_keeps_its_own_way(server, tmp_path, collector):
    own = """
from opentelemetry.sdk.trace import TracerProvider
trace.set_tracer_provider(TracerProvider())
"""
    app = TRACED.replace("\n@tool\ndef", own + "\n@tool\ndef")
    (sent,) = spans_of(server, tmp_path, app, collector, CALL)
    assert {*sent} == {"tools/call read"}


def test_a_tool_that_traces_runs_where_nothing_can_be_exported(server, tmp_path):
    (tmp_path / "app.py").write_text(TRACED)
    environment = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SPAN_EVENT_COUNT_LIMIT": "wrong"}
    with child(server, "app:server", folder=tmp_path, environment=environment) as runtime:
        server.invoke(mcp_event(*CALL))
        (answer,) = messages(server.post())
        server.refuse()
        _, _, error = runtime.end()
    assert answer["result"]["content"][0]["text"] == "read"
    assert "a tool cannot be traced" in error
