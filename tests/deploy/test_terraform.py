"""deploy/terraform: Terraform loads it, its provider knows it, it makes what SAM does."""

import json
import re

import pytest

from tests.deploy.conftest import ASKED, ROOT, run
from tests.deploy.essence import essence_of
from tests.installed import installed

pytestmark = pytest.mark.foreign

PROVIDER = json.loads((ROOT / "tests/deploy/aws_provider.json").read_text(encoding="utf-8"))
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "deploy/terraform").glob("*.tf"))
)
FOLDERS = {"data": "data-sources", "resource": "resources", "ephemeral": "ephemeral-resources"}
THE_SAME = {
    # Which it is named by.
    "aws_api_gateway_rest_api.rest": "AWS::StackName",
    "aws_lambda_function.probe": "probe AWS::Lambda::Function",
    "aws_lambda_function.server": "AWS::Lambda::Function",
    "aws_lambda_function_url.live": "AWS::Lambda::Url",
    "aws_secretsmanager_secret.keys": "AWS::SecretsManager::Secret",
    "data.aws_caller_identity.here": "AWS::AccountId",
    "data.aws_partition.here": "AWS::Partition",
    "data.aws_region.here": "AWS::Region",
}
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
    """What Terraform makes of variables, or says of those it refuses."""
    named = [{"image_uri": "it@sha256:0", **values} for values in sets]
    module = "deploy/terraform"
    program = "tests/deploy/evaluate_terraform.py"
    return run(installed("templates"), program, module, json.dumps(named))


@pytest.fixture(scope="module")
def all_evaluated():
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
def evaluated(all_evaluated, asked):
    """Every local for one set of variables, what it refers to named as in the templates."""
    text = json.dumps(all_evaluated[asked])
    for name, other in THE_SAME.items():
        text = text.replace(f"<{name}>", f"<{other}>")
    return json.loads(text)


def sorted_json(value):
    return json.dumps(value, sort_keys=True)


def listed(value):
    return value if isinstance(value, list) else [value]


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


def test_the_url_streams_and_leads_to_the_alias(resources):
    url = resources["aws_lambda_function_url.live"]
    assert url["invoke_mode"] == "RESPONSE_STREAM"
    assert url["qualifier"] == "${aws_lambda_alias.live.name}"
    assert resources["aws_lambda_function.server"]["publish"] is True


@pytest.mark.parametrize("asked", ["everything"])
def test_pages_may_do_what_sam_lets_them(resources, by_sam):
    (url,) = [
        each["Properties"]
        for each in by_sam["Resources"].values()
        if each["Type"] == "AWS::Lambda::Url"
    ]
    cors = resources["aws_lambda_function_url.live"]["dynamic"][0]["cors"]["content"][0]
    assert {
        "AllowOrigins": url["Cors"]["AllowOrigins"],
        "AllowMethods": cors["allow_methods"],
        "AllowHeaders": cors["allow_headers"],
        "ExposeHeaders": cors["expose_headers"],
        "MaxAge": cors["max_age"],
    } == url["Cors"]


def test_a_public_url_has_both_permissions(resources):
    shared = {
        "count": "${local.is_public ? 1 : 0}",
        "function_name": "${aws_lambda_function.server.function_name}",
        "qualifier": "${aws_lambda_alias.live.name}",
        "principal": "*",
    }
    assert resources["aws_lambda_permission.public_url"] == shared | {
        "action": "lambda:InvokeFunctionUrl",
        "function_url_auth_type": "NONE",
    }
    assert resources["aws_lambda_permission.public_function"] == shared | {
        "action": "lambda:InvokeFunction",
        "invoked_via_function_url": True,
    }


