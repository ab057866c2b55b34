"""List the objects of an S3 bucket."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from firstbyte.tools import tool
from firstbyte.tools.catalog.aws import explained, s3

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import ListObjectsV2RequestTypeDef


@dataclass
class Object:
    """One object; `size` is in bytes."""

    key: str
    size: int
    last_modified: datetime
    etag: str


@dataclass
class Listing:
    """Objects, and with a delimiter the groups of others. `next_token` as `token` gets more."""

    objects: list[Object]
    prefixes: list[str]
    next_token: str | None


@tool(title="List objects", read_only=True, idempotent=True, open_world=False)
def list_objects(
    bucket: Annotated[str, "Name of the bucket"],
    prefix: Annotated[str, "Only keys that begin with this"] = "",
    delimiter: Annotated[str, 'Group keys up to this, such as "/" for folders'] = "",
    limit: Annotated[int, "Most objects and prefixes to return", Meta(ge=1, le=1000)] = 100,
    token: Annotated[str | None, "`next_token` of the page before"] = None,
) -> Listing:
    """List the objects of an S3 bucket in the order of their keys, one page at a time."""
    request: ListObjectsV2RequestTypeDef = {
        "Bucket": bucket,
        "Prefix": prefix,
        "Delimiter": delimiter,
        "MaxKeys": limit,
    }
    if token is not None:
        request["ContinuationToken"] = token
    with explained("s3:ListBucket", f"bucket {bucket!r}"):
        answer = s3().list_objects_v2(**request)
    return Listing(
        [
            Object(entry["Key"], entry["Size"], entry["LastModified"], entry["ETag"])
            for entry in answer.get("Contents", ())
        ],
        [group["Prefix"] for group in answer.get("CommonPrefixes", ())],
        answer.get("NextContinuationToken"),
    )
