"""Everything this package can raise, and who has to care."""


class ToolError(Exception):
    """A sentence the model can act on. The call ends as a result with `isError`."""


class WrongDeclaration(Exception):
    """A tool or a server is declared in a way that cannot be served. The author's to mend."""


class Unsendable(Exception):
    """A tool's value has no JSON form. Becomes a result with `isError`; never leaves us."""
