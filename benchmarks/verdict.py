"""Judge whether an answer is true, before its time counts."""

import json
from typing import Any, Final

from benchmarks.answer import Answer, MalformedAnswer, read_events
from benchmarks.candidate import TOOLS, Candidate
from benchmarks.dynamodb import ITEM_TEXT
from benchmarks.events import CALL_ID, EVENT_COUNT, MODERN, PROGRESS_TOKEN

_OK: Final = 200
_STREAM: Final = "text/event-stream"
_FURTHER_PARAMETERS: Final = ("limit", "table_name")


class Wrong(Exception):
    """The answer is not true; the message is the sentence that says why."""


def judge(candidate: Candidate, question: str, answer: Answer) -> None:
    """Return if `answer` is what the question is to be answered with.

    Raises:
        Wrong: it is not.
    """
    if answer.status != _OK:
        raise Wrong(f"the status is {answer.status}: {answer.body[:300]!r}")
    if candidate.constant is not None:
        if answer.body != candidate.constant:
            raise Wrong(f"the body is {answer.body[:300]!r}, not {candidate.constant!r}")
        return
    messages = [message for _, message in _read_messages(answer)]
    if question == "events":
        read_delays_ns(answer)
    elif len(messages) != 1:
        raise Wrong(f"{len(messages)} messages came, not one response")
    result = _read_result(messages[-1])
    # Where a client of that revision asks everything but `initialize`.
    if question != "initialize" and "discover" in candidate.questions:
        _check_complete(result)
    match question:
        case "initialize":
            _check_initialize(result, candidate.revision)
        case "discover":
            _check_discover(result)
        case "list":
            _check_list(result, candidate.further_tools)
        case "call":
            _check_tool_result(result, "5", 5)
        case "call_boto3":
            _check_tool_result(result, ITEM_TEXT, ITEM_TEXT)
        case "events":
            _check_tool_result(result, "done", "done")
        case _:
            raise ValueError(question)


def read_delays_ns(answer: Answer) -> list[int]:
    """How long each event of the question `events` took from its tool to the client.

    Raises:
        Wrong: they are not all there, or not in order.
    """
    delays = []
    last_ns = 0
    for number, (arrived_ns, message) in enumerate(_read_messages(answer)[:-1], 1):
        if message.get("method") != "notifications/progress" or "id" in message:
            raise Wrong(f"not a progress notification: {str(message)[:300]}")
        params: Any = message.get("params")
        try:
            token, progress = params["progressToken"], params["progress"]
            written_ns = int(params["message"])
        except (KeyError, TypeError, ValueError) as error:
            raise Wrong(f"a notification without its moment: {str(params)[:300]}") from error
        if token != PROGRESS_TOKEN:
            raise Wrong(f"a notification for {str(token)[:100]!r}, not {PROGRESS_TOKEN!r}")
        if progress != number:
            raise Wrong(f"notification {number} says {str(progress)[:100]}")
        if not last_ns < written_ns <= arrived_ns:
            raise Wrong(f"a notification's moment is out of order: {str(params)[:300]}")
        last_ns = written_ns
        delays.append(arrived_ns - written_ns)
    if len(delays) != EVENT_COUNT:
        raise Wrong(f"{len(delays)} notifications came, not {EVENT_COUNT}")
    return delays


