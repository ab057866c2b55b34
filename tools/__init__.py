"""Turn Python functions into MCP tools: declarations, schemas, validation, results.

Importing this package imports none of its modules; a name is fetched at its first use.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.tools.content import (
        Annotations,
        Audio,
        EmbeddedResource,
        Image,
        ResourceLink,
        Result,
        Text,
    )
    from firstbyte.tools.context import Context
    from firstbyte.tools.declaration import tool
    from firstbyte.tools.errors import ToolError, WrongDeclaration
    from firstbyte.tools.server import Server

__all__ = [
    "Annotations",
    "Audio",
    "Context",
    "EmbeddedResource",
    "Image",
    "ResourceLink",
    "Result",
    "Server",
    "Text",
    "ToolError",
    "WrongDeclaration",
    "tool",
]

_HOMES = {
    "Annotations": "content",
    "Audio": "content",
    "Context": "context",
    "EmbeddedResource": "content",
    "Image": "content",
    "ResourceLink": "content",
    "Result": "content",
    "Server": "server",
    "Text": "content",
    "ToolError": "errors",
    "WrongDeclaration": "errors",
    "tool": "declaration",
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
