"""docs/unverified.md: what its commands show here, asked of the emulator instead of AWS."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.reading import ROOT, SCRIPTS, read_code
from tests.emulating import emulator
from tests.waiting import BOUND_S

pytestmark = pytest.mark.foreign

PAGE = "unverified.md"
WITNESS = read_code(PAGE, "witness.py")
BOOTSTRAP = (sys.executable, "-I", "-S", str(ROOT / "handler/bootstrap"))
ASKING = [script for script in SCRIPTS if script.page == PAGE and '"$URL"' in script.text]
ONLY_ON_AWS = {
    "`*` lets a browser send any header": "the emulator answers no preflight",
    "Callers under AWS_IAM are told apart": "the emulator checks no signature",
}


def witness(folder, attribute="server", replaced=(), **options):
    """An emulator of what the page has a reader deploy."""
    source = WITNESS
    for before, after in replaced:
        assert before in source
        source = source.replace(before, after)
    (folder / "witness.py").write_text(source)
    return emulator(*BOOTSTRAP, f"witness:{attribute}", cwd=folder, **options)


def ask(running, heading, *replaced):
    """What the command under `heading` prints."""
    (command,) = (script.text for script in ASKING if script.heading == heading)
    for before, after in replaced:
        assert before in command
        command = command.replace(before, after)
    asked = subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, "URL": running.url},
        capture_output=True,
        text=True,
        timeout=BOUND_S,
    )
    return asked.stdout


def test_every_command_is_run_here_or_only_there():
    source = Path(__file__).read_text(encoding="utf-8")
    here = re.findall(r'ask\(running, "([^"]+)"', source)
    assert {script.heading for script in ASKING} == {*here} | ONLY_ON_AWS.keys()


def test_what_the_image_has_answers():
    with emulator(*BOOTSTRAP, cwd=ROOT) as running:
        printed = ask(running, "What the template makes answers")
    assert len(json.loads(printed)["result"]["supportedVersions"]) == 5


def test_a_202_ends_at_once(tmp_path):
    with witness(tmp_path) as running:
        printed = ask(running, "A 202 without a body ends at once")
        assert re.fullmatch(r"202 after \d+\.\d+ s\n", printed)


def test_progress_comes_before_the_result(tmp_path):
    with witness(tmp_path) as running:
        times = ('"times":5', '"times":2')
        printed = ask(running, "Small writes are passed on at once", times)
    first, second, result = (line for line in printed.splitlines() if "data:" in line)
    assert '"progress":1' in first
    assert '"progress":2' in second
    assert "ticked" in result


def test_a_silent_stream_has_comments(tmp_path):
    with witness(tmp_path, env={"FIRSTBYTE_KEEP_ALIVE_S": "1"}) as running:
        seconds = ('"seconds":50', '"seconds":1.5')
        printed = ask(running, "A silent stream is kept open by comments", seconds)
    assert re.match(r"[\d:]+ :\n", printed)
    assert "waited" in printed


def test_a_deadline_ends_the_call_and_the_environment_goes_on(tmp_path):
    # On a busy machine the process may take its time to execute itself anew, and another
    # environment would be started for the next call.
    margin = {"FIRSTBYTE_DEADLINE_MARGIN_MS": "2000"}
    with witness(tmp_path, timeout=4, env=margin, concurrency=1) as running:
        printed = ask(running, "A deadline ends the call, and the environment goes on")
        assert "the deadline passed" in printed
        ask(running, "A 202 without a body ends at once")
        log = running.wait_for_log("POST /mcp 202")
    assert "POST /mcp 202 env 1 warm" in log


def test_a_failure_before_the_first_byte_is_a_502(tmp_path):
    with witness(tmp_path, "broken") as running:
        printed = ask(running, "A failure before the first byte is a 502, and counts")
        assert printed == "502\n"
        running.wait_for_log("broken on purpose")


def test_a_failure_after_the_first_byte_leaves_that_byte(tmp_path):
    with witness(tmp_path, "late") as running:
        printed = ask(running, "A failure after the first byte counts as well")
        assert printed == "begun\n"
        running.wait_for_log("late on purpose")


def test_a_function_works_on_after_its_response_has_ended(tmp_path):
    with witness(tmp_path, "linger", [("time.sleep(10)", "time.sleep(0)")]) as running:
        printed = ask(running, "A function works on after its response has ended")
        assert re.fullmatch(r"ended\n\d+\.\d+ s\n", printed)
        running.wait_for_log("lingered")


def test_a_client_that_hangs_up_does_not_stop_the_call(tmp_path):
    with witness(tmp_path) as running:
        sooner = [("--max-time 2", "--max-time 1"), ('"times":20', '"times":3')]
        printed = ask(running, "A client that hangs up does not stop the call", *sooner)
        assert "ticked" not in printed
        running.wait_for_log("tick 3")


def test_a_large_response_comes_whole(tmp_path):
    with witness(tmp_path) as running:
        printed = ask(running, "A response is as fast as documented")
    assert int(printed.split()[0]) > 26_000_000


def test_a_request_that_is_too_large_is_a_413(tmp_path):
    with witness(tmp_path) as running:
        printed = ask(running, "A request that is too large is refused before it reaches us")
    assert printed == "413\n"