FUNCTION = "${aws_lambda_function.server.function_name}"
LIVE = "${aws_lambda_alias.live.name}"
API = "${aws_api_gateway_rest_api.rest[0].id}"
BASIC = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
TIED = {
    "aws_lambda_function.server": {
        "role": "${aws_iam_role.server.arn}",
        "image_uri": "${var.image_uri}",
        "architectures": ["${var.architecture}"],
        "memory_size": "${var.memory_mb}",
        "timeout": "${var.timeout_s}",
        "reserved_concurrent_executions": "${var.reserved_concurrency}",
        "environment": [
            {
                "variables": {
                    "FIRSTBYTE_ALLOWED_ORIGINS": '${join(",", var.allowed_origins)}',
                    "FIRSTBYTE_KEYS": (
                        '${local.has_keys ? "secretsmanager:'
                        '${aws_secretsmanager_secret.keys[0].arn}" : ""}'
                    ),
                    "FIRSTBYTE_INVOKE_MODE": '${var.rest_api == "stream" ? "stream" : "auto"}',
                }
            }
        ],
        "logging_config": [
            {
                "log_group": "${aws_cloudwatch_log_group.server.name}",
                "log_format": "JSON",
                "application_log_level": "${var.log_level}",
            }
        ],
        # An environment that starts before its first call reads its keys and writes its log.
        "depends_on": [
            "${aws_iam_role_policy.server}",
            "${aws_iam_role_policy_attachment.server_log}",
            "${aws_iam_role_policy_attachment.server_own}",
            "${aws_secretsmanager_secret_version.keys}",
        ],
    },
    "aws_lambda_alias.live": {
        "function_name": FUNCTION,
        "function_version": "${aws_lambda_function.server.version}",
    },
    "aws_lambda_provisioned_concurrency_config.live": {
        "function_name": FUNCTION,
        "qualifier": LIVE,
        "provisioned_concurrent_executions": "${var.provisioned_concurrency}",
    },
    "aws_iam_role.server": {
        "assume_role_policy": "${data.aws_iam_policy_document.lambda.json}"
    },
    "aws_iam_role.probe": {"assume_role_policy": "${data.aws_iam_policy_document.lambda.json}"},
    "aws_iam_role_policy.server": {
        "role": "${aws_iam_role.server.name}",
        "policy": "${data.aws_iam_policy_document.server[0].json}",
    },
    "aws_iam_role_policy.probe": {
        "role": "${aws_iam_role.probe[0].name}",
        "policy": "${data.aws_iam_policy_document.probe.json}",
    },
    "aws_iam_role_policy_attachment.server_log": {
        "role": "${aws_iam_role.server.name}",
        "policy_arn": BASIC,
    },
    "aws_iam_role_policy_attachment.server_own": {
        "count": '${var.policy_arn != "" ? 1 : 0}',
        "role": "${aws_iam_role.server.name}",
        "policy_arn": "${var.policy_arn}",
    },
    "aws_iam_role_policy_attachment.probe_log": {
        "role": "${aws_iam_role.probe[0].name}",
        "policy_arn": BASIC,
    },
    "aws_api_gateway_resource.mcp": {
        "rest_api_id": API,
        "parent_id": "${aws_api_gateway_rest_api.rest[0].root_resource_id}",
        "path_part": "mcp",
    },
    "aws_api_gateway_method.any": {
        "rest_api_id": API,
        "resource_id": "${aws_api_gateway_resource.mcp[0].id}",
        "http_method": "ANY",
        "authorization": "${var.authentication}",
    },
    "aws_api_gateway_integration.stream": {
        "rest_api_id": API,
        "resource_id": "${aws_api_gateway_resource.mcp[0].id}",
        "type": "AWS_PROXY",
    },
    "aws_api_gateway_stage.live": {
        "rest_api_id": API,
        "deployment_id": "${aws_api_gateway_deployment.rest[0].id}",
        "stage_name": "live",
    },
    "aws_lambda_permission.rest": {
        "action": "lambda:InvokeFunction",
        "function_name": FUNCTION,
        "qualifier": LIVE,
        "principal": "apigateway.amazonaws.com",
        "source_arn": "${aws_api_gateway_rest_api.rest[0].execution_arn}/live/*/mcp",
    },
    "aws_cloudwatch_metric_alarm.alarm": {
        "for_each": "${local.alarms}",
        "alarm_description": "${each.value.description}",
        "namespace": "${each.value.namespace}",
        "metric_name": "${each.value.metric}",
        "dimensions": "${each.value.dimensions}",
        "statistic": "${each.value.statistic}",
        "period": 300,
        "evaluation_periods": "${each.value.periods}",
        "threshold": "${each.value.threshold}",
        "comparison_operator": "${each.value.comparison}",
        "treat_missing_data": "${each.value.missing}",
        "alarm_actions": "${local.alarm_topics}",
        "ok_actions": "${local.alarm_topics}",
    },
    "aws_cloudwatch_event_target.probe": {
        "rule": "${aws_cloudwatch_event_rule.probe[0].name}",
        "arn": "${aws_lambda_function.probe[0].arn}",
        "input": "${jsonencode({url = local.endpoint, sigv4 = !local.is_public})}",
    },
    "aws_lambda_permission.probe": {
        "action": "lambda:InvokeFunction",
        "function_name": "${aws_lambda_function.probe[0].function_name}",
        "principal": "events.amazonaws.com",
        "source_arn": "${aws_cloudwatch_event_rule.probe[0].arn}",
    },
}
"""Resources by what ties them to one another and to the variables."""


@pytest.mark.parametrize("name", TIED)
def test_each_resource_is_tied_to_the_right_ones(resources, name):
    told = {member: resources[name].get(member) for member in TIED[name]}
    assert told == TIED[name]


