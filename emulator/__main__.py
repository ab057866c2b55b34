"""Run a command as a Lambda function on loopback.

    python -m firstbyte.emulator --port 9000 -- COMMAND...

The first line on standard output is the URL to call, once it can be called; everything else
goes to standard error. From then on SIGHUP is a new deployment; before, there is none to
replace and it means nothing. SIGINT and SIGTERM end it, a second SIGINT without giving
extensions their time.
"""

import signal
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal says otherwise; return the exit status.

    Raises:
        SystemExit: the arguments are wrong, the port is taken, or an import is missing.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        # Late: 0.2 s pass in it (0.03 s before), and a SIGHUP by then would end us.
        from firstbyte.emulator.command import run
    except ModuleNotFoundError as error:
        sys.exit(f"{error}; it comes with: pip install 'firstbyte[local]'")
    run(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
