"""handler/__main__.py: whole processes against a Runtime API, from init to their end."""

import json
import os
import signal
import sys
from base64 import b64decode

import pytest

from tests.handler.fakes import (
    API,
    NO_REPLY,
    REQUEST_ID,
    ROOT,
    child,
    mcp_event,
    messages,
    run_python,
    runtime_api,
)

RESPONSE = f"{API}/invocation/{REQUEST_ID}/response"
ERROR = f"{API}/invocation/{REQUEST_ID}/error"
KEY = "k1:" + "A" * 43
STRANGE_KEY = "k1:" + "E" * 43
TASK = """
import os, sys, tempfile, threading, time
from firstbyte.handler.response_stream import streamify_response

calls = 0

def count(event, context):
    global calls
    calls += 1
    return [os.getpid(), calls]

def whoami(event, context):
    return __name__

def trace(event, context):
    return os.environ.get("_X_AMZN_TRACE_ID")

def log(event, context):
    print("printed")
    raise LookupError("no disk")

def leave(event, context):
    sys.exit("enough")

def thread(event, context):
    threading.Thread(target=time.sleep, args=(3600,)).start()
    return "left behind"

def spoil(event, context):
    if event["spoils"] == "folder":
        os.chdir(tempfile.mkdtemp())
        os.rmdir(os.getcwd())
    elif event["spoils"] == "closed output":
        sys.stdout.close()
    else:
        sys.stdout = sys.stderr = None
    if event["raises"]:
        raise LookupError("no disk")
    return "spoilt"

def mute(event, context):
    sys.stdout.close()
    return "muted"

@streamify_response
def stream(event, response_stream, context):
    global calls
    calls += 1
    if event.get("writes"):
        response_stream.write(event["writes"])
    if event.get("floods"):
        response_stream.write(bytes(event["floods"]))
    if event.get("naps"):
        time.sleep(3600)
    response_stream.close(f"{os.getpid()} {calls}")
"""
MCP_TASK = '''
import logging, os, time
from firstbyte.tools import Context, Server, tool

@tool
def nap(context: Context) -> str:
    """Sleep for an hour."""
    context.progress(0.5)
    time.sleep(3600)
    return "rested"

@tool
def pid() -> int:
    """Name the process."""
    return os.getpid()

server = Server("sample", "1", tools=[nap, pid])

class Talkative:
    identity = {"name": "talkative", "version": "1"}
    instructions = ""
    has_tools = True
    has_prompts = has_resources = has_completions = False
    announces = frozenset()
    page_size = 100
    ttl_ms = 0
    cache_scope = "public"

    def list_tools(self):
        logging.warning("listed")
        return []

    def find_tool(self, name):
        return None

talkative = Talkative()
'''
SOON = {"FIRSTBYTE_DEADLINE_MARGIN_MS": "1000"}
SOON_MS = 2_000
"""A call that has this long, of which the margin is taken off: it ends after one second."""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "task.py").write_text(TASK)
    (tmp_path / "other.py").write_text(TASK)
    (tmp_path / "mcp_task.py").write_text(MCP_TASK)
    (tmp_path / "crashing.py").write_text("raise LookupError('no disk')\n")
    (tmp_path / "leaving.py").write_text("import sys\nsys.exit('enough')\n")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "environment", "module"),
    [
        (["task:whoami"], {"FIRSTBYTE_SERVER": "other:whoami", "_HANDLER": "no.no"}, "task"),
        ([], {"FIRSTBYTE_SERVER": "other:whoami", "_HANDLER": "task.whoami"}, "other"),
        ([], {"_HANDLER": "task.whoami"}, "task"),
    ],
)
def test_the_argument_comes_before_our_variable_and_that_before_lambdas(
    server, folder, arguments, environment, module
):
    with child(server, *arguments, folder=folder, environment=environment):
        server.invoke()
        assert json.loads(server.post().body) == module


def test_without_any_name_the_catalog_is_served(server, folder):
    with child(server, folder=folder):
        server.invoke(mcp_event("tools/list"))
        (answer,) = messages(server.post())
        assert "query_table" in [tool["name"] for tool in answer["result"]["tools"]]


def test_the_endpoints_path_is_a_setting(server, folder):
    with child(server, folder=folder, environment={"FIRSTBYTE_PATH": "/elsewhere"}):
        server.invoke(mcp_event("ping"))
        assert json.loads(server.post().chunks[0])["statusCode"] == 404


