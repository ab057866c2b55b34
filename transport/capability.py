"""Compare what a client declared it can do with what a question to it needs.

Source: the schemas of the specification, `ClientCapabilities`; MCP 2026-07-28, "Elicitation".
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


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
