"""docs/monitoring.md: what its table says of answers and log lines is what comes."""

import http.client
import json
import re
from contextlib import closing

import pytest

from tests.docs.reading import ROOT, read_tables
from tests.emulating import BOOTSTRAP, emulator
from tests.waiting import BOUND_S

OFFERED = '''
import sys
import time

from firstbyte.tools import Server, ToolError, prompt, tool


@tool
def refuse():
    """Fail with words for the model."""
    raise ToolError("no such thing")


@tool
def fail():
    """Fail without."""
    raise KeyError("x")


@tool
def leave():
    """Try to end the process."""
    sys.exit(3)


@tool
def wait():
    """Outlast the deadline."""
    time.sleep(60)


@prompt
def plan():
    """Fail, too."""
    raise KeyError("x")


server = Server("failing", "1", tools=[refuse, fail, leave, wait], prompts=[plan])
unlisted = Server("unlisted", "1", tools=["nowhere:tool"])


def broken(event, context):
    """Fail before the first byte."""
    raise KeyError("x")
'''
_, *TABLE = read_tables("monitoring.md")[0]
ROWS = {what: (answer, log) for what, answer, _, log in TABLE}
BOOTSTRAPPED = (*BOOTSTRAP[:-1], str(ROOT / BOOTSTRAP[-1]))

REFUSAL = "a refusal: a header, an origin, a session, a body ([the list](protocol.md#refusals))"
UNKNOWN = "an unknown tool, a wrong cursor"
SAID = "`ToolError`, an argument or a result that does not fit"
RAISED = "any other exception of a tool, `sys.exit()` included"
OTHERS = "of a prompt, a resource, a completion"
DEADLINE = "the deadline"
IMPORTS = "a module that cannot be imported, at a start or a list; a setting of no use"
OURS = "a mistake of ours, before the first byte"
ELSEWHERE = {
    "the same, after it": "tests/transport/test_endpoint.py",
    "more calls at once than there may be environments": "tests/emulator/test_front.py",
    "the client hangs up": "tests/docs/test_unverified.py",
}

PLAYED = [
    (REFUSAL, "server", "tools/list", {}, {"content-type": "text/plain"}),
    (UNKNOWN, "server", "tools/call", {"name": "nowhere"}, {}),
    (UNKNOWN, "server", "tools/list", {"cursor": "x"}, {}),
    (SAID, "server", "tools/call", {"name": "refuse"}, {}),
    (SAID, "server", "tools/call", {"name": "refuse", "arguments": {"x": 1}}, {}),
    (RAISED, "server", "tools/call", {"name": "fail"}, {}),
    (RAISED, "server", "tools/call", {"name": "leave"}, {}),
    (OTHERS, "server", "prompts/get", {"name": "plan"}, {}),
    (DEADLINE, "server", "tools/call", {"name": "wait"}, {}),
    (IMPORTS, "missing", "tools/list", {}, {}),
    (IMPORTS, "unlisted", "tools/list", {}, {}),
    (OURS, "broken", "tools/list", {}, {}),
]


def post(running, method, params, headers):
    """Status and body of the answer to one call."""
    call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    sent = {"content-type": "application/json", **headers}
    with closing(http.client.HTTPConnection("127.0.0.1", running.port, BOUND_S)) as connection:
        connection.request("POST", "/mcp", json.dumps(call), sent)
        response = connection.getresponse()
        return str(response.status), response.read().decode()


def test_every_row_is_played_or_shown_elsewhere():
    assert ROWS.keys() == {what for what, *_ in PLAYED} | ELSEWHERE.keys()
    assert all((ROOT / path).exists() for path in ELSEWHERE.values())


@pytest.mark.parametrize(("what", "served", "method", "params", "headers"), PLAYED)
def test_the_answer_and_the_log_are_as_told(tmp_path, what, served, method, params, headers):
    (tmp_path / "failing.py").write_text(OFFERED)
    options = {
        "env": {"FIRSTBYTE_MANIFEST": "ignore"},  # without one, the log has a line that says so
        "timeout": 1 if what == DEADLINE else BOUND_S,
    }
    with emulator(*BOOTSTRAPPED, f"failing:{served}", cwd=tmp_path, **options) as running:
        status, body = post(running, method, params, headers)
        answer, logged = ROWS[what]
        log = running.wait_for_log("REPORT" if logged == "–" else "Traceback")
    assert re.match(answer[:3].replace("x", r"\d"), status)
    assert ("JSON-RPC error" in answer) == ('"error"' in body and status == "200")
    assert ("isError" in answer) == ('"isError":true' in body)
    assert ("-32603" in answer) == ("-32603" in body)
    assert ("request id" in answer) == ("request id" in body)
    assert bool(re.search(r"^\[\d+\] ", log, re.MULTILINE)) == (logged != "–")
