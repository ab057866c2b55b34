"""Turn what an author wants to know into a question to the client, and read its answer.

Shapes are those of the newest revision; the transport words them for older ones.

Source: MCP 2026-07-28, "Elicitation", "Roots", and its schema.
"""

from firstbyte.tools.errors import Unanswered, Unsendable
from firstbyte.tools.value import Value

TYPE_CHECKING = False
if not TYPE_CHECKING:
    from firstbyte.tools.declaration import Generic, overload

    T = None
else:
    from collections.abc import Mapping
    from typing import Generic, Literal, TypeVar, overload

    T = TypeVar("T")
    Action = Literal["accept", "decline", "cancel"]

_ACTIONS = frozenset(("accept", "decline", "cancel"))


class Question:
    """Something only the client can answer; `needs` are the capabilities that takes.

    Raises:
        ValueError: it cannot be put in JSON.
    """

    __slots__ = ("needs", "params")
    method = ""
    _whom = ""

    def __init__(self, params: "Mapping[str, object]", needs: "Mapping[str, object]") -> None:
        # Imported here: msgspec and orjson are of no use to who only names a class.
        from firstbyte.tools.conversion import check_sendable, simplify

        try:
            self.params: Mapping[str, object] = simplify(params)
            check_sendable(self.params)
        except Unsendable as error:
            raise ValueError(f"the question cannot be sent as JSON: {error}") from error
        self.needs = needs

    def read(self, answer: "Mapping[str, object]") -> object:
        """Turn the client's result into what the author gets.

        Raises:
            ValueError: it is no answer to this question.
        """
        # Every kind of question reads its own; only how it is sent and refused is common.
        raise NotImplementedError

    def refusal(self, reason: str) -> Exception:
        """Make the error to raise where there is no answer."""
        return Unanswered(f"{self._whom} cannot be asked: {reason}")


class Elicited(Value, Generic[T]):
    """What a user did: `action` is "accept", "decline" or "cancel".

    `content` is what was filled in, and None unless a form was accepted.
    """

    __slots__ = ("action", "content")

    def __init__(self, action: "Action", content: "T | None" = None) -> None:
        self.action: Action = action
        self.content = content


class Elicitation(Question, Generic[T]):
    """A form for the user to fill in.

    `form` is a TypedDict, a dataclass, a msgspec.Struct or a pydantic model, and the content of
    the answer then is one; or a flat JSON Schema, and the content is a dict. A form must not
    ask for a password or the like: that takes an elicitation by URL.

    Raises:
        TypeError: `message` is no text.
        ValueError: the form has what no client can show; the message names the field.
    """

    __slots__ = ("_form",)
    method = "elicitation/create"
    _whom = "the user"

    @overload
    def __init__(self, message: str, form: "type[T]") -> None: ...

    @overload
    def __init__(
        self: "Elicitation[dict[str, object]]", message: str, form: "Mapping[str, object]"
    ) -> None: ...

    def __init__(self, message: str, form: "type[T] | Mapping[str, object]") -> None:
        from firstbyte.tools.form import Form

        _check_text(message, "message")
        self._form = Form(form)
        super().__init__(
            {"mode": "form", "message": message, "requestedSchema": self._form.schema},
            {"elicitation": {"form": {}}},
        )

    def read(self, answer: "Mapping[str, object]") -> "Elicited[T]":
        """Read what the user did, and what was filled in."""
        action = _read_action(answer)
        if action != "accept":
            return Elicited(action)
        content = answer.get("content", {})
        if not isinstance(content, dict):
            raise ValueError("content is not an object")
        return Elicited(action, self._form.read(content))  # type: ignore[arg-type] # the form's type is T


class UrlElicitation(Question):
    """A page for the user to visit; accepting means no more than going there.

    Whether the visit came to anything, the server has to see for itself; and that it is the
    user of this call who visits. `url` holds nothing secret and opens no door by itself.

    Raises:
        TypeError: `message` or `url` is no text.
        ValueError: `url` is not one of the web, or names a user.
    """

    __slots__ = ()
    method = "elicitation/create"
    _whom = "the user"

    def __init__(self, message: str, url: str) -> None:
        _check_text(message, "message")
        _check_text(url, "url")
        if not _is_web(url):
            raise ValueError(f"{url!r} is no http or https URL of a host, without a user")
        super().__init__(
            {"mode": "url", "message": message, "url": url}, {"elicitation": {"url": {}}}
        )

    def read(self, answer: "Mapping[str, object]") -> "Elicited[None]":
        """Read what the user did."""
        return Elicited(_read_action(answer))


class Root(Value):
    """A folder or a file the client works with; `uri` begins with `file://`."""

    __slots__ = ("name", "uri")

    def __init__(self, uri: str, name: str = "") -> None:
        self.uri = uri
        self.name = name


class Roots(Question):
    """Where the client works: a question to its host. Deprecated since 2026-07-28."""

    __slots__ = ()
    method = "roots/list"
    _whom = "the client"

    def __init__(self) -> None:
        super().__init__({}, {"roots": {}})

    def read(self, answer: "Mapping[str, object]") -> list[Root]:
        """Read the list of roots."""
        roots = answer.get("roots")
        if not isinstance(roots, list):
            raise ValueError("roots is not a list")
        return [_read_root(root) for root in roots]


class Ping(Question):
    """Whether the client is there. It is, if there is an answer."""

    __slots__ = ()
    method = "ping"
    _whom = "the client"

    def __init__(self) -> None:
        super().__init__({}, {})

    def read(self, _answer: "Mapping[str, object]") -> None:
        """Take any answer."""


def _read_action(answer: "Mapping[str, object]") -> "Action":
    action = answer.get("action")
    if not isinstance(action, str) or action not in _ACTIONS:
        raise ValueError(f"action is none of {', '.join(sorted(_ACTIONS))}")
    return action  # type: ignore[return-value] # the line above saw to it


def _check_text(value: object, name: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} is a {type(value).__qualname__}, not a text")


def _is_web(url: str) -> bool:
    scheme, _, rest = url.partition("://")
    authority = rest.replace("?", "/").replace("#", "/").partition("/")[0]
    is_of_host = authority.partition(":")[0] != "" and "@" not in authority
    # Browsers take a backslash for a slash, others do not: they would see different hosts.
    is_plain = url.isascii() and url.isprintable() and not set(" \\") & set(url)
    return scheme in ("http", "https") and is_of_host and is_plain


def _read_root(root: object) -> Root:
    if not isinstance(root, dict):
        raise ValueError("a root is not an object")
    uri, name = root.get("uri"), root.get("name", "")
    if not isinstance(uri, str) or not uri.startswith("file://"):
        raise ValueError("a root's uri does not begin with file://")
    if not isinstance(name, str):
        raise ValueError("a root's name is not a string")
    return Root(uri, name)
