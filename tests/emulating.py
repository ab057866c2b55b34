"""Run a command under the emulator for as long as a test needs it."""

import base64
import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from tests.waiting import BOUND_S, wait_until

ROOT = Path(__file__).parents[1]

BOOTSTRAP = (sys.executable, "-I", "-S", "handler/bootstrap")
"""Our runtime as the image starts it, from `ROOT`; what it serves follows."""

REDEPLOYED = "NEW DEPLOYMENT\n"


def state_of(pid):
    """The letter /proc has for what a process does: T is stopped, Z and empty are ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_group_alive(group):
    """Whether there is a process of the group."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def memory_in(folder):
    """Settings of a server that remembers: a fresh key, and a store in `folder`."""
    key = base64.urlsafe_b64encode(os.urandom(32)).decode()
    return {"FIRSTBYTE_KEYS": f"k:{key}", "FIRSTBYTE_STORE": f"sqlite:{folder}/store"}


class Running:
    """One emulator: `url` is what its first line said, `port` and `pid` where it is."""

    def __init__(self, process, url, log):
        self.url = url
        self.port = urlsplit(url).port
        self.pid = process.pid
        self._process = process
        self._log = log

    def log(self):
        """Everything it and its function have written so far, the first line aside."""
        return self._log.read_text(encoding="utf-8")

    def wait_for_log(self, text):
        """Return the log as soon as `text` is in it."""
        wait_until(lambda: text in self.log(), f"the log says {text!r}")
        return self.log()

    def signal(self, number):
        """Send it a signal."""
        self._process.send_signal(number)

    def redeploy(self):
        """Make a new deployment and wait until it is one."""
        before = self.log().count(REDEPLOYED)
        self.signal(signal.SIGHUP)
        wait_until(lambda: self.log().count(REDEPLOYED) > before, "it has redeployed")

    @contextlib.contextmanager
    def paused(self):
        """Stop it for the block: what happens meanwhile reaches it all at once."""
        self.signal(signal.SIGSTOP)
        try:
            wait_until(lambda: state_of(self.pid) == "T", "it is stopped")
            yield
        finally:
            self.signal(signal.SIGCONT)

    def kill(self, pid):
        """Kill a process of one of its environments."""
        os.kill(pid, signal.SIGKILL)

    def wait(self):
        """Wait for its end and return its exit status."""
        return self._process.wait(BOUND_S)


@contextlib.contextmanager
def emulator(*command, cwd=ROOT, env=None, **options):
    """Yield a `Running` emulator of `command` and end it afterwards.

    `options` are those of its command line: `timeout=2`, `over_limit="429"`, `freeze=True`,
    `extension=[first, second]`. `env` is added to this process's environment.
    """
    arguments = [sys.executable, "-m", "firstbyte.emulator", "--port", "0"]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            arguments.append(flag)
        elif isinstance(value, list):
            arguments += [part for each in value for part in (flag, str(each))]
        else:
            arguments += [flag, str(value)]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as stderr:
            process = subprocess.Popen(
                [*arguments, "--", *command],
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        with process:
            try:
                yield Running(process, _ready_line(process, log), log)
                has_ended = process.poll() is not None
            finally:
                status = _end(process)
            if not has_ended:
                assert status == 0, f"the emulator ended with {status}: {log.read_text()}"


def _ready_line(process, log):
    readable, _, _ = select.select([process.stdout], [], [], BOUND_S)
    line = process.stdout.readline().decode().strip() if readable else ""
    assert line, f"the emulator is not ready: {log.read_text()}"
    return line


def _end(process):
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(BOUND_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
