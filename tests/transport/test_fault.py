"""transport/fault.py: a code brings its HTTP status, a sentence its bound."""

import pytest
from mcp.shared.inbound import ERROR_CODE_HTTP_STATUS

from firstbyte.transport.fault import HTTP_STATUS, INVALID_PARAMS, reject, store_failed, unknown


@pytest.mark.parametrize("code", HTTP_STATUS)
def test_a_refusal_has_the_status_the_sdk_gives_its_code(code):
    rejection = reject(code, "no", "id", {"k": 1})
    assert rejection.status == ERROR_CODE_HTTP_STATUS[code]
    assert (rejection.fault.code, rejection.fault.message) == (code, "no")
    assert (rejection.fault.data, rejection.call_id, rejection.headers) == ({"k": 1}, "id", {})


@pytest.mark.parametrize(("call_id", "status"), [(None, 503), (0, 200), ("", 200)])
def test_that_the_store_failed_is_told_under_an_id_or_by_the_status(call_id, status):
    rejection = store_failed(call_id)
    assert (rejection.status, rejection.call_id) == (status, call_id)
    assert rejection.fault.code == -32603
    assert rejection.fault.message == "the server's store does not answer"


def test_what_nobody_knows_is_named_up_to_a_bound():
    fault = unknown("tool", "x" * 200)
    assert (fault.code, fault.message) == (INVALID_PARAMS, f"unknown tool: {'x' * 128}")
