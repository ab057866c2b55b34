"""tools/catalog/s3_object.py: an object is read by its URI, which is found step by step."""

import pytest
from botocore.exceptions import ClientError

from firstbyte.tools.catalog import server
from firstbyte.tools.catalog.aws import s3
from tests.tools.catalog.offering import OBJECT, read, suggest


def put(bucket, key, octets=b"a", content_type="text/plain"):
    s3().put_object(Bucket=bucket, Key=key, Body=octets, ContentType=content_type)


def test_the_template_is_listed():
    (listed,) = server.list_templates()
    assert listed["uriTemplate"] == OBJECT
    assert listed["title"]
    assert listed["description"].startswith("Read an S3 object")
    assert list(server.list_resources()) == []


def test_text_is_read_as_text_and_anything_else_as_octets(bucket):
    put(bucket, "a b/ü.txt", "grün".encode())
    put(bucket, "picture", b"\x89PNG\0", "image/png")
    reading = read("s3://papers/a%20b/%C3%BC.txt")
    assert (reading.problem, reading.contents) == (
        "",
        [{"uri": "s3://papers/a%20b/%C3%BC.txt", "mimeType": "text/plain", "text": "grün"}],
    )
    assert read("s3://papers/picture").contents == [
        {"uri": "s3://papers/picture", "mimeType": "image/png", "blob": "iVBORwA="}
    ]


@pytest.mark.parametrize("uri", ["s3://papers/absent", "s3://absent-bucket/key"])
def test_what_is_not_there_is_missing(bucket, uri):
    reading = read(uri)
    assert reading.is_missing
    assert "there is no object" in reading.problem or "does not exist" in reading.problem


@pytest.mark.parametrize("uri", ["s3://papers", "s3://papers/", "s3://papers/a/../b", "s3:a"])
def test_what_names_no_object_is_nobodys(uri):
    assert read(uri) is None


def test_a_larger_object_is_told_with_the_way_to_read_it(bucket):
    put(bucket, "key", b"a" * (1024 * 1024 + 1))
    reading = read("s3://papers/key")
    assert not reading.is_missing
    assert "read a range with read_object" in reading.problem


def test_buckets_are_suggested_by_their_beginning(bucket):
    place = {"LocationConstraint": "eu-central-1"}
    s3().create_bucket(Bucket="photos", CreateBucketConfiguration=place)
    assert suggest("resource", OBJECT, "bucket", "pa").values == ("papers",)
    assert suggest("resource", OBJECT, "bucket", "p").values == ("papers", "photos")
    assert suggest("resource", OBJECT, "bucket", "x").values == ()


def test_keys_are_suggested_folder_by_folder(bucket):
    for key in ("a.txt", "b/c.txt", "b/d/e.txt", "bc.txt"):
        put(bucket, key)
    found = suggest("resource", OBJECT, "key", "b", bucket=bucket)
    assert (found.values, found.has_more) == (("b/", "bc.txt"), False)
    assert suggest("resource", OBJECT, "key", "b/", bucket=bucket).values == ("b/c.txt", "b/d/")


def test_more_keys_than_can_be_shown_are_told(bucket):
    for number in range(101):
        put(bucket, f"{number:03}")
    found = suggest("resource", OBJECT, "key", "", bucket=bucket)
    assert (len(found.values), found.has_more) == (100, True)


def test_there_are_no_keys_without_a_bucket(bucket):
    assert suggest("resource", OBJECT, "key", "").values == ()
    assert suggest("resource", OBJECT, "key", "", bucket="absent-bucket").values == ()


def test_a_role_that_may_not_list_suggests_nothing(refusing):
    refusing("AccessDenied")
    assert suggest("resource", OBJECT, "bucket", "").values == ()
    reading = read("s3://papers/key")
    assert not reading.is_missing
    assert "its role needs s3:GetObject" in reading.problem
    refusing("Unheard")
    with pytest.raises(ClientError):
        suggest("resource", OBJECT, "bucket", "")
