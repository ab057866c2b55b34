"""deploy/terraform: Terraform loads it, its provider knows it, it makes what SAM does."""

import hashlib
import json
import re

import pytest

from tests.deploy.conftest import ASKED, ROOT, run, snake
from tests.deploy.counterpart import counterpart_of
from tests.deploy.essence import essence_of, outputs_of
from tests.installed import installed

pytestmark = pytest.mark.foreign

PROVIDER = json.loads((ROOT / "tests/deploy/aws_provider.json").read_text(encoding="utf-8"))
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "deploy/terraform").glob("*.tf"))
)
IMAGE = "it@sha256:0"
FOLDERS = {"data": "data-sources", "resource": "resources", "ephemeral": "ephemeral-resources"}
META = {"count", "for_each", "lifecycle", "depends_on", "provider"}
"""What Terraform takes in any block."""


def plain(node):
    """A block without what the parser adds, its literals without their quotes."""
    if isinstance(node, dict):
        return {
            plain(key): plain(value)
            for key, value in node.items()
            if not (isinstance(key, str) and key.startswith("__"))
        }
    if isinstance(node, list):
        return [plain(each) for each in node]
    return node[1:-1] if isinstance(node, str) and node[:1] == node[-1:] == '"' else node


@pytest.fixture(scope="module")
def blocks(terraform):
    return plain(terraform["blocks"])


@pytest.fixture(scope="module")
def resources(blocks):
    """What is made, as `type.name`."""
    return {
        f"{kind}.{name}": body
        for block in blocks["resource"]
        for kind, named in block.items()
        for name, body in named.items()
    }


def evaluate(sets):
    """What Terraform makes for variables, or says of those it refuses."""
    named = [{"image_uri": IMAGE, "name": "<AWS::StackName>", **values} for values in sets]
    module = "deploy/terraform"
    program = "tests/deploy/evaluate_terraform.py"
    return run(installed("templates"), program, module, json.dumps(named))


@pytest.fixture(scope="module")
def all_made():
    split = {"allowed_origins": lambda text: text.split(",")}
    sets = [
        {
            name: split.get(name, str)(value)
            for name, value in values.items()
            if name != "image_folder"
        }
        for values in ASKED.values()
    ]
    return dict(zip(ASKED, evaluate(sets), strict=True))


@pytest.fixture
def made(all_made, asked):
    """All that is made for one set of variables."""
    return all_made[asked]


def unfit(body, schema, where):
    """What the provider does not know of a block, and what it misses in it."""
    found = []
    dynamic = {
        name: inner["content"]
        for each in body.get("dynamic", [])
        for name, inner in each.items()
    }
    given = {
        name: value for name, value in body.items() if name not in META | {"dynamic"}
    } | dynamic
    for name, value in given.items():
        if name not in schema:
            found.append(f"{where}.{name} is unknown")
        elif "block" in schema[name] and isinstance(value, list):
            for each in value:
                found += unfit(each, schema[name]["block"], f"{where}.{name}")
    lacking = {name for name, each in schema.items() if each["required"]} - given.keys()
    return found + [f"{where} lacks {name}" for name in sorted(lacking)]


def test_terraform_loads_it_and_finds_it_well_formed(terraform):
    assert terraform["faults"] == ""
    assert terraform["unformatted"] == ""


def test_the_provider_knows_all_that_is_said_and_misses_nothing(blocks):
    found = [
        fault
        for kind, folder in FOLDERS.items()
        for block in blocks[kind]
        for type_, named in block.items()
        for name, body in named.items()
        for fault in unfit(body, PROVIDER["schemas"][f"{folder}/{type_}"], f"{type_}.{name}")
    ]
    assert found == []


def test_a_misspelt_or_missing_argument_would_be_found(resources):
    schema = PROVIDER["schemas"]["resources/aws_lambda_function_url"]
    url = resources["aws_lambda_function_url.live"]
    cors = url["dynamic"][0]["cors"]["content"][0]
    wrong = {
        "function_name": "it",
        "invokemode": "RESPONSE_STREAM",
        "dynamic": [{"cors": {"content": [{**cors, "allowed_origins": []}]}}],
    }
    assert unfit(wrong, schema, "url") == [
        "url.invokemode is unknown",
        "url.cors.allowed_origins is unknown",
        "url lacks authorization_type",
    ]


