"""template.yaml: what its parameters become, and what web pages of allowed origins may do."""

from pathlib import Path

import yaml

from firstbyte.transport import header

TEMPLATE = Path(__file__).parents[1] / "template.yaml"


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as what stands behind their tag."""


def untagged(loader, _, node):
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


Loader.add_multi_constructor("!", untagged)
PARSED = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader)
FUNCTION = PARSED["Resources"]["Server"]["Properties"]


def test_a_page_may_send_and_read_all_that_the_transport_does():
    _, cors, _ = FUNCTION["FunctionUrlConfig"]["Cors"]["Fn::If"]
    sent = {
        header.ACCEPT,
        header.CONTENT_TYPE,
        header.LAST_EVENT_ID,
        header.PROTOCOL_VERSION,
        header.METHOD,
        header.NAME,
        header.SESSION_ID,
        # Mcp-Param-*, whose names nobody knows beforehand.
        "*",
        # For which "*" does not stand.
        "authorization",
    }
    assert sent <= set(cors["AllowHeaders"])
    assert cors["AllowMethods"] == ["GET", "POST", "DELETE"]
    assert cors["ExposeHeaders"] == [header.SESSION_ID]


def test_keys_are_set_and_not_shown():
    assert FUNCTION["Environment"]["Variables"]["FIRSTBYTE_KEYS"] == "Keys"
    assert PARSED["Parameters"]["Keys"]["NoEcho"] is True
