"""transport/listing.py: four lists, page by page, in the words of the client's revision."""

import pytest
from mcp_types.methods import parse_server_result

from tests.transport.fakes import INFO_KEY, LEGACY, MODERN, SERVED, Service, an_endpoint, call

ICONS = [{"src": "https://n.example/i.png", "mimeType": "image/png", "sizes": ["48x48"]}]
DRESS = {"title": "T", "description": "d", "icons": ICONS, "_meta": {"k": 1}}
ANNOTATIONS = {
    "audience": ["user"],
    "priority": 0.5,
    "lastModified": "2026-07-28T00:00:00Z",
}
TOOLS = [
    {"name": "b", "description": "B", "inputSchema": {"type": "object"}},
    {
        **DRESS,
        "name": "a",
        "inputSchema": {"type": "object", "additionalProperties": False},
        "outputSchema": {"type": "object"},
        "annotations": {"title": "A", "readOnlyHint": True},
    },
    {"name": "c", "inputSchema": {"type": "object"}, "outputSchema": {"type": "array"}},
]
RESOURCES = [
    {**DRESS, "uri": f"file:///{n}", "name": "r", "size": n, "annotations": ANNOTATIONS}
    for n in range(5)
]
TEMPLATES = [
    {**DRESS, "uriTemplate": f"file:///{n}/{{x}}", "name": "t", "annotations": ANNOTATIONS}
    for n in range(5)
]
PROMPTS = [
    {**DRESS, "name": f"p{n}", "arguments": [{"name": "a", "title": "A", "required": True}]}
    for n in range(5)
]
LISTS = {
    "tools/list": ("tools", TOOLS),
    "resources/list": ("resources", RESOURCES),
    "resources/templates/list": ("resourceTemplates", TEMPLATES),
    "prompts/list": ("prompts", PROMPTS),
}


def a_service(page_size=100):
    service = Service(TOOLS, a=None).with_prompts(PROMPTS)
    service.with_resources({}, RESOURCES, TEMPLATES).page_size = page_size
    return service


def list_all(version, method, page_size):
    """Walk the pages of one list as a client does."""
    endpoint, member = an_endpoint(a_service(page_size)), LISTS[method][0]
    params, pages = {}, []
    while True:
        result = call(version, endpoint, method, params).json["result"]
        parse_server_result(method, version, result)
        pages.append(result[member])
        if "nextCursor" not in result:
            return pages
        params = {"cursor": result["nextCursor"]}


@pytest.mark.parametrize("method", LISTS)
def test_a_modern_list_is_complete_and_may_be_kept_for_a_while(method):
    member, items = LISTS[method]
    result = call(MODERN, an_endpoint(a_service()), method).json["result"]
    parse_server_result(method, MODERN, result)
    assert result == {
        "resultType": "complete",
        member: items,
        "ttlMs": 300_000,
        "cacheScope": "public",
        "_meta": {INFO_KEY: {"name": "fake", "version": "1", "title": "Fake"}},
    }


@pytest.mark.parametrize("version", LEGACY)
@pytest.mark.parametrize("method", LISTS)
def test_a_legacy_list_is_the_list_and_nothing_else(method, version):
    member, items = LISTS[method]
    result = call(version, an_endpoint(a_service()), method).json["result"]
    parse_server_result(method, version, result)
    assert result.keys() == {member}
    assert ("title" in result[member][1]) is (version in SERVED[:3])
    assert len(result[member]) == len(items)


@pytest.mark.parametrize("version", SERVED)
@pytest.mark.parametrize("method", LISTS)
@pytest.mark.parametrize("size", [1, 2, 5, 6])
def test_the_pages_of_a_list_are_the_list_in_every_revision(method, version, size):
    pages = list_all(version, method, size)
    whole = list_all(version, method, 100)
    assert [item for page in pages for item in page] == whole[0]
    assert max(map(len, pages)) <= size


@pytest.mark.parametrize("version", SERVED)
@pytest.mark.parametrize("method", LISTS)
@pytest.mark.parametrize("cursor", ["", "next", 5, [], {}, False])
def test_a_cursor_nobody_gave_out_is_invalid(method, version, cursor):
    sink = call(version, an_endpoint(a_service()), method, {"cursor": cursor})
    assert (sink.status, sink.json["error"]["code"]) == (200, -32602)


def test_a_cursor_is_good_for_its_own_list_only():
    endpoint = an_endpoint(a_service(page_size=1))
    cursor = call(MODERN, endpoint, "prompts/list").json["result"]["nextCursor"]
    for method in LISTS.keys() - {"prompts/list"}:
        sink = call(MODERN, endpoint, method, {"cursor": cursor})
        assert sink.json["error"]["code"] == -32602
