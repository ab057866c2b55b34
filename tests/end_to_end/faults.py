"""Faults that the official suite does not see, each as something a `Front` does wrong."""

import json
import threading

from tests.end_to_end.faulty import Answered

JSON = {"content-type": "application/json"}


def none(asked, forward):
    """Do nothing wrong."""
    return forward(asked)


def notifications_are_answered_200(asked, forward):
    answered = forward(asked)
    return answered._replace(status=200) if answered.status == 202 else answered


def notifications_are_answered_with_a_body(asked, forward):
    answered = forward(asked)
    return (
        answered._replace(headers=JSON, body=[b"null"]) if answered.status == 202 else answered
    )


def accept_is_not_looked_at(asked, forward):
    return forward(asked.told(accept="application/json, text/event-stream"))


def content_type_is_not_looked_at(asked, forward):
    return forward(asked.told(content_type="application/json"))


def versions_are_not_looked_at(asked, forward):
    return forward(asked.told(mcp_protocol_version=None))


def responses_are_sent_twice(asked, forward):
    answered = forward(asked)
    if not answered.is_stream:
        return answered

    def doubled():
        for event in answered.events():
            yield event
            if b'"result"' in event:
                yield event

    return answered._replace(body=doubled())


def a_missing_session_is_made_up(asked, forward):
    if _has(asked, "initialize") or "mcp-session-id" in asked.headers:
        return forward(asked)
    result = {"jsonrpc": "2.0", "id": json.loads(asked.body or b"{}").get("id"), "result": {}}
    return Answered(200, JSON, [json.dumps(result).encode()])


def a_missing_session_is_a_failure(asked, forward):
    if _has(asked, "initialize") or "mcp-session-id" in asked.headers:
        return forward(asked)
    return Answered(500, {}, [])


def errors_have_no_id(asked, forward):
    answered = forward(asked)
    if answered.is_stream or answered.status == 202:
        return answered
    message = json.loads(b"".join(answered.body))
    if isinstance(message, dict) and "error" in message:
        message["id"] = None
    return answered._replace(body=[json.dumps(message).encode()])


def get_fails(asked, forward):
    return Answered(500, {}, []) if asked.method == "GET" else forward(asked)


def get_answers_in_json(asked, forward):
    return Answered(200, JSON, [b"{}"]) if asked.method == "GET" else forward(asked)


def origin_is_not_looked_at(asked, forward):
    return forward(asked.told(origin=None))


def progress_comes_after_the_result(asked, forward):
    answered = forward(asked)
    if not answered.is_stream:
        return answered

    def late():
        events = list(answered.events())
        yield from sorted(events, key=lambda event: b"notifications/progress" in event)

    return answered._replace(body=late())


def streams_are_held_back_until_they_end(asked, forward):
    answered = forward(asked)
    if not answered.is_stream:
        return answered

    def whole():
        yield b"".join(answered.body)

    return answered._replace(body=whole())


def bad_json_is_a_failure(asked, forward):
    return forward(asked) if _is_json(asked.body) else Answered(500, {}, [])


def bad_json_is_an_empty_answer(asked, forward):
    return forward(asked) if _is_json(asked.body) else Answered(400, {}, [])


def bad_json_is_answered_200(asked, forward):
    answered = forward(asked)
    return answered if _is_json(asked.body) else answered._replace(status=200)


def batches_are_refused(asked, forward):
    if not asked.body.lstrip().startswith(b"["):
        return forward(asked)
    fault = {"jsonrpc": "2.0", "error": {"code": -32600, "message": "one message at a time"}}
    return Answered(400, JSON, [json.dumps(fault).encode()])


def of_a_batch_the_first_is_answered(asked, forward):
    if not asked.body.lstrip().startswith(b"["):
        return forward(asked)
    batch = json.loads(asked.body)
    return forward(asked._replace(body=json.dumps(batch[:1]).encode()))


def batches_are_always_taken(asked, forward):
    if not asked.body.lstrip().startswith(b"["):
        return forward(asked)
    results = [
        {"jsonrpc": "2.0", "id": each["id"], "result": {}} for each in json.loads(asked.body)
    ]
    return Answered(200, JSON, [json.dumps(results).encode()])


def cancellations_are_dropped(asked, forward):
    if _has(asked, "notifications/cancelled"):
        return Answered(202, {}, [])
    return forward(asked)


def lists_end_after_a_page(asked, forward):
    return _rewritten(asked, forward, lambda result: result.pop("nextCursor", None))


def cursors_are_not_looked_at(asked, forward):
    if not _has(asked, "tools/list"):
        return forward(asked)
    message = json.loads(asked.body)
    message.get("params", {}).pop("cursor", None)
    return forward(asked._replace(body=json.dumps(message).encode()))


