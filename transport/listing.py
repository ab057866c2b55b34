"""Answer the methods that list what a server offers, page by page.

Sources: MCP 2026-07-28, "Tools", "Resources", "Prompts", "Pagination".
"""

from firstbyte.transport.fault import INVALID_PARAMS, Fault
from firstbyte.transport.older import prompt_for, resource_for, tool_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from firstbyte.transport.method import Exchange
    from firstbyte.transport.revision import Revision

    Convert = Callable[[Revision, Mapping[str, Any]], dict[str, Any]]


def list_tools(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Describe the tools."""
    return _page(exchange, "tools", exchange.service.list_tools(), "name", tool_for)


def list_resources(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Describe the resources that have a URI of their own."""
    resources = exchange.service.list_resources()
    return _page(exchange, "resources", resources, "uri", resource_for)


def list_templates(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Describe the resources whose URI is still to be filled in."""
    templates = exchange.service.list_templates()
    return _page(exchange, "resourceTemplates", templates, "uriTemplate", resource_for)


def list_prompts(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Describe the prompts."""
    return _page(exchange, "prompts", exchange.service.list_prompts(), "name", prompt_for)


def _page(
    exchange: "Exchange",
    member: str,
    items: "Sequence[Mapping[str, Any]]",
    key: str,
    convert: "Convert",
) -> "dict[str, Any] | Fault":
    """Put one page of `items` under `member`; `key` is what tells them apart."""
    cursor = exchange.params.get("cursor")
    size = exchange.service.page_size
    following = None
    if cursor is not None or len(items) > size:
        # Imported here, since most lists have one page: 1.2 ms of the first answer
        # (`python -I -S -X importtime`).
        from firstbyte.transport.cursor import cut_page

        page = cut_page(items, [item[key] for item in items], member, size, cursor)
        if page is None:
            return Fault(INVALID_PARAMS, "this cursor is none that was given out for this list")
        items, following = page
    result: dict[str, Any] = {member: [convert(exchange.revision, item) for item in items]}
    if following is not None:
        result["nextCursor"] = following
    return result
