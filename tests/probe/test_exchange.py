"""probe/exchange.py: an exchange's body and its kind, however they came."""

from tests.probe.fakes import Reply, exchange_of


def test_a_body_is_all_its_parts_in_order():
    assert exchange_of(Reply(parts=((0.1, b"a"), (0.2, b""), (0.3, b"b")))).body == b"ab"


def test_a_media_type_is_told_without_parameters_and_in_lowercase():
    headers = {"content-type": " Text/Event-Stream ; charset=utf-8"}
    assert exchange_of(Reply(headers=headers)).media_type == "text/event-stream"
    assert exchange_of(Reply()).media_type == ""


def test_a_body_begins_as_text_whatever_it_holds():
    reply = Reply(parts=((0.1, b"a\xff"), (0.2, b"b" * 5000)))
    assert exchange_of(reply).opening == "a\ufffd" + "b" * 4094
