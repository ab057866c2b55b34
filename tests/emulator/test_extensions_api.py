"""emulator/extensions_api.py: extensions beside the runtime, and one that is the runtime."""

import json
import signal

import pytest

from tests.emulating import emulator
from tests.emulator.stage import PUPPET, Client, Watcher, make_extension


def error_of(answer):
    return answer["status"], json.loads(answer["body"])["errorType"]


@pytest.fixture
def extended(stage, tmp_path):
    extension = [make_extension(tmp_path)]
    with emulator(*PUPPET, env=stage.variables, extension=extension) as running:
        yield running


@pytest.fixture
def client(extended):
    with Client(extended) as client:
        yield client


def test_an_extension_is_started_first_and_told_of_the_function(stage, client):
    client.send()
    watcher = Watcher(stage.puppet())
    assert watcher.puppet.name == "watcher"
    answer = watcher.register("INVOKE")
    assert answer["status"] == 200
    told = {"functionName": "function", "functionVersion": "$LATEST", "handler": ""}
    assert json.loads(answer["body"]) == told
    assert stage.puppet().name == "runtime"


def test_an_invocation_is_over_when_all_who_were_told_ask_again(extended, stage, client):
    client.send()
    watcher = Watcher(stage.puppet())
    watcher.register("INVOKE")
    watcher.poll()
    puppet = stage.puppet()
    invocation = puppet.next()
    event = watcher.take()
    assert event["eventType"] == "INVOKE"
    assert event["requestId"] == puppet.request_id
    assert str(event["deadlineMs"]) == invocation["headers"]["lambda-runtime-deadline-ms"]
    puppet.respond("done")
    assert client.response().read() == b'"done"'
    puppet.poll()
    assert "REPORT" not in extended.log()
    watcher.poll()
    extended.wait_for_log(f"REPORT RequestId: {puppet.request_id}")


def test_an_extension_without_events_may_itself_be_the_runtime(stage, tmp_path):
    # As the Lambda Web Adapter does; the command is but a web server that never polls.
    options = {"env": stage.variables, "extension": [make_extension(tmp_path)]}
    with emulator("sleep", "600", **options) as running, Client(running) as client:
        client.send(target="/adapted")
        puppet = stage.puppet()
        watcher = Watcher(puppet)
        watcher.register()
        watcher.wait_beside()
        assert puppet.next()["event"]["rawPath"] == "/adapted"
        puppet.respond("by the adapter")
        assert client.response().read() == b'"by the adapter"'
        puppet.rest(running)


def test_an_extension_is_told_of_the_shutdown_and_given_time(extended, stage, client):
    client.send()
    watcher = Watcher(stage.puppet())
    watcher.register("SHUTDOWN")
    watcher.poll()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(None)
    client.response().read()
    puppet.rest(extended)
    extended.signal(signal.SIGTERM)
    event = watcher.take()
    assert (event["eventType"], event["shutdownReason"]) == ("SHUTDOWN", "spindown")
    assert puppet.is_gone()
    watcher.puppet.ask("say", "all flushed")
    watcher.puppet.order("exit", 0)
    assert extended.wait() == 0
    assert "all flushed" in extended.log()


def test_an_extension_that_does_not_leave_is_killed(extended, stage, client):
    client.send()
    watcher = Watcher(stage.puppet())
    watcher.register("SHUTDOWN")
    watcher.poll()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(None)
    client.response().read()
    extended.signal(signal.SIGTERM)
    watcher.take()
    assert watcher.puppet.is_gone()
    assert extended.wait() == 0


@pytest.fixture
def watcher(extended, stage, client):
    """An extension that waits for the shutdown beside a runtime in its first call."""
    client.send()
    watcher = Watcher(stage.puppet())
    watcher.register("SHUTDOWN")
    watcher.poll()
    stage.puppet().next()
    return watcher


def test_a_second_ctrl_c_gives_nobody_time(extended, watcher):
    extended.signal(signal.SIGINT)
    watcher.take()
    extended.signal(signal.SIGINT)
    assert watcher.puppet.is_gone()
    assert extended.wait() == 0


