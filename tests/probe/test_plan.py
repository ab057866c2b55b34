"""probe/plan.py: what cannot be done is refused before anything is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.probe.plan import Call, Plan, PlanInvalid
from tests.probe.fakes import URL

ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()


@pytest.mark.parametrize(
    "value",
    [
        {"url": "http://[::1]:8080/mcp?a=b"},
        {"bearer": ""},
        {"bearer": "eyJ.a-b_c~d+e/f=="},
        {"headers": {"x-api-key": "two words: and more"}},
        {"headers": {"x-empty": ""}},
        {"repeat": 1},
        {"repeat": 100},
        {"timeout_s": 0.1},
        {"timeout_s": 900},
        {"ignored": frozenset({"throttled"})},
    ],
)
def test_what_can_be_done_is_a_plan(value):
    assert Plan(**{"url": URL, **value})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"url": ""}, "no URL"),
        ({"url": None}, "no URL"),
        ({"url": "server.example/mcp"}, "no http:// or https:// URL"),
        ({"url": "https:///mcp"}, "no http:// or https:// URL"),
        ({"url": "https://[a/mcp"}, "no URL"),
        ({"url": "https://a.example:99999/"}, "no URL"),
        ({"url": "https://user:secret@a.example/"}, "the header Authorization"),
        ({"calls": (Call(7, {}),)}, "name is a text"),
        ({"calls": (Call("a", []),)}, "arguments are an object"),
        ({"expected": (7,)}, "expected tools are texts"),
        ({"bearer": "secret\n"}, "characters that no header"),
        ({"bearer": "secret\u00e9"}, "characters that no header"),
        ({"is_signed": "true"}, "true or false"),
        ({"origin": "https://a.example\r\nx: y"}, "as browsers send it"),
        ({"origin": "https://a.example/"}, "as browsers send it"),
        ({"origin": "a.example"}, "as browsers send it"),
        ({"headers": {"x y": "z"}}, "no header's name"),
        ({"headers": {"x": "secret\n"}}, "value of x"),
        ({"headers": {"x": " secret"}}, "value of x"),
        ({"repeat": 0}, "1 to 100"),
        ({"repeat": 101}, "1 to 100"),
        ({"repeat": 2.5}, "1 to 100"),
        ({"timeout_s": 0}, "at most 900 seconds"),
        ({"timeout_s": 901}, "at most 900 seconds"),
        ({"timeout_s": float("nan")}, "at most 900 seconds"),
        ({"ignored": frozenset({"nothing"})}, "the code nothing"),
    ],
)
def test_what_cannot_be_done_is_named_and_no_credential_with_it(value, said):
    with pytest.raises(PlanInvalid, match=said) as refused:
        Plan(**{"url": URL, **value})
    assert "secret" not in str(refused.value)


@given(
    st.sampled_from(["url", "bearer", "is_signed", "origin", "repeat", "timeout_s"]), ANYTHING
)
def test_no_value_is_too_strange_to_be_refused(name, value):
    try:
        plan = Plan(**{"url": URL, name: value})
    except PlanInvalid:
        return
    assert getattr(plan, name) == value
