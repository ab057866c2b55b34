"""Decide whether an HTTP request is served: admitted, merely acknowledged, or rejected.

The rungs, first failing one wins. Those above the body do not read it, so their errors carry no
id; all others carry the id of the request if it has a legal one.

     1  path                    404      the endpoint's
     2  HTTP method             405      POST
     3  Host                    421      listed, where there is a list
     4  Origin                  403      absent, listed, or this very machine's
     5  Content-Type            415      application/json
     6  size                    413      within the limit
     7  JSON                    400      a text in UTF-8                                 -32700
     8  envelope                400      one JSON-RPC message                            -32600
     9  Accept                  406      application/json or text/event-stream
    10  era                     -        (below)
        modern
    11  routing headers         400      none of them sent twice                         -32020
    12  `_meta`                 400      protocol version and client capabilities        -32602
    13  headers and body        400      tell the same version, method and name          -32020
    14  version                 400      a modern one we serve                           -32022
    15  method                  404      served in this era, by this server              -32601
        legacy
    16  method                  200      served in this era, by this server              -32601

A request is modern if its `_meta` names a protocol version, a key reserved for this, or if its
version header names none of the legacy ones. Else it is legacy: no sessions are kept, so its
revision is the header's, and without one 2025-03-26.

Sources: MCP 2026-07-28, "Transports", "Versioning"; MCP 2025-11-25, "Transports".
"""

from firstbyte.transport import header, meta
from firstbyte.transport.errors import MalformedJson
from firstbyte.transport.fault import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    UNSUPPORTED_VERSION,
    Fault,
    Rejection,
    reject,
)
from firstbyte.transport.message import Call, ClientResponse, parse_message
from firstbyte.transport.method import METHODS
from firstbyte.transport.revision import ASSUMED, LEGACY, MODERN, REVISIONS, find_revision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.message import Notification
    from firstbyte.transport.method import Method
    from firstbyte.transport.policy import Policy
    from firstbyte.transport.request import Request
    from firstbyte.transport.revision import Revision
    from firstbyte.transport.service import Service


class Admitted:
    """A call to be performed, in which revision, and what its client takes for an answer."""

    __slots__ = ("accepts_json", "accepts_sse", "call", "method", "revision")

    def __init__(
        self,
        call: Call,
        method: "Method",
        revision: "Revision",
        *,
        accepts_json: bool,
        accepts_sse: bool,
    ) -> None:
        self.call = call
        self.method = method
        self.revision = revision
        self.accepts_json = accepts_json
        self.accepts_sse = accepts_sse


class Acknowledged:
    """A message that is taken and has no answer: 202."""

    __slots__ = ()


class Admission:
    """The ladder, for one service under one policy."""

    __slots__ = ("_codec", "_memory", "_policy", "_service")

    def __init__(
        self, service: "Service", policy: "Policy", codec: "Codec", memory: "Memory"
    ) -> None:
        self._service = service
        self._policy = policy
        self._codec = codec
        self._memory = memory

    def judge(self, request: "Request") -> Admitted | Acknowledged | Rejection:
        """Climb the ladder."""
        refusal = self._judge_head(request)
        if refusal is not None:
            return refusal
        try:
            body = self._codec.decode(request.body)
        except MalformedJson:
            return reject(PARSE_ERROR, "the body is no JSON text in UTF-8")
        message = parse_message(body)
        if isinstance(message, Rejection):
            return message
        call_id = message.id if isinstance(message, Call) else None
        accept = header.find_value(request.headers, header.ACCEPT)
        accepts_json = header.accepts(accept, header.JSON)
        accepts_sse = header.accepts(accept, header.SSE)
        if not (accepts_json or accepts_sse):
            return _refuse(406, f"{header.JSON} and {header.SSE} are served", call_id)
        version = header.find_value(request.headers, header.PROTOCOL_VERSION)
        if not isinstance(message, Call):
            return _judge_unanswered(message, version)
        verdict = self._judge_call(message, version, request.headers)
        if isinstance(verdict, Rejection):
            return verdict
        return Admitted(
            message,
            METHODS[message.method],
            verdict,
            accepts_json=accepts_json,
            accepts_sse=accepts_sse,
        )

    def _judge_head(self, request: "Request") -> Rejection | None:
        """Rungs 1 to 6: all that needs no look into the body."""
        policy, headers = self._policy, request.headers
        if not policy.serves_path(request.path):
            return _refuse(404, "there is nothing at this path")
        if request.method != "POST":
            # There are no standalone streams and no sessions to end: GET and DELETE are void.
            return _refuse(405, "only POST is served", headers={"allow": "POST"})
        host = header.find_value(headers, header.HOST)
        if not policy.allows_host(host):
            return _refuse(421, "this Host is not in FIRSTBYTE_ALLOWED_HOSTS")
        if not policy.allows_origin(header.find_value(headers, header.ORIGIN), host):
            return _refuse(403, "this Origin is not in FIRSTBYTE_ALLOWED_ORIGINS")
        if not header.is_json(headers.get(header.CONTENT_TYPE)):
            return _refuse(415, f"only {header.JSON} is served")
        size, limit = len(request.body), policy.max_body_bytes
        if size > limit:
            return _refuse(413, f"body is {size} bytes, at most {limit} are served")
        return None

    def _judge_call(
        self, call: Call, version: str | None, headers: "Mapping[str, str]"
    ) -> "Revision | Rejection":
        """Rungs 10 to 16."""
        legacy = ASSUMED if version is None else find_revision(version, LEGACY)
        if legacy is None or _names_version(call.params.get(meta.META)):
            revision = _judge_modern(call, version, headers)
            if isinstance(revision, Rejection):
                return revision
        else:
            revision = legacy
        method = METHODS.get(call.method)
        if method is not None and method.is_served(self._service, revision.era, self._memory):
            return revision
        fault = Fault(METHOD_NOT_FOUND, "this method is not served")
        # Legacy revisions give JSON-RPC errors no HTTP status of their own; a 404 would mean
        # that a session is gone.
        return Rejection(404 if revision.era == MODERN else 200, fault, call.id)


