"""Judge whether an answer is true, before its time counts."""

import json
from typing import Any, Final

from benchmarks.answer import Answer, MalformedAnswer, read_events
from benchmarks.candidate import TOOLS, Candidate
from benchmarks.dynamodb import ITEM_TEXT
from benchmarks.events import CALL_ID, EVENT_COUNT, MODERN

_OK: Final = 200


class Wrong(Exception):
    """The answer is not true; the message is the sentence that says why."""


def judge(candidate: Candidate, question: str, answer: Answer) -> None:
    """Return if `answer` is what the question is to be answered with.

    Raises:
        Wrong: it is not.
    """
    if answer.status != _OK:
        raise Wrong(f"the status is {answer.status}: {answer.body[:300]!r}")
    if candidate.is_constant:
        if not answer.body:
            raise Wrong("the body is empty")
        return
    _, messages = zip(*_read_messages(answer), strict=True)
    result = _find_result(messages[-1])
    match question:
        case "initialize":
            _check_initialize(result)
        case "discover":
            _check_discover(result)
        case "list":
            _check_list(result, candidate.further_tools)
        case "call":
            _check_text(result, "5")
        case "call_boto3":
            _check_text(result, ITEM_TEXT)
        case "events":
            read_delays_ns(answer)
            _check_text(result, "done")
        case _:
            raise ValueError(question)


def read_delays_ns(answer: Answer) -> list[int]:
    """How long each event of the question `events` took from its tool to the client.

    Raises:
        Wrong: they are not all there, or not in order.
    """
    delays = []
    last_ns, last_progress = 0, 0.0
    for arrived_ns, message in _read_messages(answer)[:-1]:
        if message.get("method") != "notifications/progress":
            raise Wrong(f"not a progress notification: {str(message)[:300]}")
        params = message.get("params", {})
        try:
            written_ns, progress = int(params["message"]), float(params["progress"])
        except (KeyError, TypeError, ValueError) as error:
            raise Wrong(f"a notification without its moment: {params}") from error
        if not (last_ns < written_ns <= arrived_ns and last_progress < progress):
            raise Wrong(f"a notification out of its order: {params}")
        last_ns, last_progress = written_ns, progress
        delays.append(arrived_ns - written_ns)
    if len(delays) != EVENT_COUNT:
        raise Wrong(f"{len(delays)} notifications came, not {EVENT_COUNT}")
    return delays


def _read_messages(answer: Answer) -> list[tuple[int, dict[str, Any]]]:
    """All JSON-RPC messages of an answer with the moments they arrived; at least one."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "text/event-stream":
            # An event with empty data only carries its id.
            texts = [(now_ns, data) for now_ns, data in read_events(answer) if data]
        else:
            texts = [(max((now for now, _ in answer.parts), default=0), answer.body.decode())]
        messages = [(now_ns, json.loads(text)) for now_ns, text in texts]
    except (MalformedAnswer, ValueError, RecursionError) as error:
        raise Wrong(f"the body is no {kind}: {answer.body[:300]!r}") from error
    if not messages or not all(isinstance(message, dict) for _, message in messages):
        raise Wrong(f"no JSON-RPC message in {answer.body[:300]!r}")
    return messages


def _find_result(message: dict[str, Any]) -> dict[str, Any]:
    result = message.get("result")
    if message.get("id") != CALL_ID or not isinstance(result, dict):
        raise Wrong(f"not a result: {str(message)[:300]}")
    return result


def _check_initialize(result: dict[str, Any]) -> None:
    if not isinstance(result.get("protocolVersion"), str) or "serverInfo" not in result:
        raise Wrong(f"not an answer to initialize: {str(result)[:300]}")


def _check_discover(result: dict[str, Any]) -> None:
    versions = result.get("supportedVersions")
    if not isinstance(versions, list) or MODERN not in versions:
        raise Wrong(f"not an answer to server/discover: {str(result)[:300]}")


def _check_list(result: dict[str, Any], further: int) -> None:
    tools = result.get("tools")
    if not isinstance(tools, list):
        raise Wrong(f"not a list of tools: {str(result)[:300]}")
    try:
        names = sorted(_plain(tool["name"]) for tool in tools)
        is_described = all(tool["inputSchema"]["type"] == "object" for tool in tools)
    except (KeyError, TypeError, AttributeError) as error:
        raise Wrong(f"not tools: {str(tools)[:300]}") from error
    expected = sorted(map(_plain, [*TOOLS, *further_names(further)]))
    if names != expected or not is_described:
        raise Wrong(f"{len(names)} tools are listed, {len(expected)} expected: {names[:10]}")


def further_names(count: int) -> list[str]:
    """Name the tools that a server has beside the three."""
    return [f"tool_{number}" for number in range(count)]


def _plain(name: str) -> str:
    # One framework writes names as readItem.
    return name.replace("_", "").lower()


def _check_text(result: dict[str, Any], expected: str) -> None:
    try:
        text = result["content"][0]["text"]
    except (KeyError, IndexError, TypeError) as error:
        raise Wrong(f"not a tool's result: {str(result)[:300]}") from error
    if result.get("isError") or text != expected:
        raise Wrong(f"the tool says {str(text)[:300]!r}, not {expected!r}")
