"""Answer the methods that list what a server offers, page by page.

Sources: MCP 2026-07-28, "Tools", "Resources", "Prompts", "Pagination".
"""

from firstbyte.transport.errors import CallEnded
from firstbyte.transport.fault import INVALID_PARAMS, Fault
from firstbyte.transport.result import prepare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from firstbyte.transport.method import Exchange

    Items = Sequence[Mapping[str, Any]]

_KEYS = {"resources": "uri", "resourceTemplates": "uriTemplate"}
"""What tells the items of a list apart, if it is not their name."""


def list_tools(exchange: "Exchange") -> "dict[str, Any] | bytes":
    """Describe the tools; raises as all of these do.

    Raises:
        CallEnded: the cursor is none of this list.
    """
    return _list(exchange, "tools", exchange.service.list_tools, "tool_for")


def list_resources(exchange: "Exchange") -> "dict[str, Any] | bytes":
    """Describe the resources that have a URI of their own."""
    return _list(exchange, "resources", exchange.service.list_resources, "resource_for")


def list_templates(exchange: "Exchange") -> "dict[str, Any] | bytes":
    """Describe the resources whose URI is still to be filled in."""
    list_items = exchange.service.list_templates
    return _list(exchange, "resourceTemplates", list_items, "resource_for")


def list_prompts(exchange: "Exchange") -> "dict[str, Any] | bytes":
    """Describe the prompts."""
    return _list(exchange, "prompts", exchange.service.list_prompts, "prompt_for")


def _list(
    exchange: "Exchange", member: str, list_items: "Callable[[], Items]", convert: str
) -> "dict[str, Any] | bytes":
    """Put the page that is asked for under `member`; the first is the same for everybody.

    `convert` names what makes an item of `older` revisions' form.
    """

    def make() -> "dict[str, Any]":
        return _page(exchange, member, list_items(), convert)

    if exchange.params.get("cursor") is None:
        return prepare(exchange, exchange.revision, make)
    return make()


def _page(exchange: "Exchange", member: str, items: "Items", convert: str) -> "dict[str, Any]":
    # Imported here, and the cursors below: a first page is mostly prepared, and the last.
    from firstbyte.transport import older

    cursor = exchange.params.get("cursor")
    size = exchange.service.page_size
    following = None
    if cursor is not None or len(items) > size:
        from firstbyte.transport.cursor import cut_page

        key = _KEYS.get(member, "name")
        page = cut_page(items, [item[key] for item in items], member, size, cursor)
        if page is None:
            text = "this cursor is none that was given out for this list"
            raise CallEnded(Fault(INVALID_PARAMS, text))
        items, following = page
    form = getattr(older, convert)
    result: dict[str, Any] = {member: [form(exchange.revision, item) for item in items]}
    if following is not None:
        result["nextCursor"] = following
    return result