def test_a_ctrl_c_that_a_parent_passes_on_takes_nobody_s_time(extended, watcher):
    with extended.paused():
        extended.signal(signal.SIGINT)
        extended.signal(signal.SIGTERM)
    watcher.take()
    watcher.puppet.ask("say", "all is saved")
    watcher.puppet.order("exit", 0)
    assert extended.wait() == 0
    assert "all is saved" in extended.log()


def test_a_timeout_is_told_to_extensions_as_such(stage, tmp_path):
    options = {"extension": [make_extension(tmp_path)], "timeout": 2}
    with (
        emulator(*PUPPET, env=stage.variables, **options) as running,
        Client(running) as client,
    ):
        client.send()
        watcher = Watcher(stage.puppet())
        watcher.register("SHUTDOWN")
        watcher.poll()
        stage.puppet().next()
        assert watcher.take()["shutdownReason"] == "timeout"
        assert client.response().status == 502


def test_an_extension_that_dies_takes_the_environment_with_it(extended, stage, client):
    client.send()
    watcher = Watcher(stage.puppet())
    watcher.register()
    watcher.poll()
    puppet = stage.puppet()
    puppet.next()
    extended.kill(watcher.puppet.pid)
    response = client.response()
    assert (response.status, response.headers["x-amzn-errortype"]) == (502, "Extension.Crash")
    assert puppet.is_gone()


@pytest.mark.parametrize(
    ("verb", "kind"), [("init", "Extension.InitError"), ("exit", "Extension.ExitError")]
)
def test_an_error_an_extension_reports_ends_the_environment(stage, client, verb, kind):
    client.send()
    watcher = Watcher(stage.puppet())
    watcher.register()
    assert error_of(watcher.call("POST", f"{verb}/error")) == (403, "Extension.MissingHeader")
    told = {"Lambda-Extension-Function-Error-Type": "Extension.NoDisk"}
    # It may be killed before it has read the answer to this.
    watcher.request("POST", f"{verb}/error", b"{}", told)
    response = client.response()
    assert (response.status, response.headers["x-amzn-errortype"]) == (502, kind)


@pytest.mark.parametrize(
    ("body", "headers", "kind"),
    [
        (b'{"events": []}', {"Lambda-Extension-Name": ""}, "Extension.InvalidExtensionName"),
        (b'{"events": ["RAIN"]}', {}, "Extension.InvalidEventType"),
        (b'{"events": [[]]}', {}, "InvalidRequestFormat"),
        (b'{"events": 1}', {}, "InvalidRequestFormat"),
        (b"[]", {}, "InvalidRequestFormat"),
        (b"\xff", {}, "InvalidRequestFormat"),
        (b"[" * 60_000, {}, "InvalidRequestFormat"),
        (b" " * 70_000, {}, "InvalidRequestFormat"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_registration_that_makes_no_sense_is_refused(stage, client, body, headers, kind):
    client.send()
    watcher = Watcher(stage.puppet())
    assert error_of(watcher.call("POST", "register", body, headers)) == (403, kind)


def test_who_is_not_registered_is_refused(stage, client):
    client.send()
    watcher = Watcher(stage.puppet())
    nobody = (403, "Extension.MissingExtensionIdentifier")
    assert error_of(watcher.call("GET", "event/next")) == nobody
    watcher.identity = {"Lambda-Extension-Identifier": "nobody"}
    unknown = (403, "Extension.UnknownExtensionIdentifier")
    assert error_of(watcher.call("GET", "event/next")) == unknown
    watcher.identity = {}
    watcher.register()
    again = watcher.call("POST", "register", b'{"events": []}')
    assert error_of(again) == (403, "Extension.InvalidExtensionState")
    assert watcher.call("GET", "nothing")["status"] == 404


def test_the_runtime_may_register_too_but_not_for_the_shutdown(running, stage):
    with Client(running) as client:
        client.send()
        puppet = stage.puppet()
        inner = Watcher(puppet)
        refused = inner.call("POST", "register", b'{"events": ["SHUTDOWN"]}')
        assert error_of(refused) == (403, "Extension.InvalidEventType")
        inner.register("INVOKE")
        inner.wait_beside()
        puppet.next()
        puppet.respond("served")
        assert client.response().read() == b'"served"'
