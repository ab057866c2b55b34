"""transport/fault.py: a code brings its HTTP status."""

import pytest
from mcp.shared.inbound import ERROR_CODE_HTTP_STATUS

from firstbyte.transport.fault import HTTP_STATUS, reject


@pytest.mark.parametrize("code", HTTP_STATUS)
def test_a_refusal_has_the_status_the_sdk_gives_its_code(code):
    rejection = reject(code, "no", "id", {"k": 1})
    assert rejection.status == ERROR_CODE_HTTP_STATUS[code]
    assert (rejection.fault.code, rejection.fault.message) == (code, "no")
    assert (rejection.fault.data, rejection.call_id, rejection.headers) == ({"k": 1}, "id", {})
