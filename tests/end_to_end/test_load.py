"""Calls from many clients to few environments are each answered once, by their own id."""

from concurrent.futures import ThreadPoolExecutor

from tests.emulating import emulator
from tests.end_to_end.calling import SERVED, call

CALLS, CLIENTS, ENVIRONMENTS = 500, 8, 4


def test_none_of_many_calls_is_lost_doubled_or_mixed_up():
    with (
        emulator(*SERVED, concurrency=ENVIRONMENTS) as running,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):
        answers = list(
            clients.map(
                lambda number: call(running.url, "echo", call_id=number, text=f"call {number}"),
                range(CALLS),
            )
        )
    assert [(answer["id"], answer["result"]["content"][0]["text"]) for answer in answers] == [
        (number, f"call {number}") for number in range(CALLS)
    ]
