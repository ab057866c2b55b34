"""probe/summary.py: the figures of a server are those of its answers."""

from firstbyte.probe.summary import summarize
from tests.probe.fakes import Reply, asked_of, message, plain, stream, tour_of
from tests.probe.functions import tiny


def test_a_server_of_both_eras_is_summed_up():
    summary = summarize(tour_of())
    assert (summary.name, summary.version) == ("tiny", "1.0.0")
    assert summary.revisions == ("2026-07-28", "2025-11-25")
    assert summary.counts == {"tools": 3, "prompts": 0, "resources": 0}
    assert (summary.first_answer_s, summary.first_event_s) == (0.02, 0.0)


def test_the_slowest_of_all_openings_is_told_beside_the_first():
    def slower(request, count):
        if request.step != "open again":
            return None
        return message(tiny.answer(asked_of(request)))._replace(ended_s=3.0)

    summary = summarize(tour_of(slower))
    assert (summary.first_answer_s, summary.slowest_answer_s) == (0.02, 3.0)


def test_the_first_event_of_all_calls_is_told():
    def streamed(request, count):
        if request.step != "call":
            return None
        return stream((0.3, tiny.progress(1, 2)), (0.9, tiny.answer(asked_of(request))))

    assert summarize(tour_of(streamed)).first_event_s == 0.3


def test_a_server_that_was_not_reached_has_no_figures():
    summary = summarize(tour_of(lambda request, count: Reply(0)))
    assert (summary.revisions, summary.counts, summary.first_answer_s) == ((), {}, 0.0)


def test_a_server_without_a_name_has_none():
    def unnamed(request, count):
        asked = asked_of(request)
        return plain(400) if request.era == "legacy" else message(tiny.answer(asked, info=7))

    assert summarize(tour_of(unnamed)).name == ""