def test_the_schema_is_of_a_version_that_is_asked_for(blocks):
    (terraform,) = blocks["terraform"]
    asked = terraform["required_providers"][0]["aws"]["version"]
    least, most = re.fullmatch(r">= ([\d.]+), < (\d+)", asked).groups()
    version = [int(part) for part in PROVIDER["version"].split(".")]
    assert [int(part) for part in least.split(".")] <= version < [int(most)]


def test_everything_that_is_referred_to_is_there(blocks, resources):
    variables = {name for each in blocks["variable"] for name in each}
    local = {name for each in blocks["locals"] for name in each}
    data = {f"{kind}.{name}" for each in blocks["data"] for kind in each for name in each[kind]}
    assert {*re.findall(r"\bvar\.(\w+)", SOURCE)} == variables
    assert {*re.findall(r"\blocal\.(\w+)", SOURCE)} == local
    assert {*re.findall(r"\bdata\.(\w+\.\w+)", SOURCE)} == data
    referred = {*re.findall(r"(?<![\w.\"])(aws_\w+\.\w+)", SOURCE)}
    assert referred <= resources.keys()


def test_it_makes_what_sam_does(made, by_sam):
    essence, _ = counterpart_of(made)
    assert essence == {"managed": [], "statements": [], **essence_of(by_sam)}


