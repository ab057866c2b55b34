"""Turn texts, images and the like into MCP content blocks.

Source: MCP 2026-07-28, Server Features, Tools, "Tool Result".
"""

import binascii

from firstbyte.tools.value import Value, given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Meta = Mapping[str, object] | None

ROLES = frozenset(("user", "assistant"))
"""Who speaks in a conversation, and whom content may be meant for."""


class Annotations(Value):
    """Hints beside a block: whom it is for, how much it matters (0 to 1), how old it is.

    `audience` holds "user", "assistant" or both; `last_modified` is an ISO 8601 instant.

    Raises:
        ValueError: an audience or a priority that MCP does not know.
    """

    __slots__ = ("audience", "last_modified", "priority")

    def __init__(
        self,
        audience: "Sequence[str]" = (),
        priority: float | None = None,
        last_modified: str = "",
    ) -> None:
        if not ROLES.issuperset(audience):
            raise ValueError(f"audience {audience!r} holds more than 'user' and 'assistant'")
        if priority is not None and not 0 <= priority <= 1:
            raise ValueError(f"priority {priority!r} is not between 0 and 1")
        self.audience = audience
        self.priority = priority
        self.last_modified = last_modified

    def describe(self) -> dict[str, object]:
        """Render as the JSON object of the newest revision."""
        return given(
            audience=list(self.audience),
            priority=self.priority,
            lastModified=self.last_modified,
        )


class Content(Value):
    """One content block of a result, with the hints and the `_meta` that all kinds may have."""

    __slots__ = ("annotations", "meta")

    def __init__(self, annotations: Annotations | None, meta: "Meta") -> None:
        self.annotations = annotations
        self.meta = meta

    def block(self) -> dict[str, object]:
        """Render as the JSON object of the newest revision."""
        block = self._body()
        if self.annotations is not None:
            block["annotations"] = self.annotations.describe()
        if self.meta is not None:
            block["_meta"] = dict(self.meta)
        return block

    def _body(self) -> dict[str, object]:
        # Every kind of block writes its own; only the hints around it are common.
        raise NotImplementedError


class Text(Content):
    """Text for the model, or by its annotations for the user."""

    __slots__ = ("text",)

    def __init__(
        self, text: str, *, annotations: Annotations | None = None, meta: "Meta" = None
    ) -> None:
        super().__init__(annotations, meta)
        self.text = text

    def _body(self) -> dict[str, object]:
        return {"type": "text", "text": self.text}


class _Media(Content):
    """The octets of a file that is seen or heard; `_kind` is the type MCP gives it."""

    __slots__ = ("data", "mime_type")
    _kind = ""

    def __init__(
        self,
        data: bytes,
        mime_type: str,
        *,
        annotations: Annotations | None = None,
        meta: "Meta" = None,
    ) -> None:
        super().__init__(annotations, meta)
        self.data = data
        self.mime_type = mime_type

    def _body(self) -> dict[str, object]:
        return {
            "type": self._kind,
            "data": encode_base64(self.data),
            "mimeType": self.mime_type,
        }


class Image(_Media):
    """A picture as the octets of its file."""

    __slots__ = ()
    _kind = "image"


class Audio(_Media):
    """A sound as the octets of its file."""

    __slots__ = ()
    _kind = "audio"


class ResourceLink(Content):
    """Where the client finds a resource; `size` is in octets."""

    __slots__ = ("description", "mime_type", "name", "size", "title", "uri")

    def __init__(
        self,
        uri: str,
        name: str,
        *,
        title: str = "",
        description: str = "",
        mime_type: str = "",
        size: int | None = None,
        annotations: Annotations | None = None,
        meta: "Meta" = None,
    ) -> None:
        super().__init__(annotations, meta)
        self.uri = uri
        self.name = name
        self.title = title
        self.description = description
        self.mime_type = mime_type
        self.size = size

    def _body(self) -> dict[str, object]:
        return given(
            type="resource_link",
            uri=self.uri,
            name=self.name,
            title=self.title,
            description=self.description,
            mimeType=self.mime_type,
            size=self.size,
        )


class Contents(Value):
    """What a resource holds, or a part of it: its text, or its octets as `blob`.

    Without `uri` it is the one that was read, without `mime_type` the one declared.

    Raises:
        ValueError: neither is given, or both.
    """

    __slots__ = ("blob", "meta", "mime_type", "text", "uri")

    def __init__(
        self,
        uri: str = "",
        mime_type: str = "",
        *,
        text: str | None = None,
        blob: bytes | None = None,
        meta: "Meta" = None,
    ) -> None:
        if (text is None) == (blob is None):
            raise ValueError("the contents of a resource are either text or blob")
        self.uri = uri
        self.mime_type = mime_type
        self.text = text
        self.blob = blob
        self.meta = meta

    def describe(self, uri: str, mime_type: str) -> dict[str, object]:
        """Render as the JSON object of the newest revision, given what was not said."""
        contents = given(uri=self.uri or uri, mimeType=self.mime_type or mime_type)
        if self.blob is None:
            contents["text"] = self.text
        else:
            contents["blob"] = encode_base64(self.blob)
        if self.meta is not None:
            contents["_meta"] = dict(self.meta)
        return contents


class EmbeddedResource(Content):
    """A resource itself: its text, or its octets as `blob`.

    Raises:
        ValueError: neither is given, or both.
    """

    __slots__ = ("contents",)

    def __init__(
        self,
        uri: str,
        mime_type: str = "",
        *,
        text: str | None = None,
        blob: bytes | None = None,
        annotations: Annotations | None = None,
        meta: "Meta" = None,
    ) -> None:
        super().__init__(annotations, meta)
        self.contents = Contents(uri, mime_type, text=text, blob=blob)

    def _body(self) -> dict[str, object]:
        return {"type": "resource", "resource": self.contents.describe("", "")}


class _Absent:
    """The type of `ABSENT`: there is no structured result, which is not a result of null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


class Result(Value):
    """A result with every part under the author's control.

    `content` is text, one block, or a sequence of both. `structured` is any value with a JSON
    form; without content its JSON text becomes the content. `meta` is for programs, under keys
    with a prefix of the author's.
    """

    __slots__ = ("content", "is_error", "meta", "structured")

    def __init__(
        self,
        content: "str | Content | Sequence[str | Content]" = (),
        structured: object = ABSENT,
        *,
        is_error: bool = False,
        meta: "Meta" = None,
    ) -> None:
        self.content = content
        self.structured = structured
        self.is_error = is_error
        self.meta = meta


def encode_base64(octets: bytes) -> str:
    """Write octets as JSON carries them: base64 on one line (RFC 4648, section 4)."""
    return binascii.b2a_base64(octets, newline=False).decode("ascii")
