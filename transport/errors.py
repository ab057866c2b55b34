"""Everything the transport can raise, and who has to care."""


class TransportError(Exception):
    """Base of every error raised by this package."""


class MalformedJson(TransportError):
    """The octets are no JSON text. The client's fault: admission makes it a rejection."""


class NotJson(TransportError):
    """The value has no JSON form. Reaches the tool that reported it, or the log."""


class UnknownLevel(TransportError):
    """A tool logged at a level RFC 5424 does not name. A bug of the tool's."""
