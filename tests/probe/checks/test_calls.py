"""probe/checks/calls.py: tools that are denied are told from tools that fail."""

import pytest

from firstbyte.probe.plan import Call
from tests.probe.fakes import asked_of, codes_of, finding_of, message

NAMED = (Call("status", {}), Call("rows", {}))


def answering(tool, **member):
    """A server whose one tool answers so."""

    def change(request, count):
        asked = asked_of(request)
        if asked.get("params", {}).get("name") != tool:
            return None
        return message({"jsonrpc": "2.0", "id": asked["id"], **member})

    return change


def failing(text, tool="rows"):
    """A server whose one tool fails with a text."""
    content = [{"type": "text", "text": text}]
    return answering(tool, result={"content": content, "isError": True})


@pytest.mark.parametrize(
    "text",
    [
        "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied",
        "User: arn:aws:sts::1:x is not authorized to perform: dynamodb:Query",
        "You are not authorised to read this",
        "this server's role lacks dynamodb:Query on table/rows",
        "with an explicit deny in a resource-based policy",
        "An error occurred (UnauthorizedOperation)",
        "An error occurred (403) when calling the HeadObject operation: Forbidden",
    ],
)
def test_a_missing_permission_is_known_by_its_words(text):
    finding = finding_of(failing(text), calls=NAMED)
    assert finding.code == "tool-denied"
    assert finding.detail.endswith("; status worked")


def test_every_tool_that_is_denied_is_told_once():
    def denying(request, count):
        return failing("Access Denied", request.about.removeprefix("tools/call "))(
            request, count
        )

    finding = finding_of(denying, calls=NAMED)
    assert finding.detail == "status: Access Denied; rows: Access Denied"


def test_where_no_other_tool_was_called_none_works():
    assert "worked" not in finding_of(failing("Access Denied"), calls=NAMED[1:]).detail


@pytest.mark.parametrize("text", ["no such table", "", "the deny list is empty"])
def test_another_failure_is_no_missing_permission(text):
    assert finding_of(failing(text), calls=NAMED).code == "tool-failed"


def test_a_tool_that_nobody_named_may_fail():
    assert finding_of(failing("no such table")).severity == "warning"
    assert finding_of(failing("no such table"), calls=NAMED).severity == "error"


def test_an_error_of_json_rpc_is_a_failure():
    error = {"code": -32603, "message": "Internal error"}
    finding = finding_of(answering("rows", error=error), calls=NAMED)
    assert (finding.code, finding.detail) == ("tool-failed", "rows: -32603 Internal error")


def test_a_tool_that_needs_an_able_client_is_no_failure():
    error = {"code": -32021, "message": "needs sampling"}
    assert codes_of(answering("rows", error=error), calls=NAMED) == []


def test_a_result_that_is_none_is_a_failure():
    assert codes_of(answering("rows", result=7), calls=NAMED) == ["tool-failed"]


def test_a_call_whose_session_is_lost_is_no_failure_of_the_tool():
    def forgetful(request, count):
        if request.step != "call" or request.era != "legacy":
            return None
        error = {"code": -32001, "message": "Session not found"}
        told = {"jsonrpc": "2.0", "id": asked_of(request)["id"], "error": error}
        return message(told, 404)

    assert codes_of(forgetful, calls=NAMED) == ["session-lost"]


def test_a_result_without_content_is_invalid():
    finding = finding_of(answering("rows", result={"structuredContent": {}}))
    assert (finding.code, finding.detail) == (
        "answer-invalid",
        "rows: the result has no content",
    )
    complete = {"resultType": "complete", "structuredContent": {}}
    assert codes_of(answering("rows", result=complete)) == ["answer-invalid"]
    assert codes_of(answering("rows", result={"resultType": "input_required"})) == []


def test_a_header_that_only_a_call_lacks_is_named():
    error = {"code": -32020, "message": "Mcp-Name is missing"}
    assert codes_of(answering("rows", error=error)) == ["headers-stripped"]


def test_where_a_named_tool_works_one_that_was_chosen_only_warns():
    chosen = failing("broken", "status")
    assert finding_of(chosen).severity == "warning"
    assert finding_of(chosen, calls=NAMED).severity == "error"


def test_what_a_tool_says_in_one_era_does_not_hide_what_it_says_in_the_other():
    def change(request, count):
        said = "AccessDenied" if request.era == "modern" else "no such month"
        return failing(said, "status")(request, count)

    finding = finding_of(change, calls=NAMED)
    assert finding.code == "tool-denied"
    assert "status: AccessDenied; no such month" in finding.detail
