"""Turn texts, images and the like into MCP content blocks.

Source: MCP 2026-07-28, Server Features, Tools, "Tool Result".
"""

import binascii

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Meta = Mapping[str, object] | None

_ROLES = frozenset(("user", "assistant"))


class _Value:
    """Equality and a readable form over the slots of a class, without dataclasses' import."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and _fields(other) == _fields(self)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in _fields(self).items())
        return f"{type(self).__name__}({fields})"


def _fields(value: object) -> dict[str, object]:
    return {
        name: getattr(value, name)
        for kind in reversed(type(value).__mro__)
        for name in getattr(kind, "__slots__", ())
    }


class Annotations(_Value):
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
        if not _ROLES.issuperset(audience):
            raise ValueError(f"audience {audience!r} holds more than 'user' and 'assistant'")
        if priority is not None and not 0 <= priority <= 1:
            raise ValueError(f"priority {priority!r} is not between 0 and 1")
        self.audience = audience
        self.priority = priority
        self.last_modified = last_modified


class Content(_Value):
    """One content block of a result, with the hints and the `_meta` that all kinds may have."""

    __slots__ = ("annotations", "meta")

    def __init__(self, annotations: Annotations | None, meta: "Meta") -> None:
        self.annotations = annotations
        self.meta = meta

    def block(self) -> dict[str, object]:
        """Render as the JSON object of the newest revision."""
        block = self._body()
        if hints := self.annotations:
            block["annotations"] = _given(
                audience=list(hints.audience),
                priority=hints.priority,
                lastModified=hints.last_modified,
            )
        if self.meta is not None:
            block["_meta"] = dict(self.meta)
        return block

    def _body(self) -> dict[str, object]:
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
        return _given(
            type="resource_link",
            uri=self.uri,
            name=self.name,
            title=self.title,
            description=self.description,
            mimeType=self.mime_type,
            size=self.size,
        )


class EmbeddedResource(Content):
    """A resource itself: its text, or its octets as `blob`.

    Raises:
        ValueError: neither is given, or both.
    """

    __slots__ = ("blob", "mime_type", "text", "uri")

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
        if (text is None) == (blob is None):
            raise ValueError("an embedded resource holds either text or blob")
        super().__init__(annotations, meta)
        self.uri = uri
        self.mime_type = mime_type
        self.text = text
        self.blob = blob

    def _body(self) -> dict[str, object]:
        resource = _given(uri=self.uri, mimeType=self.mime_type)
        if self.blob is None:
            resource["text"] = self.text
        else:
            resource["blob"] = encode_base64(self.blob)
        return {"type": "resource", "resource": resource}


class _Absent:
    """The type of `ABSENT`: there is no structured result, which is not a result of null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


class Result(_Value):
    """A result with every part under the author's control.

    `content` is text, one block, or a sequence of both. `structured` is any value with a JSON
    form; without content its JSON text becomes the content.
    """

    __slots__ = ("content", "is_error", "structured")

    def __init__(
        self,
        content: "str | Content | Sequence[str | Content]" = (),
        structured: object = ABSENT,
        *,
        is_error: bool = False,
    ) -> None:
        self.content = content
        self.structured = structured
        self.is_error = is_error


def _given(**fields: object) -> dict[str, object]:
    """Leave out what is None or empty, which mean "not said" in all optional fields here."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def encode_base64(octets: bytes) -> str:
    """Write octets as JSON carries them: base64 on one line (RFC 4648, section 4)."""
    return binascii.b2a_base64(octets, newline=False).decode("ascii")