def test_roles_are_lambdas_and_the_probes_may_call_the_alias_alone(blocks):
    documents = {
        name: body
        for block in blocks["data"]
        for name, body in block.get("aws_iam_policy_document", {}).items()
    }
    (trusted,) = documents["lambda"]["statement"]
    assert trusted["actions"] == ["sts:AssumeRole"]
    assert trusted["principals"] == [
        {"type": "Service", "identifiers": ["lambda.amazonaws.com"]}
    ]
    assert documents["probe"]["statement"] == [
        {
            "actions": ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"],
            "resources": ["${aws_lambda_alias.live.arn}"],
        }
    ]


def test_the_secret_is_in_neither_plan_nor_state(blocks, resources):
    version = resources["aws_secretsmanager_secret_version.keys"]
    assert version["secret_string_wo"] == (
        "${ephemeral.aws_secretsmanager_random_password.keys[0].random_password}"
    )
    assert "secret_string" not in version
    (password,) = blocks["ephemeral"]
    made = password["aws_secretsmanager_random_password"]["keys"]
    assert (made["password_length"], made["exclude_punctuation"]) == (64, True)


def test_the_rest_api_streams_as_sams_does(resources):
    integration = resources["aws_api_gateway_integration.stream"]
    assert integration["response_transfer_mode"] == "STREAM"
    assert integration["timeout_milliseconds"] == 900_000
    assert integration["integration_http_method"] == "POST"
    assert integration["uri"] == (
        "arn:${local.partition}:apigateway:${local.region}:lambda:path/2021-11-15/functions/"
        "${aws_lambda_alias.live.arn}/response-streaming-invocations"
    )
    api = resources["aws_api_gateway_rest_api.rest"]
    assert api["endpoint_configuration"] == [{"types": ["REGIONAL"]}]


def test_alarms_are_those_of_sam(evaluated, by_sam, resources):
    argument = {
        "AlarmDescription": "description",
        "ComparisonOperator": "comparison",
        "EvaluationPeriods": "periods",
        "MetricName": "metric",
        "Namespace": "namespace",
        "Statistic": "statistic",
        "Threshold": "threshold",
        "TreatMissingData": "missing",
    }
    topics = evaluated["alarm_topics"]
    alarms = [
        {
            **{name: str(each[key]) for name, key in argument.items()},
            "Dimensions": [{"Name": k, "Value": v} for k, v in each["dimensions"].items()],
            "Period": str(resources["aws_cloudwatch_metric_alarm.alarm"]["period"]),
            **({"AlarmActions": topics, "OKActions": topics} if topics else {}),
        }
        for each in evaluated["alarms"].values()
    ]
    of_sam = essence_of(by_sam)["AWS::CloudWatch::Alarm"]
    assert sorted(alarms, key=sorted_json) == sorted(of_sam, key=sorted_json)


def test_the_function_may_do_what_sams_may(evaluated, by_sam):
    of_sam = [
        {"actions": listed(each["Action"]), "resources": listed(each["Resource"])}
        for each in essence_of(by_sam)["statements"]
        if "lambda:InvokeFunction" not in each["Action"]
    ]
    permissions = sorted(evaluated["permissions"], key=sorted_json)
    assert permissions == sorted(of_sam, key=sorted_json)


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


def test_the_dashboard_is_the_others_and_knows_all_names_in_it(resources):
    body = resources["aws_cloudwatch_dashboard.server"]["dashboard_body"]
    given = {*re.findall(r"(\w+)\s*=", body)}
    text = (ROOT / "deploy/dashboard.json").read_text(encoding="utf-8")
    assert {*re.findall(r"\$\{(\w+)\}", text)} == given
    assert '"${path.module}/../dashboard.json"' in body


def test_sams_dashboard_is_that_file(translated):
    text, _ = translated["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert text == (ROOT / "deploy/dashboard.json").read_text(encoding="utf-8")


def test_the_probe_is_asked_once_a_time_for_what_the_others_ask(resources):
    probe = resources["aws_lambda_function.probe"]
    assert probe["image_config"] == [{"command": ["firstbyte.probe.scheduled:handler"]}]
    assert (probe["memory_size"], probe["timeout"]) == (512, 300)
    image = '${var.probe_image_uri != "" ? var.probe_image_uri : var.image_uri}'
    assert probe["image_uri"] == image
    retries = resources["aws_lambda_function_event_invoke_config.probe"]
    assert retries["maximum_retry_attempts"] == 0


def test_terraform_would_say_what_is_wrong(tmp_path):
    (tmp_path / "wrong.tf").write_text('resource "aws_iam_role" "it" {\n  name= "a"\n}\n' * 2)
    found = run(installed("templates"), "tests/deploy/read_terraform.py", tmp_path)
    assert 'Duplicate resource "aws_iam_role" configuration' in found["faults"]
    assert '+  name = "a"' in found["unformatted"]
