"""What a prompt says: one message of the conversation it begins."""

from firstbyte.tools.content import ROLES, Content, Text
from firstbyte.tools.value import Value


class Message(Value):
    """One message; `role` is "user" or "assistant", `content` a text or one block.

    Raises:
        TypeError: the content is neither.
        ValueError: a role that MCP does not know.
    """

    __slots__ = ("content", "role")

    def __init__(self, role: str, content: str | Content) -> None:
        if role not in ROLES:
            raise ValueError(f"role {role!r} is neither 'user' nor 'assistant'")
        if not isinstance(content, str | Content):
            raise TypeError(f"a {type(content).__qualname__} is neither a text nor a block")
        self.role = role
        self.content = content

    def describe(self) -> dict[str, object]:
        """Render as the JSON object of the newest revision."""
        content = Text(self.content) if isinstance(self.content, str) else self.content
        return {"role": self.role, "content": content.block()}
