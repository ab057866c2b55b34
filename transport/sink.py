"""Where an answer's octets go: one HTTP response on its way out."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    class Sink(Protocol):
        """One HTTP response: `open`, any number of `write`, then `close`.

        Calls may block: that is the client's back-pressure. An implementation sends nothing
        before the first `write` or the `close`, so a response that is one JSON body leaves in
        one piece.
        """

        def open(self, status: int, headers: Mapping[str, str]) -> None:
            """Settle status and headers (lowercase names); called once, before all else."""

        def write(self, octets: bytes) -> object:
            """Send `octets` to the client before returning."""

        def close(self, octets: bytes = b"") -> None:
            """Send the last `octets` and end the response."""
