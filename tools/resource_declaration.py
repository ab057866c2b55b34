"""Declare a function to be a resource, or a template of many."""

from firstbyte.tools.declaration import (
    Declaration,
    check_caching,
    check_function,
    check_icons,
    check_text,
    remember,
)
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.uri_template import parse_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from firstbyte.tools.content import Annotations
    from firstbyte.tools.declaration import F
    from firstbyte.tools.uri_template import UriTemplate


class ResourceDeclaration(Declaration):
    """What `@resource(...)` was told; None means that the author did not say.

    Its key is the URI, or the template, as it was written.
    """

    __slots__ = (
        "annotations",
        "cache_scope",
        "description",
        "icons",
        "meta",
        "mime_type",
        "name",
        "size",
        "template",
        "title",
        "ttl_ms",
    )
    noun = "resource"

    def __init__(
        self,
        template: "UriTemplate",
        name: str,
        title: str | None = None,
        description: str | None = None,
        mime_type: str | None = None,
        size: int | None = None,
        annotations: "Annotations | None" = None,
        icons: "Sequence[Mapping[str, object]] | None" = None,
        meta: "Mapping[str, object] | None" = None,
        ttl_ms: int = 0,
        cache_scope: str = "private",
    ) -> None:
        super().__init__(template.text)
        self.template = template
        self.name = name
        self.title = title
        self.description = description
        self.mime_type = mime_type
        self.size = size
        self.annotations = annotations
        self.icons = icons
        self.meta = meta
        self.ttl_ms = ttl_ms
        self.cache_scope = cache_scope


def resource(
    uri: str,
    *,
    name: str | None = None,
    title: str | None = None,
    description: str | None = None,
    mime_type: str | None = None,
    size: int | None = None,
    annotations: "Annotations | None" = None,
    icons: "Sequence[Mapping[str, object]] | None" = None,
    meta: "Mapping[str, object] | None" = None,
    ttl_ms: int = 0,
    cache_scope: str = "private",
) -> "Callable[[F], F]":
    """Declare a function to be what a client reads at `uri`, and return the function itself.

    A `uri` with variables, such as "s3://{bucket}/{+key}" (RFC 6570), is a template: each
    variable is a parameter, percent-decoded and converted to its type, and a URI that does not
    fit is not found. "{a}" never yields a slash, "{+a}" may, "{/a}" is a path segment that may
    be absent, as may the parts of a query, "{?a,b}" and "{&c}"; no value holds a "." or ".."
    between slashes. What may be absent needs a default.

    A text returned is sent as text, octets are sent as base64, `Contents` or a list of them as
    they say, and any other value as its JSON text. `mime_type` is that of whatever names none;
    `size` in octets is listed beside a URI without variables. `ttl_ms` and `cache_scope`
    ("public" or "private") tell clients how long what they read is good, and for whom.

    Raises:
        WrongDeclaration: not a plain function, no URI, or a value that MCP does not allow.
    """
    template = parse_template(uri)

    def declare(function: "F") -> "F":
        check_function(function, ResourceDeclaration.noun)
        declaration = ResourceDeclaration(
            template,
            function.__name__ if name is None else name,
            title,
            description,
            mime_type,
            size,
            annotations,
            icons,
            meta,
            ttl_ms,
            cache_scope,
        )
        check_text(declaration.name, f"{declaration.label}: its name")
        check_icons(icons, declaration.label)
        check_caching(ttl_ms, cache_scope, declaration.label)
        if size is not None and (template.variables or type(size) is not int or size < 0):
            raise WrongDeclaration(
                f"{declaration.label}: size is a number of octets, and only of one resource"
            )
        return remember(function, declaration)

    return declare
