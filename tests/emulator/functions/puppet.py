"""A runtime or extension that does nothing by itself: the test at STAGE_PORT gives the orders.

Orders and replies are JSON, one a line. Its first line says who it is.
"""

import http.client
import json
import os
import socket
import subprocess
import sys

DAEMON = "import os, sys, time; os.setsid(); print(os.getpid(), flush=True); time.sleep(600)"


class Puppet:
    """Its connection to the Runtime API is its own, so it dies with it."""

    def __init__(self):
        self._api = None
        self._kept = []

    def connect(self):
        """Open a connection, closing the one before."""
        if self._api not in (None, *self._kept):
            self._api.close()
        host, _, port = os.environ["AWS_LAMBDA_RUNTIME_API"].partition(":")
        self._api = socket.create_connection((host, int(port)))

    def keep(self):
        """Leave this connection open when the next one is opened."""
        self._kept.append(self._api)

    def send(self, octets):
        """Send these octets, given as text in latin-1."""
        self._api.sendall(octets.encode("latin-1"))

    def flood(self, count):
        """Send `count` octets in one chunk."""
        self._api.sendall(b"%x\r\n%b\r\n" % (count, b"x" * count))

    def receive(self):
        """Read one HTTP response."""
        response = http.client.HTTPResponse(self._api)
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        body = response.read().decode("latin-1")
        return {"status": response.status, "headers": headers, "body": body}

    def peek(self):
        """Wait until something is there to be read, and leave it there."""
        return len(self._api.recv(1, socket.MSG_PEEK))

    def say(self, text):
        """Write a line to the log."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def spawn(self):
        """Start a process that leaves our session and outlives its parent."""
        daemon = [sys.executable, "-S", "-c", DAEMON]
        shell = f'"{daemon[0]}" -S -c "{DAEMON}" & '
        with subprocess.Popen(shell, shell=True, stdout=subprocess.PIPE, text=True) as child:
            return int(child.stdout.readline())

    def execute(self):
        """Become a new program under the same number."""
        os.execv(sys.executable, [sys.executable, *sys.argv])

    def exit(self, status):
        """End at once."""
        os._exit(status)


def main():
    """Carry out orders until there are no more."""
    puppet = Puppet()
    control = socket.create_connection(("127.0.0.1", int(os.environ["STAGE_PORT"])))
    # Two files: one for both directions forgets what it has read ahead when it writes.
    orders = control.makefile("r", encoding="utf-8")
    replies = control.makefile("w", encoding="utf-8")
    reply = {
        "name": os.environ.get("PUPPET_NAME", "runtime"),
        "pid": os.getpid(),
        "variables": dict(os.environ),
    }
    while True:
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
        if not (line := orders.readline()):
            return
        name, arguments = json.loads(line)
        reply = getattr(puppet, name)(*arguments)


if __name__ == "__main__":
    main()
