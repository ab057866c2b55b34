"""Everything this package can raise, and who has to care."""


class ToolError(Exception):
    """A sentence the model can act on. The call ends as a result with `isError`.

    A prompt or a resource that raises it is answered with the sentence as a protocol error.
    """


class ResourceNotFound(ToolError):
    """There is nothing behind this URI. The client gets the protocol's error for that."""


class Unanswered(ToolError):
    """The client could not be asked, or gave no answer to a question."""


class WrongDeclaration(Exception):
    """Something is declared in a way that cannot be served. The author's to mend."""


class Unsendable(Exception):
    """A value has no JSON form. Becomes a sentence for the client; never leaves us."""
