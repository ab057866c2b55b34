"""emulator/pool.py: which environment a call gets, and when there is none."""

import signal

from tests.emulating import emulator
from tests.emulator.stage import PUPPET, Client


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


def test_a_call_that_comes_before_the_next_poll_waits_a_moment_for_it(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(1)
    client.response().read()
    puppet.poll()
    client.send(target="/again")
    assert puppet.take()["event"]["rawPath"] == "/again"
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
    running.signal(signal.SIGHUP)
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
    running.signal(signal.SIGHUP)
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
