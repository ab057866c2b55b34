"""One admitted call with all that answering it takes."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.answer import Answer
    from firstbyte.transport.codec import Codec
    from firstbyte.transport.invocation import Invocation
    from firstbyte.transport.meta import Wishes
    from firstbyte.transport.revision import Revision
    from firstbyte.transport.service import Service


class Exchange:
    """What a method gets to work with."""

    __slots__ = ("answer", "codec", "invocation", "params", "revision", "service", "wishes")

    def __init__(
        self,
        params: "dict[str, Any]",
        revision: "Revision",
        wishes: "Wishes",
        service: "Service",
        codec: "Codec",
        answer: "Answer",
        invocation: "Invocation",
    ) -> None:
        self.params = params
        self.revision = revision
        self.wishes = wishes
        self.service = service
        self.codec = codec
        self.answer = answer
        self.invocation = invocation
