"""What a probe came to, as every form of telling needs it."""

from dataclasses import dataclass

from firstbyte.probe.finding import KINDS, Finding, exit_status
from firstbyte.probe.guide import Sender, take_tour
from firstbyte.probe.judgement import judge, looked_at
from firstbyte.probe.plan import Plan
from firstbyte.probe.summary import Summary, summarize
from firstbyte.probe.tour import Tour


@dataclass(frozen=True, slots=True)
class Report:
    """A tour with what is wrong. `unseen` are codes that it could not have found.

    Those that are ignored are among them.
    """

    tour: Tour
    findings: tuple[Finding, ...]
    unseen: frozenset[str]
    summary: Summary

    @property
    def exit_status(self) -> int:
        """0 if no error was found."""
        return exit_status(self.findings, is_served=bool(self.tour.served))


def probe(plan: Plan, sender: Sender) -> Report:
    """Take the tour and judge it."""
    tour = take_tour(plan, sender)
    concerns = looked_at(tour)
    unseen = frozenset(code for code, kind in KINDS.items() if kind.concern not in concerns)
    findings = judge(tour)
    unseen = (unseen - {it.code for it in findings}) | plan.ignored
    return Report(tour, findings, unseen, summarize(tour))
