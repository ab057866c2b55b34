"""Serve invocations one after the other, and settle each one's fate.

The client's fault is an answer, the tool's fault is a result; what arrives here as an
exception is ours: it goes to the log, and to `/error` before the first byte or into trailers
after it.
"""

from firstbyte.handler.errors import ConnectionLost, DeadlineExceeded
from firstbyte.handler.process import flush_log
from firstbyte.handler.response_stream import ResponseStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from firstbyte.handler.invocation import Invocation
    from firstbyte.handler.log import Log
    from firstbyte.handler.runtime_api import RuntimeApi
    from firstbyte.handler.served import Served
    from firstbyte.handler.watch import Watch
    from firstbyte.transport.codec import Codec


def run(
    api: "RuntimeApi",
    served: "Served",
    watch: "Watch",
    log: "Log",
    codec: "Codec",
    trace: "Callable[[str], object]",
) -> "NoReturn":
    """Poll and serve until the process ends.

    `trace` is told the X-Ray trace id of each invocation.

    Raises:
        ConnectionLost: the Runtime API is gone or refuses us; the process cannot go on.
    """
    while True:
        invocation = api.next()
        trace(invocation.trace_id)
        watch.begin(invocation)
        stream = ResponseStream(api, invocation, codec)
        log.begin(invocation, watch, stream)
        try:
            _settle(served, invocation, stream, watch, log)
        except DeadlineExceeded:
            # The timer ticked once more on the way out of the tool; this stops it.
            watch.give_up()
        finally:
            # The environment may be frozen from the next poll on: nothing may wait in a buffer.
            flush_log()
            log.conclude()


def _settle(
    served: "Served",
    invocation: "Invocation",
    stream: ResponseStream,
    watch: "Watch",
    log: "Log",
) -> None:
    """Serve one invocation to its end, whichever that is."""
    try:
        served.serve(invocation, stream, watch)
    except ConnectionLost:
        raise
    # The one place for what is our fault.
    except BaseException as error:
        if not watch.has_fired:
            stream.fail(log.report(error, invocation.request_id))
            if not isinstance(error, Exception):
                # A handler ends the process, by sys.exit() for one: its client has heard.
                raise
    if watch.has_fired:
        watch.give_up()
