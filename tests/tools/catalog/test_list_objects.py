"""tools/catalog/list_objects.py: objects in the order of their keys, page by page."""

import datetime

import pytest

from firstbyte.tools.catalog.aws import s3


@pytest.fixture
def papers(bucket):
    for key in ("a/one", "a/two & ü", "b/three", "four"):
        s3().put_object(Bucket=bucket, Key=key, Body=key.encode())
    return bucket


def keys(called):
    return [entry["key"] for entry in called.structured["objects"]]


def test_an_object_is_told_with_size_and_time(client, papers):
    called = client.call("list_objects", bucket=papers, prefix="four")
    (entry,) = called.structured["objects"]
    assert (entry["key"], entry["size"]) == ("four", 4)
    assert datetime.datetime.fromisoformat(entry["last_modified"]).tzinfo is not None
    assert entry["etag"].startswith('"')


def test_keys_come_in_order(client, papers):
    called = client.call("list_objects", bucket=papers)
    assert keys(called) == ["a/one", "a/two & ü", "b/three", "four"]


def test_a_delimiter_groups_what_lies_deeper(client, papers):
    called = client.call("list_objects", bucket=papers, delimiter="/")
    assert (keys(called), called.structured["prefixes"]) == (["four"], ["a/", "b/"])


def test_pages_follow_each_other_to_the_end(client, papers):
    pages, token = [], None
    while True:
        called = client.call("list_objects", bucket=papers, limit=3, token=token)
        pages.append(keys(called))
        token = called.structured["next_token"]
        if token is None:
            break
    assert pages == [["a/one", "a/two & ü", "b/three"], ["four"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"bucket": "absent"}, "the bucket does not exist (bucket 'absent')"),
        ({"bucket": "not/a/bucket"}, "no such name; check bucket 'not/a/bucket'"),
        ({"limit": 1001}, "<= 1000 - at `$.limit`"),
    ],
)
def test_what_cannot_be_listed_is_told(client, papers, arguments, words):
    called = client.call("list_objects", **{"bucket": papers, **arguments})
    assert called.is_error
    assert words in called.text
