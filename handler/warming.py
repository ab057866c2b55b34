"""Load all that is put off for the first answer's sake, where nobody waits for one.

    on-demand                                       nothing: a client waits
    provisioned-concurrency, snap-start, instances  everything, before the first invocation

Source: AWS Lambda developer guide, "Defined runtime environment variables",
AWS_LAMBDA_INITIALIZATION_TYPE.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.keys import KeyRing
    from firstbyte.transport.service import Service

_OPERATORS = "+#./;?&"
"""What may precede the variables of a template's expression (RFC 6570, 2.2)."""


def warm(
    service: "Service",
    keys: "KeyRing | None",
    codec: "Codec",
    report: "Callable[[BaseException], object]",
) -> None:
    """Import what `service` offers and the parser of many requests, and fetch the keys.

    What cannot be had is told to `report` and fails when it is needed, as ever.
    """

    def find_prompt(prompt: "Any") -> None:
        service.find_prompt(prompt["name"])
        for argument in prompt.get("arguments", ()):
            service.find_completion("prompt", prompt["name"], argument["name"])

    def find_template(template: "Any") -> None:
        text = template["uriTemplate"]
        for expression in text.split("{")[1:]:
            for variable in expression.partition("}")[0].lstrip(_OPERATORS).split(","):
                service.find_completion("resource", text, variable.rstrip("*"))

    def attempt(step: "Callable[..., Any]", *arguments: object) -> "Any":
        try:
            return step(*arguments)
        except Exception as error:  # noqa: BLE001 (a module may raise anything)
            report(error)
            return ()

    codec.load()
    if keys is not None:
        attempt(keys.seal, b"", b"")
    kinds: Sequence[tuple[Callable[[], Sequence[object]], Callable[[Any], object]]] = (
        (service.list_tools, lambda tool: service.find_tool(tool["name"])),
        (service.list_prompts, find_prompt),
        (service.list_resources, lambda resource: service.find_resource(resource["uri"])),
        (service.list_templates, find_template),
    )
    for list_items, find_item in kinds:
        for item in attempt(list_items):
            attempt(find_item, item)