def _names_version(call_meta: object) -> bool:
    return isinstance(call_meta, dict) and meta.PROTOCOL_VERSION in call_meta


def _judge_modern(
    call: Call, version: str | None, headers: "Mapping[str, str]"
) -> "Revision | Rejection":
    """Rungs 11 to 14."""
    method = header.find_value(headers, header.METHOD)
    # Neither a version nor a method holds a comma; a name that is sent twice fails to match.
    if "," in (version or "") or "," in (method or ""):
        return reject(HEADER_MISMATCH, "a routing header was sent twice", call.id)
    call_meta = call.params.get(meta.META)
    asked = _asked_version(call_meta)
    if asked is None:
        wanted = f"{meta.PROTOCOL_VERSION}, a string, and {meta.CLIENT_CAPABILITIES}, an object"
        return reject(INVALID_PARAMS, f"_meta lacks {wanted}", call.id)
    if version != asked:
        return _mismatch(header.PROTOCOL_VERSION, "the version in _meta", call.id)
    if method != call.method:
        return _mismatch(header.METHOD, "the method", call.id)
    row = METHODS.get(call.method)
    if row is not None and row.name_param:
        name = header.find_value(headers, header.NAME)
        told = call.params.get(row.name_param)
        if not (name is None and not isinstance(told, str)) and (
            name is None or header.decode_value(name) != told
        ):
            return _mismatch(header.NAME, f"params.{row.name_param}", call.id)
    return find_revision(asked, MODERN) or _unserved(asked, call.id)


def _asked_version(call_meta: "Any") -> str | None:
    """Read the version off a `_meta`; None if that lacks what modern requests must carry."""
    if not isinstance(call_meta, dict):
        return None
    asked = call_meta.get(meta.PROTOCOL_VERSION)
    has_capabilities = isinstance(call_meta.get(meta.CLIENT_CAPABILITIES), dict)
    return asked if isinstance(asked, str) and has_capabilities else None


def _judge_unanswered(
    message: "Notification | ClientResponse", version: str | None
) -> Acknowledged | Rejection:
    """Take what needs no answer, and do nothing about it.

    Not even `notifications/cancelled`: ids are the clients' choice, so one could end another's
    call. Nothing was asked of a client, and in the modern era nothing can be.
    """
    if isinstance(message, ClientResponse):
        if version is not None and find_revision(version, LEGACY) is None:
            return reject(INVALID_REQUEST, "a response was sent to a server that asks nothing")
    elif version is not None and version not in REVISIONS:
        return _unserved(version)
    return Acknowledged()


def _mismatch(name: str, counterpart: str, call_id: "str | int") -> Rejection:
    return reject(HEADER_MISMATCH, f"header {name} does not equal {counterpart}", call_id)


def _unserved(version: str, call_id: "str | int | None" = None) -> Rejection:
    asked = version.encode("ascii", "backslashreplace").decode()
    supported = {"supported": list(REVISIONS), "requested": asked}
    return reject(
        UNSUPPORTED_VERSION, "this protocol version is not served", call_id, supported
    )


def _refuse(
    status: int,
    message: str,
    call_id: "str | int | None" = None,
    headers: "Mapping[str, str] | None" = None,
) -> Rejection:
    """Refuse for a reason that is HTTP's, and has no code of its own."""
    return Rejection(status, Fault(INVALID_REQUEST, message), call_id, headers)
