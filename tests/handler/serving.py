"""What answers one invocation on a real connection, watched by a quiet watch."""

from firstbyte.handler import clock
from firstbyte.handler.invocation import Invocation
from firstbyte.handler.served import serve_target
from firstbyte.transport.codec import Codec
from firstbyte.transport.memory import Memory
from firstbyte.transport.policy import Policy
from tests.handler.fakes import REQUEST_ID, QuietWatch

POLICY = Policy("/mcp", (), (), 1_000_000)


def make_invocation(body=b'{"a": 1}', **headers):
    names = {"Lambda-Runtime-Aws-Request-Id": REQUEST_ID, "Content-Type": "application/json"}
    return Invocation(names | headers, body)


def serve(target, stream, invocation=None):
    """Serve one invocation by `target`; the watch says in which order things happened."""
    watch = QuietWatch()
    served = serve_target(target, "module:attribute", POLICY, Codec(), Memory(clock))
    served.serve(invocation or make_invocation(), stream, watch)
    return watch
