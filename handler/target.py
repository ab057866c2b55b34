"""Turn `module:attribute` into the object that is served."""

import sys

from firstbyte.handler.errors import ServerNotFound

CATALOG = "firstbyte.tools.catalog:server"
"""What is served when nothing is named."""


def load_target(name: str) -> object:
    """Import what `name` names; `module.attribute` is taken as well.

    Raises:
        ServerNotFound: there is no such module or attribute.
        Exception: whatever the module raises while it is imported.
    """
    module_name, path = parse_name(name)
    try:
        __import__(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name + ".").startswith(error.name + "."):
            raise ServerNotFound(f"there is no module {error.name!r} for {name!r}") from error
        raise
    target: object = sys.modules[module_name]
    for attribute in path.split("."):
        try:
            target = getattr(target, attribute)
        except AttributeError as error:
            raise ServerNotFound(f"{module_name!r} has no attribute {path!r}") from error
    return target


def parse_name(name: str) -> tuple[str, str]:
    """Take a name apart into its module and the path of an attribute in there.

    Raises:
        ServerNotFound: it has not both.
    """
    module, colon, path = name.partition(":")
    if not colon:
        module, _, path = name.rpartition(".")
    if not module or not path:
        raise ServerNotFound(f"{name!r} names no server, needs the form module:attribute")
    # Lambda's own form has slashes between folders.
    return module.replace("/", "."), path
