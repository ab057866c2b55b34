"""handler/command.py: each command does what its help says, or says what is missing."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.emulating import is_group_alive, memory_in
from tests.end_to_end.calling import call
from tests.waiting import wait_until

COMMAND = (sys.executable, "-m", "firstbyte.handler.command")
APP = """
from firstbyte.tools import Server, tool

@tool
def word() -> str:
    "Say one word."
    return {word!r}

server = Server(name="app", version="1", tools=[word])
"""


def run(*arguments, env=None, folder=None):
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=30,
    )


def a_free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def developing(folder, port, env=None):
    """`firstbyte dev app:server` in `folder`; its output is yielded line by line."""
    process = subprocess.Popen(
        [*COMMAND, "dev", "app:server", "--port", str(port), "--concurrency", "1"],
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def test_without_a_runtime_api_serve_says_where_to_go():
    outcome = run("serve", env={"AWS_LAMBDA_RUNTIME_API": ""})
    assert outcome.returncode == 1
    assert "firstbyte dev" in outcome.stderr


@pytest.mark.parametrize("arguments", [[], ["deploy"], ["dev", "--port", "high"]])
def test_what_is_no_command_is_refused_with_the_usage(arguments):
    outcome = run(*arguments)
    assert outcome.returncode == 2
    assert outcome.stderr.startswith("usage: firstbyte")


def test_emulate_hands_its_arguments_on():
    outcome = run("emulate", "--help")
    assert outcome.returncode == 0
    assert "--concurrency" in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "module"), [(["dev"], "watchfiles"), (["emulate"], "uvicorn")]
)
def test_an_installation_without_the_local_extra_says_what_to_install(arguments, module):
    program = (
        f"import sys; sys.modules[{module!r}] = None\n"
        f"from firstbyte.handler.command import main; sys.exit(main({arguments!r}))"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
    )
    assert outcome.returncode == 1
    assert "firstbyte[local]" in outcome.stderr


def test_dev_prints_what_to_paste_and_serves_a_changed_source(tmp_path):
    app, port = tmp_path / "app.py", a_free_port()
    app.write_text(APP.format(word="before"))
    with developing(tmp_path, port) as process:
        url = f"http://127.0.0.1:{port}/mcp"
        printed = [process.stdout.readline() for _ in range(4)]
        assert all(url in line for line in printed)

        def word():
            return call(url, "word")["result"]["content"][0]["text"]

        assert word() == "before"
        app.write_text(APP.format(word="after"))
        wait_until(lambda: word() == "after", "the changed source is served")


def test_dev_on_a_port_that_is_taken_prints_nothing_to_paste():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = run("dev", "--port", str(taken.getsockname()[1]))
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert "--port names another" in outcome.stderr


@pytest.mark.foreign
@pytest.mark.parametrize("remembers", [True, False])
@pytest.mark.parametrize("path", ["/mcp", "/it's & é"])
def test_the_printed_command_is_answered_with_and_without_keys(tmp_path, remembers, path):
    settings = memory_in(tmp_path) if remembers else {}
    settings["FIRSTBYTE_PATH"] = path
    (tmp_path / "app.py").write_text(APP.format(word="x"))
    with developing(tmp_path, 0, settings) as process:
        *_, curl = (process.stdout.readline() for _ in range(4))
        status = r" -w '\n%{http_code}'"
        command = ["bash", "-c", curl.removeprefix("curl").strip() + status]
        asked = subprocess.run(command, capture_output=True, text=True, timeout=30)
    body, _, code = asked.stdout.rpartition("\n")
    assert code == "200"
    assert "2026-07-28" in json.loads(body)["result"]["supportedVersions"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_dev_leaves_no_process_behind(tmp_path, number):
    port = a_free_port()
    (tmp_path / "app.py").write_text(APP.format(word="x"))
    with developing(tmp_path, port) as process:
        for _ in range(4):
            process.stdout.readline()
        call(f"http://127.0.0.1:{port}/mcp", "word")
        # A terminal's Ctrl-C reaches the whole group, a supervisor's SIGTERM only the first.
        if number == signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        process.stdout.read()
        process.wait(30)
        wait_until(lambda: not is_group_alive(process.pid), "the group is gone")


def test_a_manifest_is_written_checked_and_found_out_of_date(tmp_path):
    (tmp_path / "app.py").write_text(APP.format(word="one"))
    made = run("manifest", "app:server", folder=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert "app.server.manifest: tools 1" in made.stdout
    assert run("manifest", "app:server", "--check", folder=tmp_path).returncode == 0
    (tmp_path / "app.py").write_text(APP.format(word="one").replace("Say one word", "Say it"))
    checked = run("manifest", "app:server", "--check", folder=tmp_path)
    assert checked.returncode == 1
    assert "app.server.manifest is out of date: tools/list" in checked.stderr
    assert run("manifest", "app:server", folder=tmp_path).returncode == 0
    assert run("manifest", "app:server", "--check", folder=tmp_path).returncode == 0


@pytest.mark.parametrize("name", ["absent:server", "app:absent", "app:word", "app"])
def test_what_has_no_lists_has_no_manifest_and_the_reason_is_one_line(tmp_path, name):
    (tmp_path / "app.py").write_text(APP.format(word="one"))
    refused = run("manifest", name, folder=tmp_path)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
