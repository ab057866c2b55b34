"""Probe what runs on loopback, for the tests that need a whole deployment."""

import math
import sys
from contextlib import contextmanager
from pathlib import Path

from firstbyte.probe.plan import Call, Plan
from firstbyte.probe.report import probe
from firstbyte.probe.wire import open_wire
from tests.emulating import ROOT, emulator
from tests.end_to_end.faulty import Front

FUNCTIONS = Path(__file__).parent / "functions"
BOUND_S = 30.0


def deployed(name, **options):
    """One of `functions/broken.py` under the emulator, with options of its command line."""
    command = (sys.executable, "-I", "-S", ROOT / "handler/bootstrap", f"broken:{name}")
    return emulator(*map(str, command), cwd=FUNCTIONS, **{"concurrency": 6, **options})


@contextmanager
def overheard(server_url):
    """A URL that leads to a server, and the list of all that is asked there."""
    asked = []

    def noting(request, forward):
        asked.append(request)
        return forward(request)

    with Front(server_url, noting) as front:
        yield front.url, asked


def tokens_of(asked):
    """The credentials that requests were sent with; None of those without."""
    return {it.headers.get("authorization") for it in asked}


def report_on(url, *tools, until_s=math.inf, **plan):
    """Probe `url`; `tools` are to be called: names, or calls with arguments."""
    calls = tuple(it if isinstance(it, Call) else Call(it, {}) for it in tools)
    wanted = Plan(**{"url": url, "calls": calls, "timeout_s": BOUND_S, **plan})
    with open_wire(wanted, until_s) as wire:
        return probe(wanted, wire)


def codes_at(url, *tools, **plan):
    """The codes of what a probe finds."""
    return [it.code for it in report_on(url, *tools, **plan).findings]
