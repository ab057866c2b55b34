"""emulator/request_log.py: one line for each request that was answered."""

import asyncio
import io
import logging

from starlette.responses import PlainTextResponse

from firstbyte.emulator.console import Console
from firstbyte.emulator.failure import platform_failure
from firstbyte.emulator.invocation import Invocation
from firstbyte.emulator.request_log import INVOCATION, RequestLog

SCOPE = {"type": "http", "method": "GET", "path": "/a"}


def lines_of(application):
    stream = io.StringIO()
    log = RequestLog(application, Console(stream, logging.INFO))

    async def send(message):
        pass

    asyncio.run(log(dict(SCOPE), None, send))
    return stream.getvalue().splitlines()


def test_status_and_octets_are_those_that_were_sent():
    (line,) = lines_of(PlainTextResponse("hello", 404))
    assert line.startswith("GET  /a 404 env - warm first ")
    assert line.endswith(" 5 B")


def test_the_invocation_says_where_and_how_it_went():
    async def application(scope, receive, send):
        invocation = Invocation(b"", request_id="r", trace_id="t")
        invocation.environment, invocation.is_cold = 7, True
        invocation.end(platform_failure("Runtime.ExitError", "x"))
        scope[INVOCATION] = invocation
        await PlainTextResponse("", 502)(scope, receive, send)

    (line,) = lines_of(application)
    assert line.startswith("GET  /a 502 env 7 cold first ")
    assert line.endswith(" 0 B Runtime.ExitError")


def test_a_request_that_was_not_answered_has_no_line():
    async def application(scope, receive, send):
        pass

    assert lines_of(application) == []
