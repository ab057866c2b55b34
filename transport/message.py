"""Turn a decoded body into a JSON-RPC message, and what we say into another.

Source: JSON-RPC 2.0 sections 4 and 5; MCP, "Messages", which narrows it: an id is a string or
an integer, never null, and `params` is an object.
"""

from firstbyte.transport.fault import INVALID_PARAMS, INVALID_REQUEST, Rejection, reject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.fault import Fault


class Call:
    """A request: it will be answered under its `id`, whose type counts ("1" is not 1)."""

    __slots__ = ("id", "method", "params")

    def __init__(self, call_id: "str | int", method: str, params: "dict[str, Any]") -> None:
        self.id = call_id
        self.method = method
        self.params = params


class Notification:
    """A message nobody answers."""

    __slots__ = ("method", "params")

    def __init__(self, method: str, params: "dict[str, Any]") -> None:
        self.method = method
        self.params = params


class ClientResponse:
    """A client's answer, `body` as it came: whether anything was asked is still to be seen."""

    __slots__ = ("body",)

    def __init__(self, body: "dict[str, Any]") -> None:
        self.body = body


def parse_message(body: object) -> "Call | Notification | ClientResponse | Rejection":
    """Read one message; `params` that are absent or null are an empty object."""
    if not isinstance(body, dict):
        return reject(INVALID_REQUEST, "a message is a JSON-RPC object")
    call_id = body.get("id")
    if type(call_id) not in (str, int):
        call_id = None
    if body.get("jsonrpc") != "2.0":
        return reject(INVALID_REQUEST, 'member "jsonrpc" is not "2.0"', call_id)
    # Only an error may lack its id: the client could not read ours (JSON-RPC section 5).
    is_nameless_error = body.get("id") is None and "error" in body
    if "id" in body and call_id is None and not is_nameless_error:
        return reject(INVALID_REQUEST, "the id is no string and no integer within 64 bits")
    if "method" in body:
        return _parse_asking(body, call_id)
    if ("result" in body) != ("error" in body) and (call_id is not None or is_nameless_error):
        return ClientResponse(body)
    return reject(INVALID_REQUEST, "no request, notification or response", call_id)


def _parse_asking(
    body: "dict[str, Any]", call_id: "str | int | None"
) -> "Call | Notification | Rejection":
    method, params = body["method"], body.get("params")
    if "result" in body or "error" in body:
        return reject(INVALID_REQUEST, "a request cannot be a response as well", call_id)
    if not isinstance(method, str):
        return reject(INVALID_REQUEST, "the method is not a string", call_id)
    # An array of positional parameters, too, which JSON-RPC allows.
    if params is not None and not isinstance(params, dict):
        return reject(INVALID_PARAMS, "params is not an object", call_id)
    if call_id is None:
        return Notification(method, params or {})
    return Call(call_id, method, params or {})


def result_message(call_id: "str | int", result: "dict[str, Any]") -> "dict[str, Any]":
    """Answer the call `call_id` with its result."""
    return {"jsonrpc": "2.0", "id": call_id, "result": result}


def error_message(call_id: "str | int | None", fault: "Fault") -> "dict[str, Any]":
    """Answer the call `call_id`, None if it could not be read, with an error."""
    error = {"code": fault.code, "message": fault.message}
    if fault.data is not None:
        error["data"] = fault.data
    return {"jsonrpc": "2.0", "id": call_id, "error": error}


def request_message(call_id: str, method: str, params: "dict[str, Any]") -> "dict[str, Any]":
    """Ask a client of the legacy era, which answers under `call_id`."""
    return {"jsonrpc": "2.0", "id": call_id, "method": method, "params": params}


def notification_message(method: str, params: "dict[str, Any]") -> "dict[str, Any]":
    """Tell the client something that needs no answer."""
    return {"jsonrpc": "2.0", "method": method, "params": params}
