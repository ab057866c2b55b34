"""Load all that is put off for the first answer's sake, where nobody waits for one.

    on-demand                                       nothing: a client waits
    provisioned-concurrency, snap-start, instances  everything, before the first invocation

Source: AWS Lambda developer guide, "Defined runtime environment variables",
AWS_LAMBDA_INITIALIZATION_TYPE.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.service import Service


def warm(
    service: "Service", codec: "Codec", report: "Callable[[BaseException], object]"
) -> None:
    """Import what `service` offers, and the parser of many requests.

    What cannot be imported is told to `report` and fails when it is called, as ever.
    """
    codec.load()
    kinds: Sequence[tuple[Callable[[], Sequence[object]], Callable[[str], object], str]] = (
        (service.list_tools, service.find_tool, "name"),
        (service.list_prompts, service.find_prompt, "name"),
        (service.list_resources, service.find_resource, "uri"),
    )
    for list_items, find, key in kinds:
        try:
            names = [item[key] for item in list_items()]  # type: ignore[index] # mappings
        except Exception as error:  # noqa: BLE001 (a module may raise anything)
            report(error)
            continue
        for name in names:
            try:
                find(name)
            except Exception as error:  # noqa: BLE001 (likewise)
                report(error)