def test_a_server_whose_module_logs_finds_logging_set_up(server, folder):
    with child(server, "mcp_task:talkative", folder=folder) as runtime:
        server.invoke(mcp_event("tools/list"))
        server.refuse()
        _, out, _ = runtime.end()
    assert out.startswith("[WARNING]\t")
    assert f"\t{REQUEST_ID}\tlisted\n" in out


def test_ctrl_c_ends_an_idle_process(server, folder):
    with child(server, "task:whoami", folder=folder) as runtime:
        server.poll()
        os.kill(runtime.pid, signal.SIGINT)
        status, out, err = runtime.end()
    assert (status, out, err) == (-signal.SIGINT, "", "")


def test_the_platform_learns_which_runtime_asks(server, folder):
    with child(server, "task:whoami", folder=folder):
        assert b"firstbyte-python/" in server.poll()[b"user-agent"]


def test_one_process_serves_many_invocations_over_one_connection(server, folder):
    with child(server, "task:count", folder=folder) as runtime:
        posts = []
        for _ in range(3):
            server.invoke()
            posts.append(server.post())
    answers = [(post.path, json.loads(post.body)) for post in posts]
    assert answers == [(RESPONSE, [runtime.pid, number]) for number in (1, 2, 3)]
    assert len({post.connection for post in posts}) == 1


def test_a_tool_sees_its_invocations_trace_and_not_the_last_ones(server, folder):
    with child(server, "task:trace", folder=folder):
        server.invoke(Lambda_Runtime_Trace_Id="Root=1")
        server.invoke()
        assert [json.loads(server.post().body) for _ in range(2)] == ["Root=1", None]


def test_what_fails_is_logged_and_told_and_the_next_invocation_served(server, folder):
    with child(server, "task:log", folder=folder) as runtime:
        server.invoke()
        server.invoke()
        server.refuse()
        failures = [server.post() for _ in range(2)]
        status, out, _ = runtime.end()
    assert [post.path for post in failures] == [ERROR, ERROR]
    assert json.loads(failures[0].body)["errorMessage"] == "no disk"
    assert out.count("printed\n[ERROR] LookupError: no disk\n") == 2
    assert status == 1


def test_a_thread_that_was_left_behind_does_not_keep_the_process(server, folder):
    with child(server, "task:thread", folder=folder) as runtime:
        server.invoke()
        assert json.loads(server.post().body) == "left behind"
        server.refuse()
        status, _, _ = runtime.end()
    assert status == 1


@pytest.mark.parametrize("spoils", ["folder", "closed output", "no output"])
def test_what_a_tool_spoilt_for_the_log_does_not_end_the_process(server, folder, spoils):
    with child(server, "task:spoil", folder=folder) as runtime:
        server.invoke(json.dumps({"spoils": spoils, "raises": True}).encode())
        assert json.loads(server.post().body)["errorMessage"] == "no disk"
        server.invoke(json.dumps({"spoils": spoils, "raises": False}).encode())
        assert json.loads(server.post().body) == "spoilt"
        server.refuse()
        status, out, err = runtime.end()
    assert status == 1
    assert "no disk" in out + err


def test_a_closed_output_does_not_end_the_process(server, folder):
    with child(server, "task:mute", folder=folder):
        for _ in range(2):
            server.invoke()
            assert json.loads(server.post().body) == "muted"


def test_a_handler_may_end_the_process_and_its_client_hears_of_it(server, folder):
    with child(server, "task:leave", folder=folder) as runtime:
        server.invoke()
        post = server.post()
        status, out, _ = runtime.end()
    assert (post.path, json.loads(post.body)["errorType"]) == (ERROR, "SystemExit")
    assert (status, "[ERROR] SystemExit: enough" in out) == (1, True)


