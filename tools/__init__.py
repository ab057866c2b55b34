"""Turn Python functions into MCP tools, resources and prompts: declarations, schemas, results.

Importing this package imports none of its modules; a name is fetched at its first use.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.tools.completion_declaration import complete
    from firstbyte.tools.content import (
        Annotations,
        Audio,
        Contents,
        EmbeddedResource,
        Image,
        ResourceLink,
        Result,
        Text,
    )
    from firstbyte.tools.context import Context
    from firstbyte.tools.errors import ResourceNotFound, ToolError, Unanswered, WrongDeclaration
    from firstbyte.tools.header import Header
    from firstbyte.tools.message import Message
    from firstbyte.tools.prompt_declaration import prompt
    from firstbyte.tools.question import (
        Elicitation,
        Elicited,
        Root,
        Roots,
        UrlElicitation,
    )
    from firstbyte.tools.resource_declaration import resource
    from firstbyte.tools.sampling import Sampled, Sampling, ToolResult, ToolUse
    from firstbyte.tools.server import Server
    from firstbyte.tools.suggestion import Suggestions
    from firstbyte.tools.tool_declaration import tool

__all__ = [
    "Annotations",
    "Audio",
    "Contents",
    "Context",
    "Elicitation",
    "Elicited",
    "EmbeddedResource",
    "Header",
    "Image",
    "Message",
    "ResourceLink",
    "ResourceNotFound",
    "Result",
    "Root",
    "Roots",
    "Sampled",
    "Sampling",
    "Server",
    "Suggestions",
    "Text",
    "ToolError",
    "ToolResult",
    "ToolUse",
    "Unanswered",
    "UrlElicitation",
    "WrongDeclaration",
    "complete",
    "prompt",
    "resource",
    "tool",
]

_HOMES = {
    "Annotations": "content",
    "Audio": "content",
    "Contents": "content",
    "Context": "context",
    "Elicitation": "question",
    "Elicited": "question",
    "EmbeddedResource": "content",
    "Header": "header",
    "Image": "content",
    "Message": "message",
    "ResourceLink": "content",
    "ResourceNotFound": "errors",
    "Result": "content",
    "Root": "question",
    "Roots": "question",
    "Sampled": "sampling",
    "Sampling": "sampling",
    "Server": "server",
    "Suggestions": "suggestion",
    "Text": "content",
    "ToolError": "errors",
    "ToolResult": "sampling",
    "ToolUse": "sampling",
    "Unanswered": "errors",
    "UrlElicitation": "question",
    "WrongDeclaration": "errors",
    "complete": "completion_declaration",
    "prompt": "prompt_declaration",
    "resource": "resource_declaration",
    "tool": "tool_declaration",
}
"""Where each public name lives. No module bears a public name: it would replace it here."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Not importlib: it would be one more module on the way to the first answer.
    module = __import__(f"{__name__}.{_HOMES[name]}", fromlist=[name])
    value: object = getattr(module, name)
    globals()[name] = value
    return value
