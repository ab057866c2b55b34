"""Read the environment as settings: every variable of ours, its default and its bounds."""

from firstbyte.handler.errors import WrongSetting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STREAM, BUFFERED, AUTO = "stream", "buffered", "auto"
"""How to answer where the event does not tell: as a stream, in one piece, or by the door."""

_FOREIGN = " /\\?#@%*\"'<>{}|^`"
"""What may stand in a URL, or in nothing at all, but not in the name of a host."""
_IPV6 = {*"0123456789abcdef:."}
_SCHEME = {*"abcdefghijklmnopqrstuvwxyz0123456789+-."}


class Settings:
    """What the environment asks for; docs/settings.md is the table of all variables.

    `server` is empty for the catalog; `request_level` is the least severe level of a request's
    line in the log, empty where there are none; `allowed_hosts` is empty for any. `keys` and
    `store` are empty where there are none, and read by those who make them.
    """

    __slots__ = (
        "allowed_hosts",
        "allowed_origins",
        "deadline_margin_ms",
        "exports_spans",
        "ignores_manifest",
        "invoke_mode",
        "keep_alive_s",
        "keys",
        "listen_s",
        "max_body_bytes",
        "path",
        "request_level",
        "server",
        "session_ttl_s",
        "store",
    )

    def __init__(self, environment: "Mapping[str, str]") -> None:
        """Parse `environment`.

        Raises:
            WrongSetting: a variable holds what we cannot use.
        """
        self.server = environment.get("FIRSTBYTE_SERVER") or environment.get("_HANDLER") or ""
        manifest = environment.get("FIRSTBYTE_MANIFEST") or "use"
        if manifest not in ("use", "ignore"):
            raise WrongSetting(f"FIRSTBYTE_MANIFEST is {manifest!r}, needs to be use or ignore")
        self.ignores_manifest = manifest == "ignore"
        self.invoke_mode = environment.get("FIRSTBYTE_INVOKE_MODE") or AUTO
        if self.invoke_mode not in (STREAM, BUFFERED, AUTO):
            raise WrongSetting(
                f"FIRSTBYTE_INVOKE_MODE is {self.invoke_mode!r}, "
                "needs to be stream, buffered or auto"
            )
        is_json = environment.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
        level = environment.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
        self.request_level = (level or "INFO") if is_json else ""
        self.exports_spans = environment.get("OTEL_TRACES_EXPORTER") == "otlp"
        self.path = environment.get("FIRSTBYTE_PATH") or "/mcp"
        if not self.path.startswith("/") or "?" in self.path or "#" in self.path:
            raise WrongSetting(
                f"FIRSTBYTE_PATH is {self.path!r}, needs to begin with a slash, without ? or #"
            )
        self.allowed_origins = _words(
            environment, "FIRSTBYTE_ALLOWED_ORIGINS", _is_origin, "https://a.example, or *"
        )
        self.allowed_hosts = _words(
            environment, "FIRSTBYTE_ALLOWED_HOSTS", _is_authority, "a.example or a.example:8080"
        )
        # The largest front door takes 10 MB, the longest call 15 minutes, and the official
        # client waits 5 minutes for an event. A month is ours: nobody stays agreed for longer.
        self.max_body_bytes = _whole(
            environment, "FIRSTBYTE_MAX_BODY_BYTES", 6_291_456, range(1, 10_485_761)
        )
        self.deadline_margin_ms = _whole(
            environment, "FIRSTBYTE_DEADLINE_MARGIN_MS", 500, range(900_001)
        )
        self.keep_alive_s = _whole(environment, "FIRSTBYTE_KEEP_ALIVE_S", 15, range(1, 300))
        self.keys = environment.get("FIRSTBYTE_KEYS") or ""
        self.store = environment.get("FIRSTBYTE_STORE") or ""
        if self.store and not self.keys:
            # Whose items they are, only tokens can tell.
            raise WrongSetting("FIRSTBYTE_STORE is set, needs FIRSTBYTE_KEYS beside it")
        self.session_ttl_s = _whole(
            environment, "FIRSTBYTE_SESSION_TTL_S", 86_400, range(1, 2_592_001)
        )
        self.listen_s = _whole(environment, "FIRSTBYTE_LISTEN_S", 300, range(1, 901))


def _words(
    environment: "Mapping[str, str]", name: str, is_legal: "Callable[[str], bool]", form: str
) -> tuple[str, ...]:
    words = [word.strip().lower() for word in environment.get(name, "").split(",")]
    for word in words:
        if word and not is_legal(word):
            raise WrongSetting(f"{name} has {word!r}, needs the form {form}")
    return tuple(word for word in words if word)


def _is_origin(text: str) -> bool:
    """Tell whether a browser could send `text` as its page's origin; `*` stands for all."""
    scheme, colon, authority = text.partition("://")
    # A browser leaves its scheme's own port out.
    is_usual = authority.endswith({"http": ":80", "https": ":443"}.get(scheme, "/"))
    is_scheme = scheme[:1].isalpha() and {*scheme} <= _SCHEME
    return text == "*" or (
        bool(colon) and is_scheme and _is_authority(authority) and not is_usual
    )


def _is_authority(text: str) -> bool:
    """Tell whether `text` is a name or an address, be it with a port."""
    name, colon, port = text.rpartition(":")
    if not colon or port.endswith("]"):
        name, port = text, "0"
    is_plain = (
        text.isascii() and text.isprintable() and not any(mark in text for mark in _FOREIGN)
    )
    is_port = port.isdecimal() and len(port) <= len("65535") and int(port) <= 65_535
    is_name = name.strip(".") != "" and not {"[", "]", ":"} & {*name}
    # The colons of an IPv6 address are in brackets.
    is_address = (name[:1], name[-1:]) == ("[", "]") and {":"} <= {*name[1:-1]} <= _IPV6
    return is_plain and is_port and (is_name or is_address)


def _whole(environment: "Mapping[str, str]", name: str, default: int, legal: range) -> int:
    text = environment.get(name)
    if not text:
        return default
    # Not int(): it also takes "1_0", " 1" and other scripts' digits.
    is_whole = text.isascii() and text.isdigit() and len(text) <= 12
    if not is_whole or int(text) not in legal:
        bounds = f"from {legal.start} to {legal.stop - 1}"
        raise WrongSetting(f"{name} is {text!r}, needs a whole number {bounds}")
    return int(text)
