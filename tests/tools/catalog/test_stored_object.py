"""tools/catalog/stored_object.py: octets as S3 describes them, never too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools.catalog.aws import s3
from firstbyte.tools.catalog.stored_object import (
    MAX_BYTES,
    StoredObject,
    fetch_object,
    find_text,
)
from firstbyte.tools.errors import ResourceNotFound, ToolError


def test_an_object_or_a_range_of_it_comes_with_its_type_and_size(bucket):
    s3().put_object(Bucket=bucket, Key="key", Body=b"abcdef", ContentType="text/x-thing")
    assert fetch_object(bucket, "key") == StoredObject(b"abcdef", "text/x-thing", 6)
    assert fetch_object(bucket, "key", 1, 3) == StoredObject(b"bcd", "text/x-thing", 6)
    assert fetch_object(bucket, "key", 4) == StoredObject(b"ef", "text/x-thing", 6)


def test_more_than_is_served_is_told_with_the_way_to_read_it(bucket):
    s3().put_object(Bucket=bucket, Key="key", Body=b"a" * (MAX_BYTES + 1))
    with pytest.raises(ToolError, match=r"1048577 bytes.*read a range with read_object"):
        fetch_object(bucket, "key")


def test_what_is_not_there_is_missing(bucket):
    for place in ((bucket, "absent"), ("absent-bucket", "key")):
        with pytest.raises(ResourceNotFound):
            fetch_object(*place)


@given(st.text().filter(lambda text: "\0" not in text), st.integers(0, 3))
def test_text_is_found_though_its_last_character_is_cut(text, cut):
    octets = text.encode()
    assert find_text(octets) == text
    shown = find_text(octets[: len(octets) - cut], is_last=False)
    assert shown is None or text.startswith(shown)


@pytest.mark.parametrize("octets", [b"\xff\xfe", b"a\0b", "ü".encode("latin-1")])
def test_anything_else_is_no_text(octets):
    assert find_text(octets) is None
