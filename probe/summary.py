"""What a tour saw of a server that is well: who it is, what it offers, how fast it is."""

from dataclasses import dataclass

from firstbyte.probe.finding import show
from firstbyte.probe.question import MODERN, MODERN_REVISION
from firstbyte.probe.reading import Reading
from firstbyte.probe.tour import CALL, LISTS, OPEN_AGAIN, Tour, server_info


@dataclass(frozen=True, slots=True)
class Summary:
    """`counts` are lengths of lists; times are seconds, 0 where there is nothing to measure.

    `first_answer_s` is the first answer of all, `slowest_answer_s` that of all openings.
    """

    name: str
    version: str
    revisions: tuple[str, ...]
    counts: dict[str, int]
    first_answer_s: float
    slowest_answer_s: float
    first_event_s: float


def summarize(tour: Tour) -> Summary:
    """Return the figures of a tour."""
    served = [it for it in tour.openings if tour.is_served(it.era)]
    info = next((found for it in served if (found := server_info(it))), {})
    answers = [it.answered_s for it in (*tour.openings, *tour.of(OPEN_AGAIN)) if it.status]
    streams = [it.messages[0].at_s for it in tour.of(CALL) if it.is_stream and it.messages]
    era = next(iter(tour.served), "")
    return Summary(
        name=show(str(info.get("name", ""))),
        version=show(str(info.get("version", ""))),
        revisions=tuple(_revision(it) for it in served),
        counts={key: len(tour.listed(key, era)) for key in LISTS} if era else {},
        first_answer_s=answers[0] if answers else 0.0,
        slowest_answer_s=max(answers, default=0.0),
        first_event_s=min(streams, default=0.0),
    )


def _revision(reading: Reading) -> str:
    if reading.era == MODERN:
        return MODERN_REVISION
    return show(str((reading.result or {}).get("protocolVersion", "unnamed")))