def _read_messages(answer: Answer) -> list[tuple[int, dict[str, Any]]]:
    """All JSON-RPC messages of an answer with the moments they arrived; at least one."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_STREAM, "application/json"):
        raise Wrong(f"the body is of type {kind[:100]!r}")
    try:
        if kind == _STREAM:
            # An event with empty data only carries its id.
            texts = [(now_ns, data) for now_ns, data in read_events(answer) if data]
        else:
            texts = [(max((now for now, _ in answer.parts), default=0), answer.body.decode())]
        messages = [(now_ns, json.loads(text)) for now_ns, text in texts]
    except (MalformedAnswer, ValueError, RecursionError) as error:
        raise Wrong(f"the body is no {kind}: {answer.body[:300]!r}") from error
    if not messages or not all(isinstance(message, dict) for _, message in messages):
        raise Wrong(f"no JSON-RPC message in {answer.body[:300]!r}")
    for _, message in messages:
        if message.get("jsonrpc") != "2.0":
            raise Wrong(f"not JSON-RPC 2.0: {str(message)[:300]}")
    return messages


def _read_result(response: dict[str, Any]) -> dict[str, Any]:
    if "error" in response:
        raise Wrong(f"it answers with an error: {str(response)[:300]}")
    if "method" in response:
        raise Wrong(f"not a response: {str(response)[:300]}")
    told = response.get("id")
    # 1.0 and true are equal to 1, and not it.
    if type(told) is not int or told != CALL_ID:
        raise Wrong(f"the response is to {str(told)[:100]!r}, not to {CALL_ID}")
    result = response.get("result")
    if not isinstance(result, dict):
        raise Wrong(f"the result is no object: {str(response)[:300]}")
    return result


def _check_complete(result: dict[str, Any]) -> None:
    if result.get("resultType") != "complete":
        raise Wrong(f"the result is not said to be complete: {str(result)[:300]}")


def _check_initialize(result: dict[str, Any], revision: str) -> None:
    if (version := result.get("protocolVersion")) != revision:
        raise Wrong(f"it agrees on {str(version)[:100]!r}, not on {revision!r}")
    server = result.get("serverInfo")
    if not isinstance(server, dict) or not all(
        isinstance(server.get(name), str) for name in ("name", "version")
    ):
        raise Wrong(f"it does not say which server it is: {str(server)[:300]}")
    _check_capabilities(result)


def _check_discover(result: dict[str, Any]) -> None:
    versions = result.get("supportedVersions")
    if not isinstance(versions, list) or MODERN not in versions:
        raise Wrong(f"it does not serve {MODERN}: {str(versions)[:300]}")
    _check_capabilities(result)


def _check_capabilities(result: dict[str, Any]) -> None:
    capabilities = result.get("capabilities")
    if not isinstance(capabilities, dict) or not isinstance(capabilities.get("tools"), dict):
        raise Wrong(f"it does not say that it has tools: {str(capabilities)[:300]}")


def _check_list(result: dict[str, Any], further: int) -> None:
    tools = result.get("tools")
    if not isinstance(tools, list):
        raise Wrong(f"not a list of tools: {str(result)[:300]}")
    if "nextCursor" in result:
        raise Wrong(f"the list of {len(tools)} tools goes on")
    try:
        found = sorted(
            (tool["name"], tuple(sorted(tool["inputSchema"]["properties"]))) for tool in tools
        )
        types = {tool["inputSchema"]["type"] for tool in tools}
    except (KeyError, TypeError) as error:
        raise Wrong(f"not tools: {str(tools)[:300]}") from error
    expected = {**TOOLS, **dict.fromkeys(further_names(further), _FURTHER_PARAMETERS)}
    if found != sorted(expected.items()):
        raise Wrong(f"{len(found)} tools are listed, {len(expected)} expected: {found[:10]}")
    if types != {"object"}:
        raise Wrong(f"arguments of a tool are no object but {types}")


def further_names(count: int) -> list[str]:
    """Name the tools that a server has beside the three."""
    return [f"tool_{number}" for number in range(count)]


def _check_tool_result(result: dict[str, Any], text: str, value: object) -> None:
    if result.get("isError", False) is not False:
        raise Wrong(f"the tool failed: {str(result)[:300]}")
    content = result.get("content")
    if not isinstance(content, list) or len(content) != 1 or not isinstance(content[0], dict):
        raise Wrong(f"not one piece of content: {str(result)[:300]}")
    (piece,) = content
    if (piece.get("type"), piece.get("text")) != ("text", text):
        raise Wrong(f"the tool says {str(piece)[:300]}, not {text!r}")
    # Some repeat it for programs, some in an object.
    if result.get("structuredContent", value) not in (value, {"result": value}):
        raise Wrong(f"the tool says {text!r} and {str(result['structuredContent'])[:300]}")
