"""The guides in docs/: their code runs, their figures add up, and their log lines come."""

import json
import os
import re
import subprocess
import sys
import types

import boto3
import pytest
from moto import mock_aws

from firstbyte.handler.keys import parse_keys
from firstbyte.handler.response_stream import is_streamed
from firstbyte.tools import ResourceNotFound
from firstbyte.tools.testing import Client
from tests.docs.reading import PAGES, ROOT, SCRIPTS, read_blocks, read_code, read_tables
from tests.emulating import BOOTSTRAP, emulator, memory_in
from tests.end_to_end.calling import call
from tests.waiting import BOUND_S, wait_until

FAILING = '''
import logging

from firstbyte.tools import Server, tool


@tool
def fail() -> str:
    """Warn, then fail."""
    logging.getLogger("shop").warning("slow")
    raise KeyError("x")


server = Server("failing", "1", tools=[fail])
'''

HALE = '''
from firstbyte.tools import Server, tool


@tool
def hale() -> str:
    """Work."""
    return "well"


server = Server("hale", "1", tools=["lame:lame", hale])
'''


def text_of(page):
    return PAGES[page].read_text(encoding="utf-8")


def code_of(page):
    """The only Python of a page."""
    (block,) = (block for block in read_blocks(page) if block.language == "python")
    return block.text


def run(code, name):
    """Execute `code` as a module of its own."""
    module = types.ModuleType(name)
    exec(compile(code, name, "exec"), vars(module))
    return module


def shell(page, beginning, **variables):
    """What the one script of `page` that begins so prints."""
    (script,) = (
        script.text
        for script in SCRIPTS
        if script.page == page and script.text.startswith(beginning)
    )
    ran = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=BOUND_S,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def put_apart(folder, page, *names):
    """Write the files that a page shows into `folder`."""
    for name in names:
        (folder / name).write_text(read_code(page, name))


def test_where_to_put_what_imports_nothing_heavy_with_the_server(tmp_path):
    put_apart(tmp_path, "where-to-put-what.md", "app.py", "invoices.py")
    code = "import sys, app; print(sorted({'boto3', 'invoices'} & {*sys.modules}))"
    imported = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert imported.stdout == "[]\n"


def test_where_to_put_what_reads_an_invoice(tmp_path, monkeypatch):
    put_apart(tmp_path, "where-to-put-what.md", "app.py", "invoices.py")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("INVOICES", "invoices")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="invoices")
        boto3.client("s3").put_object(Bucket="invoices", Key="7.txt", Body=b"seven")
        client = Client(run(read_code("where-to-put-what.md", "app.py"), "app").server)
        assert client.read("invoice:7").text == "seven"
        with pytest.raises(ResourceNotFound, match="no invoice 8"):
            client.read("invoice:8")


def test_an_import_that_fails_fails_its_call_each_time_and_no_other(tmp_path):
    (tmp_path / "lame.py").write_text("import nowhere\n")
    (tmp_path / "hale.py").write_text(HALE)
    bootstrap = [*BOOTSTRAP[:-1], str(ROOT / BOOTSTRAP[-1]), "hale:server"]
    with emulator(*bootstrap, cwd=tmp_path, concurrency=1) as running:
        for name, has_failed in [("lame", True), ("hale", False), ("lame", True)]:
            result = call(running.url, name)["result"]
            assert result.get("isError", False) == has_failed
        reasons = "No module named 'nowhere'"
        wait_until(lambda: running.log().count(reasons) == 2, "both reasons are logged")
        assert running.log().count("Init Duration") == 1


def test_the_cart_of_sessions_remembers_and_expires():
    shop = run(code_of("sessions.md"), "shop")
    client = Client(shop.server)
    cart = client.call("begin_cart").text
    client.call("add_to_cart", cart=cart, item="bread")
    filled = client.call("add_to_cart", cart=cart, item="milk")
    assert filled.structured == ["bread", "milk"]
    assert client.call("add_to_cart", cart="another", item="milk").is_error
    shop.CARTS[cart]["expires"] = 0
    assert client.call("add_to_cart", cart=cart, item="milk").is_error


