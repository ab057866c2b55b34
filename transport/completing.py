"""Suggest values for an argument of a prompt or a variable of a resource template.

Source: MCP 2026-07-28, "Completion".
"""

from firstbyte.transport import authored
from firstbyte.transport.fault import INVALID_PARAMS, Fault, unknown
from firstbyte.transport.prompting import parse_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Caller, Suggestions


def complete(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Suggest at most 100 values."""
    reference = _parse_reference(exchange.params.get("ref"))
    if isinstance(reference, Fault):
        return reference
    argument = exchange.params.get("argument")
    if not isinstance(argument, dict):
        return Fault(INVALID_PARAMS, "argument is not an object")
    name, value = argument.get("name"), argument.get("value")
    if not (isinstance(name, str) and isinstance(value, str)):
        return Fault(INVALID_PARAMS, "argument has no name and value that are strings")
    context = exchange.params.get("context", {})
    given = parse_texts(context.get("arguments", {})) if isinstance(context, dict) else None
    if given is None:
        return Fault(INVALID_PARAMS, "context.arguments is not an object of strings")
    kind, target = reference

    def suggest(caller: "Caller") -> "Suggestions | None":
        completion = exchange.service.find_completion(kind, target, name)
        if completion is None:
            return None
        exchange.invocation.enter_tool()
        return completion.complete(value, given, caller)

    suggestions = authored.run(exchange, suggest)
    if suggestions is None:
        return unknown(kind, target)
    told: dict[str, Any] = {
        "values": list(suggestions.values),
        "hasMore": suggestions.has_more,
    }
    if suggestions.total is not None:
        told["total"] = suggestions.total
    return {"completion": told}


def _parse_reference(
    reference: "Any",
) -> "tuple[Literal['prompt', 'resource'], str] | Fault":
    """Read whose argument it is: a prompt's by name, a template's by itself."""
    if not isinstance(reference, dict):
        return Fault(INVALID_PARAMS, "ref is not an object")
    kind = reference.get("type")
    if kind == "ref/prompt" and isinstance(name := reference.get("name"), str):
        return "prompt", name
    if kind == "ref/resource" and isinstance(uri := reference.get("uri"), str):
        return "resource", uri
    return Fault(INVALID_PARAMS, "ref is no ref/prompt with a name, no ref/resource with a uri")
