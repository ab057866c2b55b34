"""Turn descriptions and results in the newest form into those an older revision knows.

Members it does not know are left out, kinds of content it does not know become the nearest it
does. Nothing is changed in place, and to the newest revision everything goes as it is.

Source: the schemas of all released revisions of the specification.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from firstbyte.transport.revision import Revision

_LINK = {"uri", "name", "title", "description", "mimeType", "size", "icons"}
"""What only a `resource_link` has among content blocks."""


def implementation_for(revision: "Revision", identity: "Mapping[str, Any]") -> "dict[str, Any]":
    """Say who we are."""
    unknown: set[str] = set()
    if not revision.has_structure:
        unknown |= {"title"}
    if not revision.has_icons:
        unknown |= {"description", "icons", "websiteUrl"}
    return _without(unknown, identity)


def tool_for(revision: "Revision", tool: "Mapping[str, Any]") -> "dict[str, Any]":
    """Describe a tool."""
    unknown: set[str] = set()
    if not revision.has_structure or (
        not revision.has_any_structure and not _describes_object(tool.get("outputSchema"))
    ):
        unknown |= {"outputSchema"}
    if not revision.has_tool_annotations:
        unknown |= {"annotations"}
    return _without(unknown | _decorations(revision), tool)


def resource_for(revision: "Revision", resource: "Mapping[str, Any]") -> "dict[str, Any]":
    """Describe a resource or a resource template."""
    return _with_known_annotations(revision, _without(_decorations(revision), resource))


def prompt_for(revision: "Revision", prompt: "Mapping[str, Any]") -> "dict[str, Any]":
    """Describe a prompt and its arguments."""
    described = _without(_decorations(revision), prompt)
    if "arguments" in described and not revision.has_structure:
        described["arguments"] = [_without({"title"}, each) for each in described["arguments"]]
    return described


def contents_for(revision: "Revision", contents: "Mapping[str, Any]") -> "dict[str, Any]":
    """Show what was read of a resource."""
    return _without(set() if revision.has_structure else {"_meta"}, contents)


def message_for(revision: "Revision", message: "Mapping[str, Any]") -> "dict[str, Any]":
    """Say one message of a prompt."""
    return {**message, "content": block_for(revision, message["content"])}


def call_result_for(
    revision: "Revision",
    content: "Sequence[Mapping[str, Any]]",
    structured: object,
    has_structured: bool,
    is_error: bool,
) -> "dict[str, Any]":
    """Say what a call came to.

    Structured content of a shape the revision does not know is left to the text beside it.
    """
    result: dict[str, Any] = {"content": [block_for(revision, block) for block in content]}
    fits = revision.has_any_structure or (
        revision.has_structure and isinstance(structured, dict)
    )
    if has_structured and fits:
        result["structuredContent"] = structured
    if is_error:
        result["isError"] = True
    return result


def block_for(revision: "Revision", block: "Mapping[str, Any]") -> "Mapping[str, Any]":
    """Say one block of content."""
    kind = block["type"]
    if kind == "audio" and not revision.has_audio:
        sound = {"uri": "content:audio", "mimeType": block["mimeType"], "blob": block["data"]}
        block = {**block, "type": "resource", "resource": sound}
        block = _without({"mimeType", "data"}, block)
    elif kind == "resource_link" and not revision.has_structure:
        text = f"{block['name']}: {block['uri']}"
        block = {**_without(_LINK, block), "type": "text", "text": text}
    elif kind == "resource_link" and not revision.has_icons:
        block = _without({"icons"}, block)
    if revision.has_structure:
        return block
    block = _with_known_annotations(revision, _without({"_meta"}, block))
    if "resource" in block:
        block["resource"] = contents_for(revision, block["resource"])
    return block


def _decorations(revision: "Revision") -> "set[str]":
    """Name what `revision` does not know on anything that is listed."""
    unknown: set[str] = set()
    if not revision.has_structure:
        unknown |= {"title", "_meta"}
    if not revision.has_icons:
        unknown |= {"icons"}
    return unknown


def _with_known_annotations(
    revision: "Revision", described: "dict[str, Any]"
) -> "dict[str, Any]":
    if "annotations" in described and not revision.has_structure:
        described["annotations"] = _without({"lastModified"}, described["annotations"])
    return described


def _describes_object(schema: object) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "object"


def _without(names: "set[str]", value: "Mapping[str, Any]") -> "dict[str, Any]":
    return {name: member for name, member in value.items() if name not in names}
