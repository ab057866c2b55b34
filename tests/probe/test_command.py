"""probe/command.py: the command line makes a plan, and the result a form and an exit status."""

import json
from xml.etree import ElementTree

import pytest

from firstbyte.probe.command import run
from tests.end_to_end.faulty import Answered, Front
from tests.probe.probing import deployed, overheard, tokens_of

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def well():
    with deployed("well") as running:
        yield running.url


def test_json_is_for_programs(well, capsys):
    assert run([well, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["healthy"] is True


def test_junit_is_for_ci(well, capsys):
    assert run([well, "--format", "junit"]) == 0
    assert ElementTree.fromstring(capsys.readouterr().out).get("failures") == "0"


def test_text_is_for_people(well, capsys):
    assert run([well, "--tool", "status", "--arguments", '{"a": 1}', "--expect", "rows"]) == 0
    assert capsys.readouterr().out.endswith("nothing is wrong\n")


def test_every_option_reaches_the_server(well):
    with overheard(well) as (url, asked):
        options = ["--tool", "status", "--arguments", '{"a": 1}', "--tool", "rows"]
        options += ["--bearer", "t", "--origin", "https://a.example", "--repeat", "2"]
        options += ["--header", "X-Api-Key: k: 1", "--header", "x-empty:"]
        run([url, *options, "--format", "json"])
    bodies = [json.loads(it.body) for it in asked if it.body]
    calls = [it["params"] for it in bodies if it.get("method") == "tools/call"]
    told = [(it["name"], it["arguments"]) for it in calls]
    assert told == [("status", {"a": 1}), ("rows", {})] * 2
    assert any(it.headers.get("authorization") == "Bearer t" for it in asked)
    own = [(it.headers.get("x-api-key"), it.headers.get("x-empty")) for it in asked if it.body]
    assert set(own) == {("k: 1", "")}
    (wanted,) = [it.headers for it in asked if it.method == "OPTIONS"]
    assert wanted["access-control-request-headers"].endswith(",x-api-key,x-empty")
    assert any(it.headers.get("origin") == "https://a.example" for it in asked)
    assert sum(it.get("method") == "server/discover" for it in bodies) == 5


def test_what_is_meant_can_be_ignored(well):
    with Front(well, lambda asked, forward: Answered(429, {}, [])) as front:
        assert run([front.url, "--format", "json"]) == 4
        assert run([front.url, "--format", "json", "--ignore", "throttled"]) == 0


def test_a_token_may_come_from_the_environment(well, monkeypatch):
    monkeypatch.setenv("FIRSTBYTE_PROBE_BEARER", "secret")
    with overheard(well) as (url, asked):
        run([url, "--format", "json", "--repeat", "1"])
    assert tokens_of(asked) == {"Bearer secret", None}


def test_credentials_of_ones_own_replace_the_token(well, monkeypatch):
    monkeypatch.setenv("FIRSTBYTE_PROBE_BEARER", "secret")
    with overheard(well) as (url, asked):
        run([url, "--format", "json", "--header", "Authorization: Basic Zm9v"])
    assert tokens_of(asked) == {"Basic Zm9v"}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["ftp://a.example"],
        ["https:///mcp"],
        ["https://[a/mcp"],
        ["https://a.example", "--arguments", "{}"],
        ["https://a.example", "--tool", "a", "--arguments", "[]"],
        ["https://a.example", "--tool", "a", "--arguments", "{"],
        ["https://a.example", "--repeat", "0"],
        ["https://a.example", "--repeat", "101"],
        ["https://a.example", "--repeat", "many"],
        ["https://a.example", "--tool", "a", "--arguments", "[" * 9999],
        ["https://a.example", "--bearer", "two words"],
        ["https://a.example", "--bearer", "t\u00f6ken"],
        ["https://user:password@a.example"],
        ["https://a.example:port"],
        ["https://a.example", "--timeout", "0"],
        ["https://a.example", "--timeout", "901"],
        ["https://a.example", "--ignore", "nothing"],
        ["https://a.example", "--bearer", "t", "--sigv4"],
        ["https://a.example", "--header", "x-api-key"],
        ["https://a.example", "--header", "x api: key"],
        ["https://a.example", "--header", ": key"],
        ["https://a.example", "--header", "x: a\r\ny: b"],
        ["https://a.example", "--header", "x: \u00e9"],
    ],
)
def test_a_wrong_command_line_is_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    assert ended.value.code == 2
    assert "usage: firstbyte probe" in capsys.readouterr().err


def test_a_signature_that_cannot_be_made_is_a_wrong_command_line(monkeypatch, capsys):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(SystemExit):
        run(["https://a.lambda-url.eu-west-1.on.aws/", "--sigv4"])
    assert "no AWS credentials" in capsys.readouterr().err