def _encoded(value):
    """JSON as Terraform's jsonencode writes it."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").encode()


STACK = "<AWS::StackName>"
TRUSTED = {"type": "Service", "identifiers": ["lambda.amazonaws.com"]}
BY_ROLE = {name: {"role": f"<aws_iam_role.{name}.name>"} for name in ("server", "probe")}
LIVE = {"qualifier": "<aws_lambda_alias.live.name>"}
OF_FUNCTION = {"function_name": "<AWS::Lambda::Function>"}
IN_API = {"rest_api_id": "<AWS::ApiGateway::RestApi>"}
METHOD = ["<aws_api_gateway_method.any>", "<aws_api_gateway_integration.stream>"]
OF_ITS_OWN = {
    "aws_api_gateway_deployment.rest": {
        **IN_API,
        "lifecycle": [{"create_before_destroy": True}],
        # Taken anew when the method is another.
        "triggers": {"changed": hashlib.sha1(_encoded(METHOD)).hexdigest()},
    },
    "aws_api_gateway_integration.stream": {
        **IN_API,
        "http_method": "<aws_api_gateway_method.any.http_method>",
        "resource_id": "<AWS::ApiGateway::Resource>",
    },
    "aws_api_gateway_stage.live": {"deployment_id": "<aws_api_gateway_deployment.rest.id>"},
    "aws_cloudwatch_dashboard.server": {"dashboard_name": STACK},
    "aws_cloudwatch_event_rule.probe": {"name_prefix": f"{STACK}-probe-"},
    "aws_cloudwatch_event_target.probe": {
        "arn": "<aws_lambda_function.probe.arn>",
        "rule": "<aws_cloudwatch_event_rule.probe.name>",
    },
    "aws_cloudwatch_log_group.probe": {"name": f"/aws/lambda/{STACK}-probe"},
    "aws_cloudwatch_log_group.server": {"name": f"/aws/lambda/{STACK}"},
    "aws_cloudwatch_metric_alarm.alarm": {"alarm_name": f"{STACK}-FunctionErrors"},
    "aws_iam_role.probe": {
        "assume_role_policy": "<data.aws_iam_policy_document.lambda.json>",
        "name_prefix": f"{STACK}-probe-",
    },
    "aws_iam_role.server": {
        "assume_role_policy": "<data.aws_iam_policy_document.lambda.json>",
        "name_prefix": f"{STACK}-",
    },
    "aws_iam_role_policy.probe": {
        **BY_ROLE["probe"],
        "policy": "<data.aws_iam_policy_document.probe.json>",
    },
    "aws_iam_role_policy.server": {
        **BY_ROLE["server"],
        "policy": "<data.aws_iam_policy_document.server.json>",
    },
    "aws_iam_role_policy_attachment.probe_log": BY_ROLE["probe"],
    "aws_iam_role_policy_attachment.server_log": BY_ROLE["server"],
    "aws_iam_role_policy_attachment.server_own": BY_ROLE["server"],
    "aws_lambda_alias.live": {"function_version": "<aws_lambda_function.server.version>"},
    "aws_lambda_function.probe": {
        "function_name": f"{STACK}-probe",
        "image_uri": IMAGE,
        "role": "<aws_iam_role.probe.arn>",
    },
    "aws_lambda_function.server": {
        # An environment that starts before its first call reads its keys and writes its log.
        "depends_on": [
            "<aws_iam_role_policy.server>",
            "<aws_iam_role_policy_attachment.server_log>",
            "<aws_iam_role_policy_attachment.server_own>",
            "<aws_secretsmanager_secret_version.keys>",
        ],
        "function_name": STACK,
        "image_uri": IMAGE,
        "publish": True,
        "role": "<aws_iam_role.server.arn>",
    },
    "aws_lambda_function_url.live": {**OF_FUNCTION, **LIVE},
    "aws_lambda_permission.public_function": LIVE,
    "aws_lambda_permission.public_url": LIVE,
    "aws_lambda_permission.rest": LIVE,
    "aws_lambda_provisioned_concurrency_config.live": {**OF_FUNCTION, **LIVE},
    "aws_secretsmanager_secret.keys": {"name_prefix": f"{STACK}-"},
    # Write-only: neither plan nor state has it.
    "aws_secretsmanager_secret_version.keys": {
        "secret_id": "<aws_secretsmanager_secret.keys.id>",
        "secret_string_wo": (
            "<ephemeral.aws_secretsmanager_random_password.keys.random_password>"
        ),
        "secret_string_wo_version": 1,
    },
    "data.aws_iam_policy_document.lambda": {
        "statement": [{"actions": ["sts:AssumeRole"], "principals": [TRUSTED]}]
    },
}
"""What SAM has no word of: names, and what ties one resource to another."""


def test_all_that_sam_has_no_word_of_is_as_it_should_be(made, asked):
    _, rest = counterpart_of(made)
    told = {
        address: left
        for address, left in rest.items()
        if left and not address.startswith("output.")
    }
    expected = OF_ITS_OWN.keys() if asked == "everything" else told.keys()
    assert told == {address: OF_ITS_OWN[address] for address in expected}


def test_whoever_deploys_is_told_what_sam_tells(made, by_sam):
    _, rest = counterpart_of(made)
    told = {
        address.removeprefix("output."): left["value"]
        for address, left in rest.items()
        if address.startswith("output.") and left["value"] is not None
    }
    assert told == {snake(name): value for name, value in outputs_of(by_sam).items()}


def test_the_probes_image_may_be_another():
    (made,) = evaluate([{"probe_schedule": "rate(1 hour)", "probe_image_uri": "a@sha256:1"}])
    (probe,) = made["aws_lambda_function.probe"]
    assert probe["image_uri"] == "a@sha256:1"


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"memory_mb": 127}, "memory_mb needs to be from 128 to 10240."),
        ({"timeout_s": 901}, "timeout_s needs to be from 2 to 900."),
        ({"reserved_concurrency": -2}, "reserved_concurrency needs to be -1 or more."),
        ({"authentication": "OAUTH"}, "authentication needs to be one of AWS_IAM, NONE."),
        ({"log_retention_days": 2}, "log_retention_days needs to be one of 1, 3, 7"),
        ({"image_uri": "repository:tag"}, "image_uri needs the form REPOSITORY@sha256:DIGEST."),
        ({"probe_image_uri": "it:tag"}, "probe_image_uri needs the form REPOSITORY@sha256:"),
        (
            {"snap_start": "PublishedVersions", "provisioned_concurrency": 1},
            "A version with SnapStart cannot have provisioned concurrency.",
        ),
    ],
)
def test_variables_out_of_bounds_are_refused(variables, message):
    assert message in evaluate([variables])[0]


def test_sams_dashboard_is_that_file(translated):
    text, _ = translated["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert text == (ROOT / "deploy/dashboard.json").read_text(encoding="utf-8")


def test_terraform_would_say_what_is_wrong(tmp_path):
    (tmp_path / "wrong.tf").write_text('resource "aws_iam_role" "it" {\n  name= "a"\n}\n' * 2)
    found = run(installed("templates"), "tests/deploy/read_terraform.py", tmp_path)
    assert 'Duplicate resource "aws_iam_role" configuration' in found["faults"]
    assert '+  name = "a"' in found["unformatted"]