@pytest.mark.parametrize(
    ("name", "environment", "kind", "message"),
    [
        ("crashing:x", {}, "Function.LookupError", "no disk"),
        ("leaving:x", {}, "Function.SystemExit", "enough"),
        ("absent:x", {}, "Function.ServerNotFound", "there is no module 'absent'"),
        ("task:absent", {}, "Function.ServerNotFound", "has no attribute 'absent'"),
        ("task:calls", {}, "Function.ServerNotFound", "neither a Server nor a function"),
        (
            "task:whoami",
            {"FIRSTBYTE_KEEP_ALIVE_S": "soon"},
            "Function.WrongSetting",
            "FIRSTBYTE_KEEP_ALIVE_S is 'soon'",
        ),
        (
            "task:whoami",
            {"FIRSTBYTE_KEYS": "ssm:/mine"},
            "Function.WrongSetting",
            "FIRSTBYTE_KEYS: key 1 is not of the form id:secret",
        ),
        (
            "task:whoami",
            {"FIRSTBYTE_KEYS": "secretsmanager:"},
            "Function.WrongSetting",
            "FIRSTBYTE_KEYS needs a secret's name or ARN behind secretsmanager:",
        ),
        (
            "task:whoami",
            {"FIRSTBYTE_KEYS": KEY, "FIRSTBYTE_STORE": "redis://mine"},
            "Function.WrongSetting",
            "FIRSTBYTE_STORE begins with 'redis:', needs the form sqlite:PATH",
        ),
        (
            "task:whoami",
            {"FIRSTBYTE_KEYS": KEY, "FIRSTBYTE_STORE": "sqlite:/nowhere/store.db"},
            "Function.WrongSetting",
            "FIRSTBYTE_STORE names '/nowhere/store.db', whose folder cannot be reached",
        ),
        (
            "task:whoami",
            {"FIRSTBYTE_ALLOWED_ORIGINS": "a.example"},
            "Function.WrongSetting",
            "FIRSTBYTE_ALLOWED_ORIGINS has 'a.example', needs the form https://a.example",
        ),
    ],
)
def test_what_fails_before_the_first_poll_is_an_init_error(
    server, folder, name, environment, kind, message
):
    with child(server, name, folder=folder, environment=environment) as runtime:
        post = server.post()
        status, out, _ = runtime.end()
    document = json.loads(post.body)
    assert post.path == f"{API}/init/error"
    assert post.header("lambda-runtime-function-error-type") == [kind.encode()]
    assert document["errorType"] == kind.removeprefix("Function.")
    assert message in document["errorMessage"]
    assert document["errorMessage"] in out
    assert status == 1


def test_a_store_is_not_opened_before_it_is_needed(server, folder):
    environment = {"FIRSTBYTE_KEYS": KEY, "FIRSTBYTE_STORE": f"sqlite:{folder}/store.db"}
    with child(server, "task:whoami", folder=folder, environment=environment):
        server.invoke()
        assert json.loads(server.post().body) == "task"
    assert not (folder / "store.db").exists()


def test_any_environment_with_the_key_knows_a_session_and_no_other_does(folder):
    def answer(keys, method, params=None, **headers):
        environment = {"FIRSTBYTE_KEYS": keys}
        # One for each: a poll that a killed environment left behind would take the next call.
        with (
            runtime_api() as server,
            child(server, "mcp_task:server", folder=folder, environment=environment),
        ):
            server.invoke(mcp_event(method, params, **headers))
            return json.loads(server.post().chunks[0])

    shake = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {}}
    head = answer(KEY, "initialize", shake)
    session = {"mcp-session-id": head["headers"]["mcp-session-id"]}
    statuses = [answer(keys, "ping", **session)["statusCode"] for keys in (KEY, STRANGE_KEY)]
    assert statuses == [200, 404]


def test_outside_lambda_it_says_what_to_run_instead():
    source = """
from firstbyte.handler.__main__ import main
try:
    main([])
except SystemExit as end:
    print(end)
"""
    assert run_python(source) == (
        "AWS_LAMBDA_RUNTIME_API is not set; `firstbyte dev` runs a server locally\n"
    )


def test_a_refused_poll_ends_the_process_with_the_reason(server, folder):
    server.refuse()
    with child(server, "task:whoami", folder=folder) as runtime:
        status, _, err = runtime.end()
    assert status == 1
    assert err.startswith("firstbyte: no next invocation: ")


def test_a_lost_answer_ends_the_process(server, folder):
    server.reply_next(NO_REPLY)
    with child(server, "task:whoami", folder=folder) as runtime:
        server.invoke()
        status, _, err = runtime.end()
    assert status == 1
    assert err.startswith("firstbyte: the Runtime API's connection broke: ")


def answers_after(server, *events):
    """What the process says to three calls: itself, an event that never ends, itself again."""
    server.invoke(b"{}", left_ms=600_000)
    for event in events:
        server.invoke(event, left_ms=SOON_MS)
    server.invoke(b"{}", left_ms=600_000)
    first, *middle, last = (server.post() for _ in range(len(events) + 2))
    return bytes(first.chunks[2]).decode(), middle, bytes(last.chunks[2]).decode()


def test_after_a_silent_handlers_deadline_a_new_start_in_the_same_process_serves_on(
    server, folder
):
    with child(server, "task:stream", folder=folder, environment=SOON) as runtime:
        before, (late,), after = answers_after(server, b'{"naps": true}')
    assert (late.path, json.loads(late.body)["errorType"]) == (
        ERROR,
        "Function.DeadlineExceeded",
    )
    assert (before, after) == (f"{runtime.pid} 1", f"{runtime.pid} 1")