def results_have_no_structure(asked, forward):
    return _rewritten(asked, forward, lambda result: result.pop("structuredContent", None))


def structure_breaks_its_schema(asked, forward):
    def change(result):
        if "structuredContent" in result:
            result["structuredContent"]["degrees"] = "mild"

    return _rewritten(asked, forward, change)


def structure_is_not_told_as_text(asked, forward):
    def change(result):
        if "structuredContent" in result:
            result["content"] = []

    return _rewritten(asked, forward, change)


def results_are_of_another_era(asked, forward):
    def change(result):
        if "protocolVersion" not in result and result.pop("resultType", None) is None:
            result["resultType"] = "complete"

    return _rewritten(asked, forward, change)


def updates_are_dropped(asked, forward):
    answered = forward(asked)
    if not answered.is_stream:
        return answered
    kept = (event for event in answered.events() if b"resources/updated" not in event)
    return answered._replace(body=kept)


def updates_bear_no_subscription(asked, forward):
    answered = forward(asked)
    if not answered.is_stream:
        return answered
    name = b"io.modelcontextprotocol/subscriptionId"
    bare = (
        event.replace(name, b"x") if b"resources/updated" in event else event
        for event in answered.events()
    )
    return answered._replace(body=bare)


class SessionsAreOne:
    """All clients are taken for the first one that came."""

    def __init__(self):
        self._first = None

    def __call__(self, asked, forward):
        if self._first and "mcp-session-id" in asked.headers:
            asked = asked.told(mcp_session_id=self._first)
        answered = forward(asked)
        self._first = self._first or answered.headers.get("mcp-session-id")
        return answered


class EverySessionIsGood:
    """Whatever a client calls its session, it is taken for one that exists."""

    def __init__(self):
        self._any = None

    def __call__(self, asked, forward):
        if _has(asked, "initialize"):
            answered = forward(asked)
            self._any = answered.headers["mcp-session-id"]
            return answered
        return forward(asked.told(mcp_session_id=self._any))


class BadSessionsAreBadRequests:
    """A session that is none is answered 400, and its client never begins a new one."""

    def __call__(self, asked, forward):
        answered = forward(asked)
        return answered._replace(status=400) if answered.status == 404 else answered


class ReplayBeginsAtTheBeginning:
    """Whatever came last, a client that comes back is told everything again."""

    def __init__(self):
        self._firsts = {}

    def __call__(self, asked, forward):
        last = asked.headers.get("last-event-id")
        if last is not None:
            return forward(asked.told(last_event_id=self._firsts[last]))
        answered = forward(asked)
        return answered._replace(body=self._noted(answered)) if answered.is_stream else answered

    def _noted(self, answered):
        first = None
        for event in answered.events():
            for line in event.split(b"\n"):
                if line.startswith(b"id:"):
                    name = line.removeprefix(b"id:").strip().decode()
                    first = first or name
                    self._firsts[name] = first
            yield event


class ReplayIsOfTheNewestStream:
    """A client that comes back is told of another call than the one it lost."""

    def __init__(self):
        self._first_of_newest = ReplayBeginsAtTheBeginning()

    def __call__(self, asked, forward):
        firsts = self._first_of_newest._firsts
        last = asked.headers.get("last-event-id")
        if last is not None:
            return forward(asked.told(last_event_id=list(firsts.values())[-1]))
        return self._first_of_newest(asked, forward)


class CallsAreServedOneByOne:
    """The next call begins when the last has ended."""

    def __init__(self):
        self._turn = threading.Lock()

    def __call__(self, asked, forward):
        with self._turn:
            answered = forward(asked)
            return answered._replace(body=[b"".join(answered.body)])


def large_results_are_cut(asked, forward):
    answered = forward(asked)

    def cut():
        left = 1_000_000
        for piece in answered.body:
            yield piece[:left]
            left -= len(piece[:left])

    return answered._replace(body=cut())


def large_requests_are_cut(asked, forward):
    return forward(asked._replace(body=asked.body[:1_000_000]))


def too_large_is_a_bad_gateway(asked, forward):
    answered = forward(asked)
    return Answered(502, {}, []) if answered.status == 413 else answered


def _has(asked, method):
    return f'"{method}"'.encode() in asked.body


def _is_json(octets):
    try:
        json.loads(octets)
    except ValueError:
        return not octets
    return True


def _rewritten(asked, forward, change):
    """Forward, and change the result of a JSON answer."""
    answered = forward(asked)
    if answered.is_stream or answered.status != 200:
        return answered
    message = json.loads(b"".join(answered.body))
    if isinstance(message, dict) and "result" in message:
        change(message["result"])
    return answered._replace(body=[json.dumps(message).encode()])
