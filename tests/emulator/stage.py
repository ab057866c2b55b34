"""Where puppets report and get their orders, and the clients that call them."""

import contextlib
import http.client
import json
import socket
import sys
from pathlib import Path

from tests.waiting import BOUND_S

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
        # And those that nobody asked for.
        self._listener.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self._listener.accept()[0].close()
        self._listener.settimeout(BOUND_S)

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
        self._replies = control.makefile("r", encoding="utf-8")
        hello = self.reply()
        self.name, self.pid, self.variables = hello["name"], hello["pid"], hello["variables"]
        self.request_id = ""

    def dismiss(self):
        """Wait for its end; without orders it ends by itself, unless it waits in a poll."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
            while self._replies.readline():
                pass
        self._replies.close()
        self._control.close()

    def order(self, name, *arguments):
        """Give an order without waiting for the reply."""
        self._control.sendall(json.dumps([name, arguments]).encode() + b"\n")

    def reply(self):
        """The reply to the oldest order."""
        return json.loads(self._replies.readline())

    def ask(self, name, *arguments):
        """Give an order and wait for the reply."""
        self.order(name, *arguments)
        return self.reply()

    def is_gone(self):
        """Wait until the process has ended; True."""
        with contextlib.suppress(ConnectionError):
            while self._replies.readline():
                pass
        return True

    def request(self, method, path, body=b"", headers=()):
        """Send a request to the Runtime API on a new connection; `answer` reads what comes.

        Without waiting for replies: an environment may be frozen before they are sent.
        """
        lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in dict(headers).items()]
        self.order("connect")
        self.order("send", "\r\n".join([*lines, "", ""]) + body.decode("latin-1"))
        self.order("receive")

    def answer(self):
        """The Runtime API's answer to the request."""
        _connected, _sent, received = self.reply(), self.reply(), self.reply()
        return received

    def call(self, method, path, body=b"", headers=()):
        """Send a request and return what comes back."""
        self.request(method, path, body, headers)
        return self.answer()

    def poll(self):
        """Ask for the next invocation; `take` reads it."""
        self.request("GET", "/2018-06-01/runtime/invocation/next")

    def rest(self, running):
        """Ask for the next invocation and wait until this one's report is written."""
        self.poll()
        running.wait_for_log(f"REPORT RequestId: {self.request_id}")

    def take(self):
        """The invocation asked for, its event decoded under `event`."""
        return self._taken(self.answer())

    def poll_unheard(self):
        """Ask for the next invocation while nobody listens yet; `take_late` reads it."""
        self.ask("connect")
        self.ask("send", "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n")

    def take_late(self):
        """The invocation asked for with `poll_unheard`."""
        return self._taken(self.ask("receive"))

    def _taken(self, answer):
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
        self.request("GET", "event/next")

    def wait_beside(self):
        """Ask for the next event on a connection that stays open while others are used."""
        self.puppet.ask("connect")
        lines = [f"{name}: {value}\r\n" for name, value in self.identity.items()]
        head = f"GET {PREFIX}event/next HTTP/1.1\r\nHost: x\r\n{''.join(lines)}\r\n"
        self.puppet.ask("send", head)
        self.puppet.ask("keep")

    def take(self):
        """The event asked for."""
        return json.loads(self.puppet.answer()["body"])

    def request(self, method, path, body=b"", headers=()):
        """Send a request to the Extensions API."""
        own = {"Lambda-Extension-Name": self.puppet.name, **self.identity, **dict(headers)}
        self.puppet.request(method, PREFIX + path, body, own)

    def call(self, method, path, body=b"", headers=()):
        """Send a request and return what comes back."""
        self.request(method, path, body, headers)
        return self.puppet.answer()


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
