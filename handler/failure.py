"""Describe an exception as the Runtime API wants it: a type, a document, an X-Ray cause.

The shapes are awslambdaric's, imported with it when something failed and not before.

Source: AWS Lambda developer guide, "Runtime API", invocation and initialization error.
"""

import posix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_XRAY_BYTES = 1_048_576
"""A longer cause is left out: it travels in a header."""


class Failure:
    """One failure, ready to be logged and posted.

    `kind` is `Function.Name` or `Runtime.Name`, the only forms the platform takes;
    `result` has the keys errorMessage, errorType, requestId, stackTrace.
    """

    __slots__ = ("kind", "result", "xray")

    def __init__(self, kind: str, result: "Mapping[str, object]", xray: str = "") -> None:
        self.kind = kind
        self.result = result
        self.xray = xray

    def document(self) -> bytes:
        """Render the body of an error post, as JSON."""
        from awslambdaric.lambda_runtime_marshaller import to_json

        return str(to_json(self.result)).encode("utf-8", "backslashreplace")

    def headers(self) -> dict[str, str]:
        """List what an error post says in its headers."""
        headers = {"Lambda-Runtime-Function-Error-Type": self.kind}
        if self.xray:
            headers["Lambda-Runtime-Function-XRay-Error-Cause"] = self.xray
        return headers


def describe(error: BaseException, request_id: str = "") -> Failure:
    """Turn `error`, with its traceback, into a failure."""
    from awslambdaric.bootstrap import extract_traceback, make_error, make_xray_fault
    from awslambdaric.lambda_runtime_exception import FaultException
    from awslambdaric.lambda_runtime_marshaller import to_json

    if isinstance(error, FaultException):
        kind, name, message, trace = error.exception_type, error.exception_type, error.msg, []
        stack = error.trace or []
    else:
        from traceback import format_list

        name, message = type(error).__name__, _told(error)
        kind = f"Function.{name}" if _is_kind(name) else "Function.Unhandled"
        trace = extract_traceback(error.__traceback__)
        stack = format_list(trace)
    xray = str(to_json(make_xray_fault(name, message, _folder(), trace)))
    fits = xray.isascii() and "\n" not in xray and len(xray) < _XRAY_BYTES
    return Failure(kind, make_error(message, name, stack, request_id), xray if fits else "")


def _folder() -> str:
    """Name the working folder; empty if a tool left it for one that is gone."""
    try:
        return posix.getcwd()
    except OSError:
        return ""


def _told(error: BaseException) -> str:
    """Tell what `error` says, in UTF-8, even if it cannot say it."""
    try:
        return str(error).encode("utf-8", "backslashreplace").decode()
    # Any code may run in an error's __str__, and raise anything.
    except BaseException as failure:  # noqa: BLE001
        return f"an error whose text raised {type(failure).__name__}"


def _is_kind(name: str) -> bool:
    """Whether the platform takes `Function.<name>`: one capital, then letters (ASCII)."""
    return name.isascii() and name.isalpha() and name[0].isupper() and len(name) > 1
