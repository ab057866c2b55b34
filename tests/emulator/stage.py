"""Where puppets report and get their orders, and the clients that call them."""

import contextlib
import http.client
import json
import socket
import sys
from pathlib import Path

from tests.emulating import BOUND_S

FUNCTIONS = Path(__file__).parent / "functions"
PUPPET = (sys.executable, str(FUNCTIONS / "puppet.py"))

PREFIX = "/2020-01-01/extension/"
PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response"


class Stage:
    """Listens for puppets. Use as a context manager."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(BOUND_S)
        self._puppets = []
        self.variables = {"STAGE_PORT": str(self._listener.getsockname()[1])}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.clear()
        self._listener.close()

    def clear(self):
        """Dismiss all puppets and wait until they are gone."""
        while self._puppets:
            self._puppets.pop().dismiss()

    def puppet(self):
        """The next puppet that reports."""
        control, _ = self._listener.accept()
        control.settimeout(BOUND_S)
        puppet = Puppet(control)
        self._puppets.append(puppet)
        return puppet


class Puppet:
    """One process of an environment and its connection to the Runtime API."""

    def __init__(self, control):
        self._control = control
        self._lines = control.makefile("rw", encoding="utf-8")
        hello = json.loads(self._lines.readline())
        self.name, self.pid, self.variables = hello["name"], hello["pid"], hello["variables"]
        self.request_id = ""

    def dismiss(self):
        """Wait for its end; without orders it ends by itself, unless it waits in a poll."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
            while self._lines.readline():
                pass
        self._lines.close()
        self._control.close()

    def order(self, name, *arguments):
        """Give an order without waiting for the reply."""
        self._lines.write(json.dumps([name, arguments]) + "\n")
        self._lines.flush()

    def reply(self):
        """The reply to the oldest order."""
        return json.loads(self._lines.readline())

    def ask(self, name, *arguments):
        """Give an order and wait for the reply."""
        self.order(name, *arguments)
        return self.reply()

    def is_gone(self):
        """Wait until the process has ended; True."""
        try:
            return self._lines.readline() == ""
        except ConnectionError:
            return True

    def request(self, method, path, body=b"", headers=()):
        """Send a request to the Runtime API on a new connection."""
        self.ask("connect")
        lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in dict(headers).items()]
        self.ask("send", "\r\n".join([*lines, "", ""]) + body.decode("latin-1"))

    def call(self, method, path, body=b"", headers=()):
        """Send a request and return what comes back."""
        self.request(method, path, body, headers)
        return self.ask("receive")

    def poll(self):
        """Ask for the next invocation; `take` reads it."""
        self.request("GET", "/2018-06-01/runtime/invocation/next")
        self.order("receive")

    def rest(self, running):
        """Ask for the next invocation and wait until the emulator knows that this one is done."""
        self.poll()
        running.wait_for_log(f"REPORT RequestId: {self.request_id}")

    def take(self):
        """The invocation asked for, its event decoded under `event`."""
        answer = self.reply()
        self.request_id = answer["headers"].get("lambda-runtime-aws-request-id", "")
        return answer | {"event": json.loads(answer["body"])}

    def next(self):
        """Ask for the next invocation and wait for it."""
        self.poll()
        return self.take()

    def respond(self, result, headers=()):
        """Answer the invocation with a buffered result."""
        return self.call("POST", self.path("response"), json.dumps(result).encode(), headers)

    def fail(self, kind, report, path=""):
        """Report an error, of the invocation if no `path` is given."""
        body = json.dumps(report).encode()
        headers = {"Lambda-Runtime-Function-Error-Type": kind}
        return self.call("POST", path or self.path("error"), body, headers)

    def open(self, head=None, content_type=PRELUDE_TYPE):
        """Open a streamed response, with a prelude if there is a `head`."""
        self.ask("connect")
        lines = [
            f"POST {self.path('response')} HTTP/1.1",
            "Host: x",
            "Lambda-Runtime-Function-Response-Mode: streaming",
            f"Content-Type: {content_type}",
            "Trailer: Lambda-Runtime-Function-Error-Type",
            "Trailer: Lambda-Runtime-Function-Error-Body",
            "Transfer-Encoding: chunked",
        ]
        self.ask("send", "\r\n".join([*lines, "", ""]))
        if head is not None:
            self.write(json.dumps(head))
            self.write("\0" * 8)

    def write(self, text):
        """Send one chunk of a streamed response."""
        self.ask("send", f"{len(text):x}\r\n{text}\r\n")

    def finish(self, trailers=()):
        """End a streamed response and return the Runtime API's answer."""
        lines = [f"{name}: {value}\r\n" for name, value in dict(trailers).items()]
        self.ask("send", "".join(["0\r\n", *lines, "\r\n"]))
        return self.ask("receive")

    def path(self, verb):
        """Where the invocation's answer goes."""
        return f"/2018-06-01/runtime/invocation/{self.request_id}/{verb}"


def make_extension(folder, name="watcher"):
    """Write an executable of that name that is a puppet."""
    program = folder / name
    program.write_text(f"#!/bin/sh\nPUPPET_NAME={name} exec {' '.join(PUPPET)}\n")
    program.chmod(0o755)
    return program


class Watcher:
    """A puppet that is an extension."""

    def __init__(self, puppet):
        self.puppet = puppet
        self.identity = {}

    def register(self, *events):
        """Ask to be told of `events`."""
        answer = self.call("POST", "register", json.dumps({"events": events}).encode())
        self.identity = {
            "Lambda-Extension-Identifier": answer["headers"]["lambda-extension-identifier"]
        }
        return answer

    def poll(self):
        """Ask for the next event; `take` reads it."""
        self.puppet.request("GET", PREFIX + "event/next", b"", self.identity)
        self.puppet.order("receive")

    def take(self):
        """The event asked for."""
        return json.loads(self.puppet.reply()["body"])

    def call(self, method, path, body=b"", headers=()):
        """Call the Extensions API."""
        own = {"Lambda-Extension-Name": self.puppet.name, **self.identity, **dict(headers)}
        return self.puppet.call(method, PREFIX + path, body, own)


class Client:
    """One HTTP connection to the front: `send`, then `response` when it is time."""

    def __init__(self, running):
        self._connection = http.client.HTTPConnection("127.0.0.1", running.port, BOUND_S)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()

    def send(self, method="POST", target="/mcp", body=b"{}", headers=()):
        """Send a request."""
        self._connection.request(method, target, body, dict(headers))
        return self

    def response(self):
        """The response, as soon as its head has come."""
        return self._connection.getresponse()

    def leave(self):
        """Close the connection, whatever is on it."""
        self._connection.close()
