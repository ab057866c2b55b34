"""tools/catalog/__init__.py: the catalog's list reads well, and its calls reach AWS's ends."""

import subprocess
import sys
import tomllib
from pathlib import Path

from mcp.types import ListToolsResult
from moto.server import ThreadedMotoServer

from firstbyte.tools.catalog import server

ROOT = Path(__file__).parents[3]

NAMES = [
    "query_table",
    "put_item",
    "count_items",
    "list_objects",
    "read_object",
    "environment",
]


def run_apart(program, **environment):
    """What a fresh interpreter prints, in which the repository's root is `firstbyte`."""
    stand_in = (
        "import sys; package = type(sys)('firstbyte'); "
        f"package.__path__ = [{str(ROOT)!r}]; sys.modules['firstbyte'] = package\n"
        "from firstbyte.tools.catalog import server\n"
        "from firstbyte.tools.testing import Client\n"
        "client = Client(server)\n"
    )
    command = [sys.executable, "-I", "-c", stand_in + program]
    found = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=120, env=environment
    )
    return found.stdout.strip()


def test_the_list_is_what_the_sdk_expects(client):
    tools = ListToolsResult.model_validate({"tools": client.list_tools()}).tools
    assert [tool.name for tool in tools] == NAMES
    assert all(tool.title and tool.description for tool in tools)
    assert [tool.name for tool in tools if not tool.annotations.read_only_hint] == ["put_item"]


def test_every_parameter_is_described(client):
    undescribed = [
        (listed["name"], name)
        for listed in client.list_tools()
        for name, schema in listed["inputSchema"]["properties"].items()
        if not schema.get("description")
    ]
    assert undescribed == []


def test_the_version_is_the_distributions():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert server.identity["version"] == project["version"]


def test_listing_does_not_import_boto3():
    program = "client.list_tools(); print('boto3' in sys.modules, 'botocore' in sys.modules)"
    assert run_apart(program) == "False False"


def test_a_tool_goes_where_the_environment_points_it():
    aws = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    aws.start()
    try:
        host, port = aws.get_host_and_port()
        told = run_apart(
            "print(client.call('query_table', table_name='absent', key={'pk': 'a'}).text)",
            AWS_ENDPOINT_URL=f"http://{host}:{port}",
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
            AWS_REGION="eu-central-1",
        )
    finally:
        aws.stop()
    assert told.startswith("there is no table 'absent'")


def test_without_a_region_or_credentials_a_tool_says_what_is_missing():
    query = "print(client.call('query_table', table_name='t', key={'pk': 'a'}).text)"
    nowhere = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nonexistent"}
    assert "AWS_REGION has to be set" in run_apart(query, **nowhere)
    assert "no AWS credentials" in run_apart(query, AWS_REGION="eu-central-1", **nowhere)
