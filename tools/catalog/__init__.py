"""The server this project ships: its offer as import paths, so that naming it is free."""

from firstbyte.tools.server import Server

server = Server(
    name="firstbyte",
    version="0.1.0",
    title="firstbyte",
    instructions=(
        "Reads and writes DynamoDB tables and reads S3 objects with this function's role. "
        "An S3 object is also the resource s3://<bucket>/<key>. "
        "DynamoDB items are plain JSON; what JSON cannot carry exactly is tagged: "
        '{"N": "12345678901234567890"} is a number (send any of more than 15 digits so), '
        '{"B": "<base64>"} is octets, '
        '{"SS": [...]}, {"NS": [...]} and {"BS": [...]} are sets, '
        'and {"M": {...}} is a map that would otherwise look like a tag. '
        "Answers come in pages: pass the key or token of one page to get the next."
    ),
    tools=(
        "firstbyte.tools.catalog.query_table:query_table",
        "firstbyte.tools.catalog.put_item:put_item",
        "firstbyte.tools.catalog.count_items:count_items",
        "firstbyte.tools.catalog.list_objects:list_objects",
        "firstbyte.tools.catalog.read_object:read_object",
        "firstbyte.tools.catalog.environment:environment",
    ),
    resources=("firstbyte.tools.catalog.s3_object:s3_object",),
    prompts=("firstbyte.tools.catalog.review_table:review_table",),
    completions=(
        "firstbyte.tools.catalog.s3_object:suggest_buckets",
        "firstbyte.tools.catalog.s3_object:suggest_keys",
        "firstbyte.tools.catalog.review_table:suggest_tables",
    ),
)
