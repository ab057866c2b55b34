"""Serve invocations one after the other, and settle each one's fate.

The client's fault is an answer, the tool's fault is a result; what arrives here as an
exception is ours: it goes to the log, and to `/error` before the first byte or into trailers
after it.
"""

import sys

from firstbyte.handler.errors import ConnectionLost, DeadlineExceeded
from firstbyte.handler.response_stream import ResponseStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

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
        log.begin(invocation)
        watch.begin(invocation)
        stream = ResponseStream(api, invocation, codec)
        try:
            served.serve(invocation, stream, watch)
        except DeadlineExceeded:
            try:
                watch.give_up()
            except DeadlineExceeded:
                # The timer ticked once more on the way in; its next tick is far.
                watch.give_up()
        except ConnectionLost:
            raise
        except Exception as error:  # noqa: BLE001 (the one place for what is our fault)
            stream.fail(log.report(error, invocation.request_id))
        except BaseException as error:
            # A handler that ends the process, by sys.exit() for one: its client hears of it.
            stream.fail(log.report(error, invocation.request_id))
            raise
        if watch.has_fired:
            watch.give_up()
        # The environment may be frozen from the next poll on: nothing may wait in a buffer.
        sys.stdout.flush()
        sys.stderr.flush()
