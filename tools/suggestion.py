"""What a completion suggests."""

from firstbyte.tools.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Suggestions(Value):
    """Values that fit, best first: `total` of them if known, and `has_more` if not all.

    Raises:
        TypeError: the values are no texts.
    """

    __slots__ = ("has_more", "total", "values")

    def __init__(
        self, values: "Iterable[str]", total: int | None = None, *, has_more: bool = False
    ) -> None:
        self.values = tuple(values)
        if isinstance(values, str) or not all(isinstance(value, str) for value in self.values):
            raise TypeError("suggestions are several texts")
        self.total = total
        self.has_more = has_more
