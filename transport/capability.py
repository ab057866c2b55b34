"""Tell whether a client can be asked: what it declared, what a question needs, what there is.

Source: the schemas of the specification, `ClientCapabilities`; MCP 2026-07-28, "Elicitation",
"Multi round-trip requests".
"""

from firstbyte.transport.revision import MODERN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from firstbyte.transport.method import Exchange

ASKING = frozenset(("tools/call", "prompts/get", "resources/read"))
"""What a modern client repeats with its answers: no other result may be `input_required`."""


def find_obstacle(exchange: "Exchange") -> str:
    """Say why nothing can be asked during a call, whatever the client can do; else empty."""
    if exchange.revision.era == MODERN:
        if exchange.method not in ASKING:
            return f"nothing can be asked during {exchange.method}"
        return "" if exchange.memory.keys is not None else _needs("keys")
    if not exchange.answer.door.is_live:
        return (
            "a client of this protocol revision can be asked only while its answer is on the "
            "way, and the front door of this call passes answers on in one piece"
        )
    if exchange.session is None or not exchange.memory.has_store:
        return _needs("a store")
    if not exchange.answer.accepts_events:
        return "the client does not accept events, and questions are sent as such"
    return ""


def _needs(what: str) -> str:
    return f"a client of this protocol revision can be asked only where the server has {what}"


def lacks(declared: "Mapping[str, object]", needs: "Mapping[str, object]") -> bool:
    """Tell whether a client that declared these capabilities lacks any of those needed."""
    return not _contains(_with_modes(declared), _with_modes(needs))


def _with_modes(capabilities: "Mapping[str, object]") -> "Mapping[str, object]":
    """Write out that who elicits in no particular mode does so by forms.

    "An empty object is equivalent to declaring support for form mode only."
    """
    modes = capabilities.get("elicitation")
    if isinstance(modes, dict) and not ("form" in modes or "url" in modes):
        return {**capabilities, "elicitation": {**modes, "form": {}}}
    return capabilities


def _contains(declared: object, needs: object) -> bool:
    if not isinstance(needs, dict):
        return True
    return isinstance(declared, dict) and all(
        _contains(declared.get(name), need) for name, need in needs.items()
    )


def merge(into: "dict[str, Any]", more: "Mapping[str, Any]") -> None:
    """Join capabilities: what is named by either is named by `into`."""
    for name, value in more.items():
        merge(into.setdefault(name, {}), value)
