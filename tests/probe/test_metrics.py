"""probe/metrics.py: a log line that CloudWatch reads as metrics."""

import json

import pytest

from firstbyte.probe.metrics import make_metrics
from firstbyte.probe.plan import Plan
from firstbyte.probe.report import probe
from tests.embedded import check
from tests.probe.fakes import URL, Fake, Reply, asked_of, plain, stream
from tests.probe.functions import tiny


def metrics_of(change=lambda request, count: None):
    return make_metrics(probe(Plan(URL), Fake(change)), 1_790_000_000_000)


@pytest.mark.parametrize("status", [200, 429])
def test_every_metric_and_dimension_that_is_named_is_there(status):
    line = metrics_of(lambda request, count: plain(429) if status == 429 else None)
    check(line)


def test_a_healthy_server_is_1_and_another_0():
    assert metrics_of()["ProbeHealthy"] == 1
    sick = metrics_of(lambda request, count: plain(429))
    assert (sick["ProbeHealthy"], sick["ProbeErrors"], sick["Codes"]) == (0, 1, ["throttled"])


def test_what_was_not_measured_is_no_metric():
    line = metrics_of(lambda request, count: Reply(0))
    assert "ProbeFirstAnswer" not in json.dumps(line)
    assert metrics_of()["ProbeFirstAnswer"] == 20.0
    assert "ProbeFirstEvent" not in metrics_of()


def test_the_first_event_of_a_stream_is_a_metric():
    def streamed(request, count):
        if request.step != "call":
            return None
        return stream((0.3, tiny.progress(1, 2)), (0.9, tiny.answer(asked_of(request))))

    assert metrics_of(streamed)["ProbeFirstEvent"] == 300.0
