"""Turn a question to the client in the newest form into one that its revision knows.

Source: the schemas of all released revisions of the specification, `ElicitRequest`,
`CreateMessageRequest`, `ListRootsRequest`.
"""

from firstbyte.transport.older import block_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from firstbyte.transport.revision import Revision


def question_for(
    revision: "Revision", method: str, params: "Mapping[str, Any]", question_id: str
) -> "dict[str, Any] | None":
    """Word the params of a question; None if `revision` has no words for it.

    `question_id` is unique and unguessable; it names the flow of an elicitation by URL to
    clients of 2025-11-25.
    """
    if method == "elicitation/create":
        if params.get("mode") == "url":
            return _url_for(revision, params, question_id)
        return _form_for(revision, params)
    if method == "sampling/createMessage":
        return _sampling_for(revision, params)
    return dict(params)


def _url_for(
    revision: "Revision", params: "Mapping[str, Any]", question_id: str
) -> "dict[str, Any] | None":
    if not revision.has_url_elicitation:
        return None
    named = {"elicitationId": question_id} if revision.names_url_elicitation else {}
    return {**params, **named}


def _form_for(revision: "Revision", params: "Mapping[str, Any]") -> "dict[str, Any] | None":
    if not revision.has_elicitation:
        return None
    if revision.has_multiple_choice:
        return dict(params)
    schema = params["requestedSchema"]
    fields = {name: _field_for(field) for name, field in schema["properties"].items()}
    if None in fields.values():
        return None
    plain = {name: value for name, value in schema.items() if name != "$schema"}
    return {"message": params["message"], "requestedSchema": {**plain, "properties": fields}}


def _field_for(field: "Mapping[str, Any]") -> "dict[str, Any] | None":
    """Describe one field of a form as 2025-06-18 does; None where several may be chosen."""
    kind = field["type"]
    if kind == "array":
        return None
    older = dict(field)
    if kind != "boolean":
        older.pop("default", None)
    if choices := older.pop("oneOf", None):
        older["enum"] = [choice["const"] for choice in choices]
        older["enumNames"] = [choice["title"] for choice in choices]
    return older


def _sampling_for(revision: "Revision", params: "Mapping[str, Any]") -> "dict[str, Any] | None":
    if revision.has_tool_sampling:
        return dict(params)
    if "tools" in params or "toolChoice" in params:
        return None
    messages = [
        {"role": message["role"], "content": block}
        for message in params["messages"]
        for block in _blocks(message["content"])
    ]
    kinds = {"text", "image", "audio"} if revision.has_audio else {"text", "image"}
    if any(message["content"]["type"] not in kinds for message in messages):
        return None
    for message in messages:
        message["content"] = block_for(revision, message["content"])
    return {**params, "messages": messages}


def _blocks(content: "Any") -> "Iterator[Mapping[str, Any]]":
    """Take apart what one message says; earlier, each block was a message of its own."""
    if isinstance(content, list):
        yield from content
    else:
        yield content
