"""One invocation as the Runtime API hands it over."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Invocation:
    """What `GET /next` answered.

    `deadline_ms` is epoch time, 0 where none came. `trace_id`, `invocation_id` and the other
    texts are empty where the platform sent nothing; `invocation_id` exists on Managed Instances
    only and is echoed on every answer.
    """

    __slots__ = (
        "body",
        "client_context",
        "cognito_identity",
        "content_type",
        "deadline_ms",
        "function_arn",
        "invocation_id",
        "request_id",
        "tenant_id",
        "trace_id",
    )

    def __init__(self, headers: "Mapping[str, str | int | None]", body: bytes) -> None:
        def text(name: str) -> str:
            return str(headers.get(name) or "")

        deadline = headers.get("Lambda-Runtime-Deadline-Ms")
        self.request_id = text("Lambda-Runtime-Aws-Request-Id")
        self.deadline_ms = int(deadline) if deadline else 0
        self.trace_id = text("Lambda-Runtime-Trace-Id")
        self.function_arn = text("Lambda-Runtime-Invoked-Function-Arn")
        self.client_context = text("Lambda-Runtime-Client-Context")
        self.cognito_identity = text("Lambda-Runtime-Cognito-Identity")
        self.tenant_id = text("Lambda-Runtime-Aws-Tenant-Id")
        self.invocation_id = text("Lambda-Runtime-Invocation-Id")
        self.content_type = text("Content-Type")
        self.body = body
