"""tools/message.py: a message has a role of two and one block."""

import pytest

from firstbyte.tools.content import Image, Text
from firstbyte.tools.message import Message


def test_a_text_becomes_a_block():
    assert Message("user", "a").describe() == {"role": "user", "content": Text("a").block()}


def test_any_block_is_passed_on():
    image = Image(b"x", "image/png")
    assert Message("assistant", image).describe() == {
        "role": "assistant",
        "content": image.block(),
    }


@pytest.mark.parametrize("content", [["a"], None, 1], ids=repr)
def test_what_is_neither_text_nor_block_is_refused(content):
    with pytest.raises(TypeError, match="neither a text nor a block"):
        Message("user", content)


def test_an_unknown_role_is_refused():
    with pytest.raises(ValueError, match="neither 'user' nor 'assistant'"):
        Message("system", "a")
