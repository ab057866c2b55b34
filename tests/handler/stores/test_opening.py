"""handler/stores/opening.py: what FIRSTBYTE_STORE may say, and what opens when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.errors import WrongSetting
from firstbyte.handler.stores.opening import parse_store
from tests.transport.fakes import Clock


def test_a_file_is_made_when_the_store_is_opened_and_not_before(tmp_path):
    path = tmp_path / "a:b.db"
    open_store = parse_store(f"sqlite:{path}", Clock())
    assert not path.exists()
    store = open_store()
    assert path.exists()
    store.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "has no colon"),
        ("sqlite", "has no colon"),
        ("a/b.db", "has no colon"),
        ("sqlite:", "begins with 'sqlite:'"),
        ("sqlite::memory:", "begins with 'sqlite:'"),
        ("SQLITE:a", "begins with 'SQLITE:'"),
        ("redis://user:password@a", "begins with 'redis:'"),
    ],
)
def test_what_names_no_file_is_refused_and_only_its_kind_is_told(text, found):
    with pytest.raises(WrongSetting) as caught:
        parse_store(text, Clock())
    assert str(caught.value) == (
        f"FIRSTBYTE_STORE {found}, needs the form sqlite:PATH of a file"
    )


@given(st.text())
def test_any_text_is_an_address_or_refused(text):
    try:
        parse_store(text, Clock())
    except WrongSetting:
        assert not text.startswith("sqlite:") or text in ("sqlite:", "sqlite::memory:")
    else:
        assert text.startswith("sqlite:")
