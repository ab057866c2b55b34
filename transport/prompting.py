"""Render a prompt, and turn what comes of it into a result.

Source: MCP 2026-07-28, "Prompts".
"""

from firstbyte.transport import authored
from firstbyte.transport.fault import INTERNAL_ERROR, INVALID_PARAMS, Fault, unknown
from firstbyte.transport.older import message_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Caller, Messages


def get_prompt(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Fill in one prompt."""
    name = exchange.params.get("name")
    if not isinstance(name, str):
        return Fault(INVALID_PARAMS, "name is not a string")
    arguments = parse_texts(exchange.params.get("arguments", {}))
    if arguments is None:
        return Fault(INVALID_PARAMS, "arguments is not an object of strings")

    def render(caller: "Caller") -> "Messages | None":
        prompt = exchange.service.find_prompt(name)
        if prompt is None:
            return None
        exchange.invocation.enter_tool()
        return prompt.get(arguments, caller)

    messages = authored.run(exchange, render)
    if messages is None:
        return unknown("prompt", name)
    if messages.problem:
        code = INVALID_PARAMS if messages.is_invalid else INTERNAL_ERROR
        return Fault(code, messages.problem)
    result: dict[str, Any] = {
        "messages": [message_for(exchange.revision, each) for each in messages.messages]
    }
    if messages.description:
        result["description"] = messages.description
    return result


def parse_texts(arguments: "Any") -> "Mapping[str, str] | None":
    """Take an object whose members are all strings; None if it is something else."""
    if isinstance(arguments, dict) and all(
        isinstance(each, str) for each in arguments.values()
    ):
        return arguments
    return None
