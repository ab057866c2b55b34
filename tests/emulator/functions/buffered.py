"""A handler as AWS's own runtime runs it: returns what it was given, or fails as it is told."""

import json
import os


def handler(event, context):
    """Answer with what the runtime made of the invocation."""
    if event["rawPath"] == "/fail":
        raise ValueError("as told")
    if event["rawPath"] == "/die":
        os._exit(5)
    seen = {
        "event": event,
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "memory_mb": context.memory_limit_in_mb,
        "log_stream": context.log_stream_name,
    }
    return {"statusCode": 200, "cookies": ["seen=1"], "body": json.dumps(seen)}
