"""A request that is refused before any method runs, as one HTTP answer."""

from firstbyte.transport.fault import HTTP_STATUS, Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Rejection:
    """Status, error and further headers; `call_id` is None where it could not be read."""

    __slots__ = ("call_id", "fault", "headers", "status")

    def __init__(
        self,
        status: int,
        fault: Fault,
        call_id: "str | int | None" = None,
        headers: "Mapping[str, str] | None" = None,
    ) -> None:
        self.status = status
        self.fault = fault
        self.call_id = call_id
        self.headers = headers or {}


def reject(
    code: int,
    message: str,
    call_id: "str | int | None" = None,
    data: "dict[str, Any] | None" = None,
) -> Rejection:
    """Refuse with the status that belongs to `code`."""
    return Rejection(HTTP_STATUS[code], Fault(code, message, data), call_id)
