"""probe/checks/streams.py: a stream's rhythm, as far as arrivals tell it."""

import pytest

from firstbyte.probe.plan import Call
from tests.probe.fakes import asked_of, codes_of, finding_of, stream
from tests.probe.functions import tiny

NAMED = (Call("status", {}),)


def streaming(*times, head_s=0.01, **headers):
    """A server whose calls give their messages at these times, the last with the result."""

    def change(request, count):
        if request.step != "call":
            return None
        reports = [(at_s, tiny.progress(it, 9)) for it, at_s in enumerate(times[:-1], 1)]
        answer = (times[-1], tiny.answer(asked_of(request)))
        return stream(*reports, answer, head_s=head_s, **headers)

    return change


@pytest.mark.parametrize(
    ("times", "head_s", "codes"),
    [
        pytest.param((0.3, 0.6, 0.9), 0.3, [], id="one by one"),
        pytest.param((1.0, 1.0, 1.0), 0.01, ["events-held-back"], id="late, head early"),
        pytest.param((1.0, 1.01, 1.02), 0.01, ["events-held-back"], id="late, nearly together"),
        pytest.param((1.0, 1.0, 1.0), 1.0, ["streaming-off"], id="late, head too"),
        pytest.param((0.4, 0.4, 0.4), 0.4, [], id="together but soon"),
        pytest.param((0.4, 0.4, 0.4), 0.01, [], id="together after a short silence"),
        pytest.param((1.0, 1.0), 1.0, [], id="one report says nothing about a rhythm"),
        pytest.param((1.0, 1.0, 3.0), 0.01, [], id="the result comes later"),
        pytest.param((9.0, 9.1, 9.3), 9.0, ["streaming-off"], id="a long silence, a slow line"),
        pytest.param((1.0,), 1.0, [], id="no report"),
        pytest.param((0.6, 0.6, 0.6), 0.6, ["streaming-off"], id="just beyond a silence"),
        pytest.param((0.6, 0.6, 0.6), 0.05, ["events-held-back"], id="a short silence, held"),
        pytest.param((1.0, 1.05, 1.2), 0.01, [], id="not quite together"),
        pytest.param((1.0, 1.0, 1.0), 0.8, [], id="a head that came before them"),
    ],
)
def test_the_rhythm_tells(times, head_s, codes):
    assert codes_of(streaming(*times, head_s=head_s), calls=NAMED) == codes


def test_a_stream_whose_length_was_known_was_not_streamed():
    finding = finding_of(streaming(0.1, 0.1, content_length="99"), calls=NAMED)
    assert (finding.code, finding.severity) == ("streaming-off", "error")


@pytest.mark.parametrize(("head_s", "severity"), [(0.4, "warning"), (0.6, "error")])
def test_a_known_length_hurts_where_it_was_waited_for(head_s, severity):
    finding = finding_of(streaming(0.7, 0.7, head_s=head_s, content_length="99"))
    assert (finding.code, finding.severity) == ("streaming-off", severity)


def test_without_a_named_tool_a_rhythm_is_only_a_hint():
    assert finding_of(streaming(1.0, 1.0, 1.0)).severity == "warning"
    assert finding_of(streaming(1.0, 1.0, 1.0), calls=NAMED).severity == "error"
