"""emulator/pool.py: which environment a call gets, and when there is none."""

import asyncio
import io
import logging
import signal

from firstbyte.emulator.console import Console
from firstbyte.emulator.environment import make_mark
from firstbyte.emulator.function import Function
from firstbyte.emulator.invocation import Invocation
from firstbyte.emulator.pool import Pool
from tests.emulating import emulator, state_of
from tests.emulator.stage import PUPPET, Client
from tests.waiting import BOUND_S, wait_until


def test_two_calls_at_a_time_get_two_environments(running, stage):
    with Client(running) as first, Client(running) as second:
        first.send(target="/1")
        one = stage.puppet()
        one.next()
        second.send(target="/2")
        two = stage.puppet()
        assert two.next()["event"]["rawPath"] == "/2"
        assert one.pid != two.pid
        two.respond("two")
        assert second.response().read() == b'"two"'
        one.respond("one")
        assert first.response().read() == b'"one"'


def test_an_idle_environment_is_used_before_a_new_one_is_made(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(1)
    client.response().read()
    puppet.rest(running)
    client.send(target="/again")
    assert puppet.take()["event"]["rawPath"] == "/again"
    puppet.respond(2)
    assert client.response().read() == b"2"


def test_calls_are_spread_over_all_environments_if_asked(stage):
    options = {"concurrency": 2, "spread": True}
    with (
        emulator(*PUPPET, env=stage.variables, **options) as running,
        Client(running) as client,
    ):
        client.send(target="/1")
        one = stage.puppet()
        assert one.next()["event"]["rawPath"] == "/1"
        one.respond(1)
        client.response().read()
        one.rest(running)
        client.send(target="/2")
        two = stage.puppet()
        assert two.next()["event"]["rawPath"] == "/2"
        two.respond(2)
        client.response().read()
        two.rest(running)
        client.send(target="/3")
        assert one.take()["event"]["rawPath"] == "/3"
        one.respond(3)
        assert client.response().read() == b"3"


def test_a_call_that_comes_before_the_next_poll_waits_a_moment_for_it(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(1)
    client.response().read()
    with running.paused():
        puppet.poll_unheard()
        client.send(target="/again")
    assert puppet.take_late()["event"]["rawPath"] == "/again"
    puppet.respond(2)
    assert client.response().read() == b"2"


def test_a_runtime_that_goes_on_after_its_answer_keeps_nobody_waiting(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(1)
    client.response().read()
    client.send(target="/again")
    another = stage.puppet()
    assert another.next()["event"]["rawPath"] == "/again"
    another.respond(2)
    assert client.response().read() == b"2"


def test_a_call_too_many_waits_for_the_first_that_is_done(stage):
    options = {"concurrency": 1}
    with (
        emulator(*PUPPET, env=stage.variables, **options) as running,
        Client(running) as first,
        Client(running) as second,
        Client(running) as third,
    ):
        first.send(target="/1")
        puppet = stage.puppet()
        puppet.next()
        second.send(target="/2")
        puppet.respond(1)
        assert first.response().read() == b"1"
        assert puppet.next()["event"]["rawPath"] == "/2"
        third.send(target="/3")
        # One that dies frees its place for the one that waits.
        puppet.order("exit", 1)
        assert second.response().status == 502
        another = stage.puppet()
        assert another.next()["event"]["rawPath"] == "/3"
        another.respond(3)
        assert third.response().read() == b"3"


def test_a_new_deployment_retires_idle_environments_at_once(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(None)
    client.response().read()
    puppet.rest(running)
    running.redeploy()
    assert puppet.is_gone()
    client.send()
    another = stage.puppet()
    another.next()
    another.respond("new")
    assert client.response().read() == b'"new"'


def test_a_new_deployment_lets_a_busy_environment_finish_its_call(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    running.redeploy()
    puppet.respond("old")
    assert client.response().read() == b'"old"'
    puppet.poll()
    assert puppet.is_gone()


def test_the_end_ends_calls_that_run_and_calls_that_wait(stage):
    options = {"concurrency": 1}
    with (
        emulator(*PUPPET, env=stage.variables, **options) as running,
        Client(running) as first,
        Client(running) as second,
    ):
        first.send()
        puppet = stage.puppet()
        puppet.next()
        second.send(target="/waits")
        running.signal(signal.SIGTERM)
        assert first.response().status == 502
        assert puppet.is_gone()
        assert running.wait() == 0


def test_an_environment_that_ends_while_idle_is_forgotten_and_the_log_tells_how(stage):
    with emulator(*PUPPET, env=stage.variables) as running, Client(running) as client:
        client.send()
        puppet = stage.puppet()
        puppet.next()
        puppet.respond(None)
        client.response().read()
        puppet.rest(running)
        running.kill(puppet.pid)
        running.wait_for_log("[1] ! ended while idle: Runtime.ExitError")
        assert "signal: SIGKILL" in running.log()
        client.send()
        another = stage.puppet()
        another.next()
        another.respond("served")
        assert client.response().read() == b'"served"'


def test_a_call_that_comes_with_the_end_of_an_idle_environment_gets_another(stage):
    with emulator(*PUPPET, env=stage.variables) as running, Client(running) as client:
        client.send()
        puppet = stage.puppet()
        puppet.next()
        puppet.respond(None)
        client.response().read()
        puppet.rest(running)
        with running.paused():
            running.kill(puppet.pid)
            wait_until(lambda: state_of(puppet.pid) == "Z", "nobody has collected it")
            client.send()
        another = stage.puppet()
        another.next()
        another.respond("served")
        assert client.response().read() == b'"served"'


def test_a_call_that_an_idle_environment_dies_without_reading_goes_to_another(running, stage):
    with Client(running) as client:
        client.send()
        puppet = stage.puppet()
        puppet.next()
        puppet.respond(None)
        client.response().read()
        puppet.poll_unheard()
        running.wait_for_log(f"REPORT RequestId: {puppet.request_id}")
        client.send(target="/again")
        puppet.ask("peek")
        running.kill(puppet.pid)
        another = stage.puppet()
        assert another.next()["event"]["rawPath"] == "/again"
        another.respond("served")
        assert client.response().read() == b'"served"'


def test_a_call_that_a_new_environment_dies_without_reading_has_failed(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.poll_unheard()
    puppet.ask("peek")
    running.kill(puppet.pid)
    assert client.response().headers["x-amzn-errortype"] == "Runtime.ExitError"


def test_a_fault_of_the_emulator_ends_its_call_and_no_other_waits_for_ever():
    function = Function(
        # No program can have such a name, and no path through the command line lets it in.
        command=("a\0b",),
        extensions=(),
        name="function",
        handler="",
        region="us-east-1",
        memory_mb=128,
        timeout_s=1,
    )
    log = io.StringIO()

    async def play():
        pool = Pool(
            function,
            Console(log, logging.INFO),
            mark=make_mark(),
            concurrency=1,
            queues=True,
            spreads=False,
            freezes=False,
            limits_bandwidth=False,
        )
        calls = [Invocation(b"", request_id=name, trace_id="t") for name in ("r-1", "r-2")]
        for call in calls:
            await pool.submit(call)
        for call in calls:
            await call.over.wait()
        await pool.close()
        return [(call.environment, call.failure.kind) for call in calls]

    failures = asyncio.run(asyncio.wait_for(play(), BOUND_S))
    assert failures == [(1, "Sandbox.Failure"), (2, "Sandbox.Failure")]
    assert log.getvalue().count("ValueError: embedded null byte") == 2
