"""emulator/environment.py: an environment's life, from init to each of its ends."""

import re
import signal
from http.client import IncompleteRead

import pytest

from tests.emulating import emulator, state_of
from tests.emulator.stage import PUPPET, Client, Watcher, make_extension
from tests.waiting import wait_until

INIT_ERROR = "/2018-06-01/runtime/init/error"


def test_a_cold_start_is_reported_once(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(None)
    client.response().read()
    cold = puppet.request_id
    puppet.rest(running)
    client.send()
    puppet.take()
    puppet.respond(None)
    client.response().read()
    puppet.rest(running)
    reports = dict(re.findall(r"REPORT RequestId: (\S+)\t(.*)", running.log()))
    assert "Init Duration: " in reports[cold]
    assert "Init Duration: " not in reports[puppet.request_id]
    assert int(re.search(r"Max Memory Used: (\d+) MB", reports[cold])[1]) > 0


def test_a_function_finds_lambda_s_variables_and_its_own(running, stage, client):
    client.send()
    puppet = stage.puppet()
    assert puppet.variables["AWS_LAMBDA_FUNCTION_NAME"] == "function"
    assert puppet.variables["AWS_LAMBDA_LOG_STREAM_NAME"].count("[$LATEST]") == 1
    assert puppet.variables["STAGE_PORT"] == stage.variables["STAGE_PORT"]
    puppet.next()
    puppet.respond(None)


def test_what_a_function_writes_is_passed_on_with_its_environment(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.ask("say", "hello\nworld")
    running.wait_for_log("] world\n")
    assert re.search(r"^\[\d+\] hello\n\[\d+\] world$", running.log(), re.MULTILINE)
    puppet.respond(None)


@pytest.mark.parametrize("ending", ["exit", "signal"])
def test_a_runtime_that_dies_in_a_stream_cuts_the_client_at_once(
    running, stage, client, ending
):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open({"statusCode": 200})
    puppet.write("half")
    response = client.response()
    assert response.read1() == b"half"
    if ending == "exit":
        puppet.order("exit", 3)
        how = "exit status 3"
    else:
        running.kill(puppet.pid)
        how = "signal: SIGKILL"
    with pytest.raises(IncompleteRead):
        response.read()
    log = running.wait_for_log(f"REPORT RequestId: {puppet.request_id}")
    assert f"RequestId: {puppet.request_id} Error: Runtime exited with error: {how}" in log
    assert "Status: error\tError Type: Runtime.ExitError" in log


def test_a_runtime_that_dies_before_its_first_byte_is_a_502_of_that_call_only(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.order("exit", 0)
    response = client.response()
    assert (response.status, response.headers["x-amzn-errortype"]) == (502, "Runtime.ExitError")
    response.read()
    client.send()
    another = stage.puppet()
    another.next()
    another.respond("served")
    assert client.response().read() == b'"served"'


def test_what_was_written_before_a_death_arrives(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open({"statusCode": 200})
    puppet.ask("flood", 1024 * 1024)
    puppet.order("exit", 1)
    with pytest.raises(IncompleteRead) as cut:
        client.response().read()
    assert cut.value.partial == b"x" * 1024 * 1024


def test_a_reported_init_error_is_the_waiting_call_s_and_the_next_call_starts_anew(
    running, stage, client
):
    client.send()
    puppet = stage.puppet()
    told = {"errorMessage": "no module named x"}
    assert puppet.fail("Runtime.ImportModuleError", told, INIT_ERROR)["status"] == 202
    puppet.ask("say", "these are my last words")
    puppet.order("exit", 1)
    response = client.response()
    assert response.status == 502
    assert response.headers["x-amzn-errortype"] == "Runtime.ImportModuleError"
    response.read()
    log = running.wait_for_log("these are my last words")
    assert 'init: Runtime.ImportModuleError: {"errorMessage": "no module named x"}' in log
    client.send()
    another = stage.puppet()
    another.next()
    another.respond("served")
    assert client.response().read() == b'"served"'


def test_a_runtime_that_ends_before_its_first_poll_is_an_init_error(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.order("exit", 7)
    response = client.response()
    assert (response.status, response.headers["x-amzn-errortype"]) == (502, "Runtime.ExitError")
    running.wait_for_log("Runtime exited with error: exit status 7")


def test_a_command_that_cannot_be_run_any_more_is_an_init_error(tmp_path):
    program = tmp_path / "bootstrap"
    program.write_text("#!/nowhere/python\n")
    program.chmod(0o755)
    with emulator(program) as running, Client(running) as client:
        response = client.send().response()
        assert response.status == 502
        assert response.headers["x-amzn-errortype"] == "Runtime.InvalidEntrypoint"


def test_at_the_timeout_the_client_is_cut_and_the_environment_killed(stage):
    with (
        emulator(*PUPPET, env=stage.variables, timeout=2) as running,
        Client(running) as client,
    ):
        client.send()
        puppet = stage.puppet()
        puppet.next()
        puppet.open({"statusCode": 200})
        response = client.response()
        with pytest.raises(IncompleteRead):
            response.read()
        assert puppet.is_gone()
        log = running.wait_for_log("Status: timeout")
        assert f"RequestId: {puppet.request_id} Error: Task timed out after 2.00 seconds" in log


def test_at_the_timeout_a_call_without_a_byte_is_a_502(stage):
    with (
        emulator(*PUPPET, env=stage.variables, timeout=2) as running,
        Client(running) as client,
    ):
        client.send()
        puppet = stage.puppet()
        puppet.next()
        response = client.response()
        assert response.status == 502
        assert response.headers["x-amzn-errortype"] == "Sandbox.Timedout"
        assert puppet.is_gone()


def test_the_time_runs_until_the_next_poll(stage):
    with (
        emulator(*PUPPET, env=stage.variables, timeout=2) as running,
        Client(running) as client,
    ):
        client.send()
        puppet = stage.puppet()
        puppet.next()
        puppet.respond("whole")
        assert client.response().read() == b'"whole"'
        assert puppet.is_gone()
        running.wait_for_log("Status: timeout")


def test_frozen_between_invocations_and_thawed_for_the_next(stage):
    with (
        emulator(*PUPPET, env=stage.variables, freeze=True) as running,
        Client(running) as client,
    ):
        client.send()
        puppet = stage.puppet()
        puppet.next()
        assert state_of(puppet.pid) != "T"
        puppet.respond(None)
        client.response().read()
        puppet.poll()
        wait_until(lambda: state_of(puppet.pid) == "T", "the runtime is frozen")
        client.send()
        puppet.take()
        assert state_of(puppet.pid) != "T"
        puppet.respond("thawed")
        assert client.response().read() == b'"thawed"'


def test_a_runtime_that_replaces_itself_ends_its_invocation_by_polling(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond("first")
    assert client.response().read() == b'"first"'
    puppet.order("execute")
    anew = stage.puppet()
    assert anew.pid == puppet.pid
    anew.request_id = puppet.request_id
    anew.rest(running)
    client.send()
    anew.take()
    anew.respond("second")
    assert client.response().read() == b'"second"'


def test_a_process_that_left_the_group_ends_with_its_environment(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    daemon = puppet.ask("spawn")
    assert state_of(daemon) not in ("", "Z")
    puppet.order("exit", 1)
    client.response().read()
    wait_until(lambda: state_of(daemon) in ("", "Z"), "the daemon has ended")


@pytest.mark.parametrize("is_extended", [False, True])
def test_sigterm_reaches_a_runtime_only_beside_an_extension(stage, tmp_path, is_extended):
    extension = [make_extension(tmp_path)] if is_extended else []
    options = {"env": stage.variables, "extension": extension}
    trap = "trap 'echo terminated by plan; exit' TERM"
    command = ("/bin/sh", "-c", f"{trap}; {PUPPET[0]} {PUPPET[1]} & wait")
    with emulator(*command, **options) as running, Client(running) as client:
        client.send()
        if is_extended:
            watcher = Watcher(stage.puppet())
            watcher.register()
            watcher.poll()
        puppet = stage.puppet()
        puppet.next()
        puppet.respond(None)
        client.response().read()
        puppet.rest(running)
        running.signal(signal.SIGTERM)
        assert running.wait() == 0
        assert ("terminated by plan" in running.log()) is is_extended
