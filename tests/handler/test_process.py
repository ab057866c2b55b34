"""handler/process.py: environment and trace id without `os`, and both ways to leave."""

import json

import pytest

from tests.handler.fakes import run_python

TRACE = "_X_AMZN_TRACE_ID"


def test_the_environment_is_read_without_os():
    source = """
from firstbyte.handler.process import read_environment
read = read_environment()
early = "os" in sys.modules
import os, json
print(json.dumps([early, read == dict(os.environ), read["A"]]))
"""
    printed = run_python(source, flags=("-I", "-S"), environment={"A": "ü=\udcff"})
    assert json.loads(printed) == [False, True, "ü=\udcff"]


@pytest.mark.parametrize(
    ("trace_id", "seen"), [("Root=1;Sampled=1", "Root=1;Sampled=1"), ("", None)]
)
@pytest.mark.parametrize("early", ["import os", ""], ids=["os loaded", "os not loaded"])
def test_a_tools_trace_id_is_that_of_its_invocation(early, trace_id, seen):
    source = f"""
{early}
from firstbyte.handler.process import set_trace
set_trace({trace_id!r})
import os, json
print(json.dumps(os.environ.get("{TRACE}")))
"""
    flags, environment = ("-I", "-S"), {TRACE: "Root=0"}
    assert json.loads(run_python(source, flags=flags, environment=environment)) == seen


def test_ctrl_c_has_its_default_action_and_lines_leave_at_once():
    source = """
from firstbyte.handler.process import settle
settle()
import signal
is_default = signal.getsignal(signal.SIGINT) == signal.SIG_DFL
print(is_default, sys.stdout.line_buffering, sys.stderr.line_buffering)
"""
    assert run_python(source) == "True True True\n"


LEAVING = """
import os, signal, threading, time
from pathlib import Path
from firstbyte.handler.process import make_successor
print(os.getpid(), os.getcwd(), signal.getitimer(signal.ITIMER_REAL)[0])
print(sorted(os.listdir("/proc/self/fd")), os.environ.get("LEFT_BEHIND"))
marker = Path(sys.argv[1])
if marker.exists():
    sys.exit(0)
marker.touch()
signal.setitimer(signal.ITIMER_REAL, 3600)
leave = make_successor()
os.chdir("/")
os.environ["LEFT_BEHIND"] = "1"
os.set_inheritable(os.dup(0), True)
print("last words", end="")
"""
FROM_THE_MAIN_THREAD = "leave(is_answered)\n"
FROM_ANOTHER_THREAD = """
threading.Thread(target=leave, args=(is_answered,), daemon=True).start()
while True:
    time.sleep(3600)
"""


@pytest.mark.parametrize("way", [FROM_THE_MAIN_THREAD, FROM_ANOTHER_THREAD])
def test_after_a_whole_answer_the_process_begins_anew_under_its_own_pid(way, tmp_path):
    marker = str(tmp_path / "marker")
    printed = run_python(LEAVING + "is_answered = True\n" + way, marker, folder=tmp_path)
    before, after = printed.split("last words")
    assert before == after
    assert before.split()[1:3] == [str(tmp_path), "0.0"]


def test_a_process_that_begins_anew_is_one_and_no_first_start(tmp_path):
    marker = str(tmp_path / "marker")
    names = ("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_MAX_CONCURRENCY", "LEFT_ALONE")
    source = f"import os\nprint(*(os.environ.get(name) for name in {names}), flush=True)\n"
    printed = run_python(
        source + LEAVING + "is_answered = True\n" + FROM_THE_MAIN_THREAD,
        marker,
        folder=tmp_path,
        environment=dict.fromkeys(names, "1"),
    )
    before, after = printed.split("last words")
    assert (before.splitlines()[0], after.splitlines()[0]) == ("1 1 1", "None None 1")


@pytest.mark.parametrize("way", [FROM_THE_MAIN_THREAD, FROM_ANOTHER_THREAD])
def test_an_answer_that_cannot_be_completed_is_cut_by_a_crash(way, tmp_path):
    marker = str(tmp_path / "marker")
    source = LEAVING + "is_answered = False\n" + way
    printed = run_python(source, marker, folder=tmp_path, status=1)
    assert printed.endswith("last words")


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param("sys.executable = ''\n", id="no executable known"),
        pytest.param("sys.executable = '/nowhere'\n", id="executable gone"),
    ],
)
def test_a_process_that_cannot_begin_anew_still_ends(spoil, tmp_path):
    marker = str(tmp_path / "marker")
    source = LEAVING + spoil + "is_answered = True\n" + FROM_THE_MAIN_THREAD
    run_python(source, marker, folder=tmp_path, status=1)


def test_an_output_that_was_closed_is_no_obstacle(tmp_path):
    marker = str(tmp_path / "marker")
    source = LEAVING + "sys.stdout.close()\nis_answered = True\n" + FROM_THE_MAIN_THREAD
    run_python(source, marker, folder=tmp_path, status=0)
