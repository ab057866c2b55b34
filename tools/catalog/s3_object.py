"""Read an S3 object by its URI, and suggest buckets and keys on the way to one."""

from firstbyte.tools import Contents, Suggestions, complete, resource
from firstbyte.tools.catalog.aws import explained, s3
from firstbyte.tools.catalog.stored_object import fetch_object, find_text

_TEMPLATE = "s3://{bucket}/{+key}"
_MAX_KEYS = 100


@resource(_TEMPLATE, title="S3 object")
def s3_object(bucket: str, key: str) -> Contents:
    """Read an S3 object of at most 1048576 bytes: its text, or base64 if it is none."""
    octets, content_type, _ = fetch_object(bucket, key)
    text = find_text(octets)
    if text is None:
        return Contents(mime_type=content_type, blob=octets)
    return Contents(mime_type=content_type, text=text)


@complete(resource=_TEMPLATE, argument="bucket")
def suggest_buckets(value: str) -> list[str]:
    """Name the buckets; nobody's where the role lacks s3:ListAllMyBuckets."""
    with explained("s3:ListAllMyBuckets", "the buckets of this account"):
        buckets = s3().list_buckets()["Buckets"]
    return [bucket["Name"] for bucket in buckets if bucket["Name"].startswith(value)]


@complete(resource=_TEMPLATE, argument="key")
def suggest_keys(value: str, arguments: dict[str, str]) -> Suggestions:
    """Name keys and folders that begin so, as a shell does."""
    if "bucket" not in arguments:
        return Suggestions([])
    bucket = arguments["bucket"]
    with explained("s3:ListBucket", f"bucket {bucket!r}"):
        answer = s3().list_objects_v2(
            Bucket=bucket, Prefix=value, Delimiter="/", MaxKeys=_MAX_KEYS
        )
    folders = [group["Prefix"] for group in answer.get("CommonPrefixes", ())]
    keys = [entry["Key"] for entry in answer.get("Contents", ())]
    return Suggestions(sorted(folders + keys), has_more=answer["IsTruncated"])
