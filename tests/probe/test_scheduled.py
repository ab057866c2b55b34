"""probe/scheduled.py: as a function it says in metrics what it found."""

import json
import sys
from types import SimpleNamespace

import httpx2
import pytest

from firstbyte.probe.plan import PlanInvalid
from firstbyte.probe.scheduled import handler
from tests.emulating import ROOT, emulator
from tests.probe.probing import deployed, overheard, tokens_of


@pytest.fixture(scope="module")
def well():
    with deployed("well") as running:
        yield running.url


def context(left_s=300):
    return SimpleNamespace(get_remaining_time_in_millis=lambda: left_s * 1000)


def test_a_healthy_server_is_reported_and_logged(well, capsys):
    document = handler({"url": well, "tool": "status", "expect": ["rows"]}, context())
    line = json.loads(capsys.readouterr().out)
    assert document["healthy"] is True
    assert (line["Url"], line["ProbeHealthy"]) == (well, 1)


def test_the_url_may_be_a_setting(well, capsys, monkeypatch):
    monkeypatch.setenv("FIRSTBYTE_PROBE_URL", well)
    document = handler({"expect": ["other"], "ignore": []}, context())
    assert [it["code"] for it in document["findings"]] == ["tools-shrunken"]
    assert json.loads(capsys.readouterr().out)["Codes"] == ["tools-shrunken"]


def test_every_key_reaches_the_server(well, capsys):
    with overheard(well) as (url, asked):
        event = {"url": url, "tool": "status", "arguments": {"a": 1}, "repeat": 1}
        handler({**event, "bearer": "t", "headers": {"X-Api-Key": "k"}}, context())
    calls = [it for it in asked if it.headers.get("mcp-method") == "tools/call"]
    told = [json.loads(it.body)["params"] for it in calls]
    assert [(it["name"], it["arguments"]) for it in told] == [("status", {"a": 1})]
    assert {it.headers["x-api-key"] for it in asked} == {"k"}
    assert tokens_of(asked) == {"Bearer t", None}
    assert sum(it.headers.get("mcp-method") == "server/discover" for it in asked) == 3
    assert json.loads(capsys.readouterr().out)["ProbeHealthy"] == 1


def test_without_a_url_it_fails(monkeypatch):
    monkeypatch.delenv("FIRSTBYTE_PROBE_URL", raising=False)
    with pytest.raises(PlanInvalid, match="no URL"):
        handler({}, context())


@pytest.mark.parametrize(
    "event",
    [
        {"url": "ftp://a.example"},
        {"url": 7},
        {"expect": "rows"},
        {"ignore": "tools-empty"},
        {"ignore": ["nothing"]},
        {"sigv4": "true"},
        {"repeat": 0},
        {"repeat": "4"},
        {"timeout": 0},
        {"timeout": "4"},
        {"tool": 7},
        {"tool": "status", "arguments": "{}"},
        {"bearer": "a b"},
        {"bearer": 7},
        {"headers": "x-api-key: k"},
        {"headers": {"x-api-key": 7}},
        {"origin": 7},
    ],
)
def test_an_event_that_is_no_plan_fails(event):
    with pytest.raises(PlanInvalid):
        handler({"url": "https://a.example/mcp", **event}, context())


def test_a_question_that_may_outlast_the_function_is_not_asked(well, capsys):
    # An answer may take the timeout, and a connection 10 seconds.
    document = handler({"url": well, "timeout": 18}, context(29))
    assert [it["code"] for it in document["findings"]] == ["unfinished"]
    line = json.loads(capsys.readouterr().out)
    assert (line["Codes"], line["ProbeHealthy"]) == (["unfinished"], 0)
    assert handler({"url": well, "timeout": 1}, context(29))["healthy"] is True


def test_it_runs_as_a_function(well):
    command = (sys.executable, "-I", "-S", str(ROOT / "handler/bootstrap"))
    with emulator(*command, "firstbyte.probe.scheduled:handler", timeout=30) as running:
        invoke = running.url.removesuffix("/mcp") + "/2015-03-31/functions/function/invocations"
        answer = httpx2.post(invoke, json={"url": well, "timeout": 5}, timeout=30)
        log = running.wait_for_log("CloudWatchMetrics")
    assert answer.json()["healthy"] is True
    line = next(it for it in log.splitlines() if "CloudWatchMetrics" in it)
    assert json.loads(line[line.index("{") :])["ProbeHealthy"] == 1


def test_credentials_of_ones_own_replace_the_token(well, monkeypatch):
    monkeypatch.setenv("FIRSTBYTE_PROBE_BEARER", "secret-token\n")
    with overheard(well) as (url, asked):
        handler({"url": url}, context())
        # What came with a line's end is a token all the same.
        assert tokens_of(asked) == {"Bearer secret-token", None}
        asked.clear()
        handler({"url": url, "headers": {"Authorization": "Basic Zm9v"}}, context())
    assert tokens_of(asked) == {"Basic Zm9v"}