@pytest.mark.foreign
def test_the_command_of_sessions_shows_an_id(tmp_path):
    with emulator(*BOOTSTRAP, env=memory_in(tmp_path)) as running:
        printed = shell("sessions.md", "curl", URL=running.url)
    assert re.search(r"^mcp-session-id: \S+", printed, re.IGNORECASE | re.MULTILINE)


@pytest.mark.foreign
def test_the_command_of_monitoring_tells_a_server_that_works():
    with emulator(*BOOTSTRAP) as running:
        printed = shell("monitoring.md", "curl", URL=running.url)
    assert "2026-07-28" in json.loads(printed)["result"]["supportedVersions"]


def test_the_log_has_the_lines_that_monitoring_shows(tmp_path):
    (tmp_path / "failing.py").write_text(FAILING)
    blocks = [block for block in read_blocks("monitoring.md") if block.language == "json"]
    (request,), shown = (
        [json.loads(line) for line in block.text.splitlines()] for block in blocks
    )
    bootstrap = [*BOOTSTRAP[:-1], str(ROOT / BOOTSTRAP[-1]), "failing:server"]
    with emulator(*bootstrap, cwd=tmp_path, env={"AWS_LAMBDA_LOG_FORMAT": "JSON"}) as running:
        answer = call(running.url, "fail")
        log = running.wait_for_log("KeyError")
        log = running.wait_for_log('"_aws"')
    read = [json.loads(line) for line in re.findall(r"^\[1\] ({.*})$", log, re.MULTILINE)]
    (told,) = [line for line in read if "_aws" in line]
    assert request.keys() - {"client"} <= told.keys()
    lines = [line for line in read if "_aws" not in line]
    assert [line.keys() for line in lines] == [line.keys() for line in shown]
    same = ("level", "message", "logger", "errorType", "errorMessage")
    assert [[line.get(key) for key in same] for line in lines] == [
        [line.get(key) for key in same] for line in shown
    ]
    (told,) = answer["result"]["content"]
    assert told["text"].endswith(f"the server's log has request id {lines[0]['requestId']}")


def test_the_command_of_settings_makes_a_key():
    assert parse_keys(shell("settings.md", "python3").strip()).new_id()


def test_the_handler_of_the_reference_streams():
    assert is_streamed(run(code_of("api/streaming.md"), "handler").handler)


def test_the_costs_of_an_idle_stream_follow_from_the_prices():
    text = text_of("idle-streams.md")
    (prices,) = re.findall(r"\$(0\.\d+) on Arm and \$(0\.\d+) on x86", text)
    table = next(table for table in read_tables("idle-streams.md") if table[0][0] == "memory")
    for memory, *shown in table[1:]:
        gb_s = int(memory.removesuffix(" MB").replace(",", "")) / 1024 * 86_400
        costs = [gb_s * days * float(price) for price in prices for days in (1, 30)]
        assert shown == [f"{gb_s:,.0f}", *(f"${cost:.2f}" for cost in costs)]


def test_the_versions_compared_are_those_of_the_benchmark():
    results = json.loads((ROOT / "benchmarks/report/results.json").read_text())
    measured = [each["versions"] for each in results["candidates"]]
    known = {".".join(v.split(".")[:2]) for versions in measured for v in versions.values()}
    ways, _ = read_tables("comparison.md")
    for way, *_ in ways[1:]:
        notes = re.findall(r"(?<!\])\(([^)]*)\)", way)
        said = " ".join(note for note in notes if "not in the benchmark" not in note)
        assert {*re.findall(r"\d+\.\d+", said)} <= known
    assert {versions.get("lambda-web-adapter") for versions in measured} >= {
        *re.findall(r"registry has, ([\w.-]+);", text_of("comparison.md"))
    }
