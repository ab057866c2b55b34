"""Everything the Lambda edge can raise, and who has to care."""


class HandlerError(Exception):
    """Base of every error raised by this package."""


class MalformedEvent(HandlerError):
    """The event is no HTTP request. The invocation fails, the process lives on."""


class StreamMisuse(HandlerError):
    """A response stream was driven out of order. A bug of the caller's."""


class ConnectionLost(HandlerError):
    """The Runtime API is gone or refuses us. The process ends, non-zero."""


class WrongSetting(HandlerError):
    """An environment variable or argument has a value we cannot use. Init fails."""


class ServerNotFound(HandlerError):
    """`module:attribute` names nothing that can be served. Init fails."""


class KeysUnavailable(HandlerError):
    """The secret that holds the keys cannot be had. The invocation fails, the next may not."""


class ManifestUnfit(HandlerError):
    """A manifest is of something else than what is served. Served without it."""


class DeadlineExceeded(SystemExit):
    """Raised into a running tool when its time is up.

    A `SystemExit`, since tools and their libraries catch `Exception` (boto3's retries) and
    asyncio loses any other `BaseException` in its background tasks.
    """
