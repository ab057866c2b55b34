"""Candidates and answers for tests of the meter."""

import json
import sys
from pathlib import Path

from benchmarks.answer import Answer
from benchmarks.candidate import Candidate

RUNTIME = Path(__file__).with_name("runtime.py")
QUESTIONS = {"initialize": b"{}", "call": b"{}", "events": b"{}"}


def a_candidate(behaviour="answers", **changes):
    settings = {
        "key": "tried",
        "title": "tried",
        "family": "python",
        "versions": {},
        "command": [sys.executable, str(RUNTIME), behaviour],
        "folder": Path("/"),
        "installed": (),
        "questions": QUESTIONS,
    }
    return Candidate(**(settings | changes))


def a_result(result, **changes):
    message = {"jsonrpc": "2.0", "id": 1, "result": result}
    return an_answer(json.dumps(message), **changes)


def a_text(text, **further):
    return {"content": [{"type": "text", "text": text}], **further}


CONSTANT = json.dumps({"jsonrpc": "2.0", "id": 1, "result": a_text("5")}).encode()
"""What the small runtime answers to anything."""


def an_answer(body, status=200, kind="application/json"):
    return Answer(status, {"content-type": kind}, ((10, body.encode()),))
