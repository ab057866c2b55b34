"""probe/exchange.py: an exchange's body and its kind, however they came."""

from firstbyte.probe.exchange import Request
from tests.probe.fakes import URL, Reply, exchange_of


def test_a_body_is_all_its_parts_in_order():
    assert exchange_of(Reply(parts=((0.1, b"a"), (0.2, b""), (0.3, b"b")))).body == b"ab"


def test_a_media_type_is_told_without_parameters_and_in_lowercase():
    headers = {"content-type": " Text/Event-Stream ; charset=utf-8"}
    assert exchange_of(Reply(headers=headers)).media_type == "text/event-stream"
    assert exchange_of(Reply()).media_type == ""


def test_what_is_shown_of_a_body_holds_no_credentials():
    headers = {"authorization": "Bearer secret"}
    request = Request("list", "modern", "POST", URL, headers)
    reply = Reply(parts=((0.1, b'{"authorization": "Bearer secret", "a": "\xff"}'),))
    shown = '{"authorization": "Bearer [credentials]", "a": "\ufffd"}'
    assert exchange_of(reply, request).opening == shown
    assert exchange_of(Reply(parts=((0.1, b"secret"),))).opening == "secret"