def test_after_a_streaming_handlers_deadline_too(server, folder):
    with child(server, "task:stream", folder=folder, environment=SOON) as runtime:
        before, (late,), after = answers_after(server, b'{"naps": true, "writes": "half"}')
    document = json.loads(b64decode(late.trailers[b"lambda-runtime-function-error-body"]))
    assert (late.path, late.chunks[2:]) == (RESPONSE, [b"half"])
    assert document["errorType"] == "Function.DeadlineExceeded"
    assert (before, after) == (f"{runtime.pid} 1", f"{runtime.pid} 1")


def test_a_client_that_does_not_read_until_the_deadline_is_cut(server, folder):
    with child(server, "task:stream", folder=folder, environment=SOON) as runtime:
        server.withhold()
        server.invoke(b'{"floods": 67108864}', left_ms=SOON_MS)
        status, _, _ = runtime.end()
    assert status == 1
    assert not server.has_post()


def test_a_tool_that_sleeps_past_the_deadline_leaves_its_client_an_error(server, folder):
    with child(server, "mcp_task:server", folder=folder, environment=SOON) as runtime:
        arguments = {"name": "nap", "_meta": {"progressToken": 1}}
        server.invoke(mcp_event("tools/call", arguments), left_ms=SOON_MS)
        server.invoke(mcp_event("tools/call", {"name": "pid"}), left_ms=600_000)
        late, after = server.post(), server.post()
    progress, error = messages(late)
    assert progress["method"] == "notifications/progress"
    assert error["error"]["message"] == "the deadline passed before there was a result"
    assert late.trailers == {}
    (answer,) = messages(after)
    assert answer["result"]["content"] == [{"type": "text", "text": str(runtime.pid)}]


def test_a_tool_that_is_silent_until_the_deadline_is_answered_with_an_error(server, folder):
    with child(server, "mcp_task:server", folder=folder, environment=SOON):
        server.invoke(mcp_event("tools/call", {"name": "nap"}), left_ms=SOON_MS)
        late = server.post()
    (error,) = messages(late)
    assert json.loads(late.chunks[0])["statusCode"] == 200
    assert error["error"]["message"] == "the deadline passed before there was a result"


def test_a_sleeping_tools_client_is_kept_alive(server, folder):
    environment = {"FIRSTBYTE_KEEP_ALIVE_S": "1", "FIRSTBYTE_DEADLINE_MARGIN_MS": "2000"}
    with child(server, "mcp_task:server", folder=folder, environment=environment):
        server.invoke(mcp_event("tools/call", {"name": "nap"}), left_ms=4_000)
        late = server.post()
    assert late.chunks[2] == b":\n"
    assert messages(late)[-1]["error"]["code"] == -32603


def test_installed_it_runs_as_a_module(server, folder, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "firstbyte").symlink_to(ROOT)
    command = (sys.executable, "-m", "firstbyte.handler")
    environment = {"PYTHONPATH": str(tmp_path / "site")}
    with child(server, "task:whoami", folder=folder, environment=environment, command=command):
        server.invoke()
        assert json.loads(server.post().body) == "task"


@pytest.mark.parametrize(
    ("begun", "is_loaded"),
    [("on-demand", False), ("provisioned-concurrency", True), (None, False)],
)
def test_where_nobody_waits_all_is_imported_before_the_first_invocation(
    server, tmp_path, begun, is_loaded
):
    (tmp_path / "late.py").write_text(
        "from pathlib import Path\n"
        "from firstbyte.tools import tool\n"
        "Path(__file__).with_name('loaded').touch()\n"
        "@tool\n"
        "def late() -> str:\n"
        "    'Come late.'\n"
        "    return 'late'\n"
    )
    (tmp_path / "app.py").write_text(
        "from firstbyte.tools import Server\nserver = Server('s', '1', tools=['late:late'])\n"
    )
    environment = {"AWS_LAMBDA_INITIALIZATION_TYPE": begun} if begun else {}
    with child(server, "app:server", folder=tmp_path, environment=environment) as process:
        server.poll()
        assert (tmp_path / "loaded").exists() is is_loaded
        process.stop()


def test_an_idle_environment_ends_at_once_when_it_is_told_to(server, tmp_path):
    (tmp_path / "task.py").write_text(TASK)
    with child(server, "task:whoami", folder=tmp_path) as process:
        server.poll()
        os.kill(process.pid, signal.SIGTERM)
        assert process.end()[0] == -signal.SIGTERM
