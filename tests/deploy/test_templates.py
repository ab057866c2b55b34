"""template.yaml and deploy/cdk: one function, its doors and its watch, whoever makes them."""

import json
import os
import re
import subprocess

import pytest
from cfnlint.api import lint
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from firstbyte.handler.request_log import UNITS
from firstbyte.probe.metrics import make_metrics
from firstbyte.probe.plan import Plan
from firstbyte.probe.report import probe
from firstbyte.transport import header
from tests.deploy.conftest import ASKED, PATIENCE_S, ROOT
from tests.deploy.essence import essence_of, outputs_of
from tests.deploy.resolving import resolve
from tests.installed import installed
from tests.probe.fakes import Fake

pytestmark = pytest.mark.foreign

LIVE = "<AWS::Lambda::Alias>"
REST = "<AWS::ApiGateway::RestApi>"
FUNCTION = "<AWS::Lambda::Function>"
URL = "<AWS::Lambda::Url>"
PUBLIC = [
    {
        "Action": "lambda:InvokeFunction",
        "FunctionName": LIVE,
        "InvokedViaFunctionUrl": "True",
        "Principal": "*",
    },
    {
        "Action": "lambda:InvokeFunctionUrl",
        "FunctionName": LIVE,
        "FunctionUrlAuthType": "NONE",
        "Principal": "*",
    },
]
OF_LAMBDA = (
    "Invocations",
    "Errors",
    "Throttles",
    "ConcurrentExecutions",
    "UrlRequestCount",
    "Url4xxCount",
    "Url5xxCount",
)
"""Metrics of AWS/Lambda (developer guide, "Types of metrics", "Monitoring function URLs")."""

WIDGETS = json.loads((ROOT / "deploy/dashboard.json").read_text(encoding="utf-8"))["widgets"]

SEARCH = re.compile(
    r"SEARCH\('\{firstbyte,FunctionName,(?P<dimension>\w+)\} "
    r"FunctionName=\"(?P<name>[^\"]+)\" MetricName=\"(?P<metric>\w+)\"', '\w+', 300\)"
)


def faults(template):
    found = lint(json.dumps(template))
    # CDK says twice that a function needs its role.
    return [
        f"{fault.rule.id} {fault.path} {fault.message}"
        for fault in found
        if fault.rule.id != "W3005"
    ]


def one(essence, kind):
    (found,) = essence[kind]
    return found


def of_type(template, kind):
    """The resources of a type by their names."""
    found = template["Resources"].items()
    return {name: each for name, each in found if each["Type"] == kind}


def listed(value):
    return value if isinstance(value, list) else [value]


def server(essence):
    (found,) = [each for each in essence["AWS::Lambda::Function"] if "Environment" in each]
    return found


def test_sams_translation_has_no_fault(translated):
    assert faults(translated) == []


@pytest.mark.parametrize("name", ASKED)
def test_cdks_template_has_no_fault(synthesized, name):
    assert faults(synthesized["templates"][name]) == []


def test_a_wrong_mode_of_the_url_would_be_found(translated):
    wrong = json.loads(json.dumps(translated).replace("RESPONSE_STREAM", "STREAMED"))
    (fault,) = faults(wrong)
    assert fault.startswith("E3030")
    assert "'STREAMED' is not one of ['BUFFERED', 'RESPONSE_STREAM']" in fault


def test_both_make_the_same(by_sam, by_cdk):
    assert essence_of(by_sam) == essence_of(by_cdk)


def test_the_url_streams(deployed):
    assert one(essence_of(deployed), "AWS::Lambda::Url")["InvokeMode"] == "RESPONSE_STREAM"


def test_only_a_public_url_admits_everybody_and_needs_two_permissions(deployed, asked):
    essence = essence_of(deployed)
    permissions = essence.get("AWS::Lambda::Permission", [])
    is_public = asked == "everything"
    assert one(essence, "AWS::Lambda::Url")["AuthType"] == ("NONE" if is_public else "AWS_IAM")
    assert [each for each in permissions if each["Principal"] == "*"] == PUBLIC * is_public


def test_a_page_of_an_allowed_origin_may_send_and_read_all_that_the_transport_does(
    deployed, asked
):
    url = one(essence_of(deployed), "AWS::Lambda::Url")
    if asked != "everything":
        assert "Cors" not in url
        return
    cors = url["Cors"]
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
    # A preflight is the URL's own business, and OPTIONS is too long a word for it.
    assert cors["AllowMethods"] == ["GET", "POST", "DELETE"]
    assert cors["ExposeHeaders"] == [header.SESSION_ID]
    assert cors["AllowOrigins"] == ["https://a.example", "https://b.example"]


def test_the_function_is_as_asked(deployed, asked):
    function = server(essence_of(deployed))
    log = {
        "ApplicationLogLevel": "INFO",
        "LogFormat": "JSON",
        "LogGroup": "<AWS::Logs::LogGroup>",
    }
    settings = {
        "FIRSTBYTE_ALLOWED_ORIGINS": "",
        "FIRSTBYTE_INVOKE_MODE": "auto",
        "FIRSTBYTE_KEYS": "",
    }
    expected = {
        "Architectures": ["arm64"],
        "Environment": {"Variables": settings},
        "LoggingConfig": log,
        "MemorySize": "512",
        "PackageType": "Image",
        "Timeout": "60",
    }
    match asked:
        case "everything":
            expected |= {
                "Architectures": ["x86_64"],
                "Environment": {
                    "Variables": {
                        "FIRSTBYTE_ALLOWED_ORIGINS": "https://a.example,https://b.example",
                        "FIRSTBYTE_INVOKE_MODE": "stream",
                        "FIRSTBYTE_KEYS": "secretsmanager:<AWS::SecretsManager::Secret>",
                    }
                },
                "LoggingConfig": log | {"ApplicationLogLevel": "DEBUG"},
                "MemorySize": "1024",
                "ReservedConcurrentExecutions": "10",
                "Timeout": "300",
            }
        case "snapshot":
            expected |= {"SnapStart": {"ApplyOn": "PublishedVersions"}}
            settings["FIRSTBYTE_INVOKE_MODE"] = "stream"
        case "signed probe":
            expected |= {"ReservedConcurrentExecutions": "0"}
    assert function == expected


def test_the_alias_has_what_is_kept_started(deployed, asked):
    alias = one(essence_of(deployed), "AWS::Lambda::Alias")
    expected = {"FunctionName": FUNCTION, "Name": "live"}
    if asked == "everything":
        expected["ProvisionedConcurrencyConfig"] = {"ProvisionedConcurrentExecutions": "2"}
    assert alias == expected


def test_a_changed_parameter_makes_sam_publish_a_version(translated):
    (version,) = [
        each
        for each in translated["Resources"].values()
        if each["Type"] == "AWS::Lambda::Version"
    ]
    named = {
        name
        for name in translated["Parameters"]
        if f'{{"Ref": "{name}"}}' in json.dumps(version["Properties"]["Description"])
    }
    function = json.dumps(translated["Resources"]["Server"]["Properties"])
    conditions = {"HasKeys": "Keys", "HasSnapStart": "SnapStart", "HasRestApi": "RestApi"}
    # Reserved concurrency is the function's, not a version's.
    used = {name for name in translated["Parameters"] if f'{{"Ref": "{name}"}}' in function}
    used |= {name for condition, name in conditions.items() if condition in function}
    assert named == used - {"ReservedConcurrency"}
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("eu-west-1", "AWS::Lambda::Version")
    # Another one replaces the version.
    assert "/properties/Description" in schema.schema["createOnlyProperties"]


def test_snapshot_and_kept_environments_exclude_each_other(translated):
    (rule,) = translated["Rules"].values()
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "SnapStart"}, "PublishedVersions"]}
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "ProvisionedConcurrency"}, 0]}


def test_keys_are_made_long_enough_and_nowhere_shown(deployed, asked):
    essence = essence_of(deployed)
    if asked != "everything":
        assert "AWS::SecretsManager::Secret" not in essence
        return
    assert one(essence, "AWS::SecretsManager::Secret")["GenerateSecretString"] == {
        "ExcludePunctuation": "True",
        "PasswordLength": "64",
    }
    assert "resolve:secretsmanager" not in json.dumps(deployed)


def test_the_function_may_do_what_its_tools_do_and_nothing_else(deployed, asked):
    allowed = sorted(
        action
        for statement in essence_of(deployed)["statements"]
        for action in listed(statement["Action"])
    )
    reads = ["dynamodb:DescribeTable", "dynamodb:Query", "dynamodb:Scan"]
    probes = ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"]
    expected = {
        "defaults": [],
        "snapshot": reads,
        "signed probe": probes,
        "everything": [
            *reads,
            *probes,
            "dynamodb:PutItem",
            "s3:GetObject",
            "s3:ListBucket",
            "secretsmanager:GetSecretValue",
        ],
    }
    assert allowed == sorted(expected[asked])
    assert "*" not in [each["Resource"] for each in essence_of(deployed)["statements"]]
    own = [each for each in essence_of(deployed)["managed"] if "service-role" not in each]
    assert own == [ASKED["everything"]["policy_arn"]] * (asked == "everything")


def test_log_lines_are_kept_for_a_while(deployed, asked):
    groups = essence_of(deployed)["AWS::Logs::LogGroup"]
    days = "90" if asked == "everything" else "14"
    has_probe = asked in ("everything", "signed probe")
    assert groups == [{"RetentionInDays": days}] * (1 + has_probe)


def test_the_rest_api_streams(deployed, asked):
    essence = essence_of(deployed)
    if asked not in ("everything", "snapshot"):
        assert not any(kind.startswith("AWS::ApiGateway") for kind in essence)
        return
    assert one(essence, "AWS::ApiGateway::Method") == {
        "AuthorizationType": "NONE" if asked == "everything" else "AWS_IAM",
        "HttpMethod": "ANY",
        "Integration": {
            "IntegrationHttpMethod": "POST",
            "ResponseTransferMode": "STREAM",
            "TimeoutInMillis": "900000",
            "Type": "AWS_PROXY",
            "Uri": "arn:<AWS::Partition>:apigateway:<AWS::Region>:lambda:path/2021-11-15/"
            f"functions/{LIVE}/response-streaming-invocations",
        },
        "ResourceId": "<AWS::ApiGateway::Resource>",
        "RestApiId": REST,
    }
    assert {
        "Action": "lambda:InvokeFunction",
        "FunctionName": LIVE,
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:"
        f"{REST}/live/*/mcp",
    } in essence["AWS::Lambda::Permission"]
    assert one(essence, "AWS::ApiGateway::RestApi") == {
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        # By which its alarm finds it.
        "Name": "<AWS::StackName>",
    }
    # A deployment is a picture of what is there when it is taken.
    ((name, picture),) = of_type(deployed, "AWS::ApiGateway::Deployment").items()
    (method,) = of_type(deployed, "AWS::ApiGateway::Method")
    (api,) = of_type(deployed, "AWS::ApiGateway::RestApi")
    (stage,) = of_type(deployed, "AWS::ApiGateway::Stage").values()
    assert method in listed(picture["DependsOn"])
    assert picture["Properties"]["RestApiId"] == {"Ref": api}
    assert stage["Properties"]["DeploymentId"] == {"Ref": name}


def test_whoever_may_call_the_rest_api_of_sam_is_deployed_with_it(translated):
    deployments = [
        {
            name
            for name, each in resolve(translated, values)["Resources"].items()
            if each["Type"] == "AWS::ApiGateway::Deployment"
        }
        for values in (
            {"RestApi": "stream", "Authentication": "NONE"},
            {"RestApi": "stream", "Authentication": "AWS_IAM"},
        )
    ]
    assert deployments == [{"RestDeploymentPublic"}, {"RestDeploymentSigned"}]


def test_somebody_is_told_of_what_matters(deployed, asked):
    alarms = essence_of(deployed)["AWS::CloudWatch::Alarm"]
    told = [
        (each["Namespace"], each["MetricName"], each["Dimensions"][0]["Value"])
        for each in alarms
    ]
    of_lambda = ("Errors", "Throttles", "Url5xxCount")
    expected = [("AWS/Lambda", metric, FUNCTION) for metric in of_lambda]
    expected.append(("firstbyte", "Errors", FUNCTION))
    if asked in ("everything", "signed probe"):
        expected.append(("AWS/Lambda", "Errors", f"<probe {FUNCTION[1:]}"))
        expected.append(("firstbyte", "ProbeHealthy", f"{URL}mcp"))
    if asked in ("everything", "snapshot"):
        expected.append(("AWS/ApiGateway", "5XXError", "<AWS::StackName>"))
    assert sorted(told) == sorted(expected)
    topics = ["arn:aws:sns:eu-west-1:123456789012:alarms"] if asked == "everything" else None
    assert all(each.get("AlarmActions") == topics for each in alarms)
    assert all(each.get("OKActions") == topics for each in alarms)


def test_the_dashboard_shows_all_metrics_of_this_server(deployed, asked):
    (dashboard,) = essence_of(deployed)["AWS::CloudWatch::Dashboard"]
    text = dashboard["DashboardBody"]
    assert "${" not in text
    metrics = [
        metric
        for widget in json.loads(text)["widgets"]
        for metric in widget["properties"].get("metrics", [])
    ]
    direct = [each for each in metrics if each[0] == "firstbyte" and each[2] == "FunctionName"]
    assert {each[3] for each in direct} == {FUNCTION}
    searched = [SEARCH.fullmatch(each[0]["expression"]) for each in metrics if len(each) == 1]
    assert {(found["dimension"], found["name"]) for found in searched} == {
        ("Tool", FUNCTION),
        ("Era", FUNCTION),
    }
    assert {each[1] for each in direct} | {found["metric"] for found in searched} == {*UNITS}


def test_the_dashboard_asks_for_metrics_that_lambda_and_the_probe_have():
    asked = [line for each in WIDGETS for line in each["properties"].get("metrics", ())]
    # Of the server's own the test before asks.
    own = ("firstbyte", "FunctionName")
    named = {tuple(line[:4]) for line in asked if len(line) > 4 and (line[0], line[2]) != own}
    assert named == {
        *(("AWS/Lambda", name, "FunctionName", "${Function}") for name in OF_LAMBDA),
        ("firstbyte", "ProbeHealthy", "Url", "${Endpoint}"),
        ("firstbyte", "ProbeFirstAnswer", "Url", "${Endpoint}"),
    }
    report = probe(Plan("https://a.example/mcp"), Fake(lambda request, count: None))
    assert {name for space, name, *_ in named if space == "firstbyte"} <= {
        metric["Name"]
        for metric in make_metrics(report, 0)["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }
    (told,) = [each["properties"]["query"] for each in WIDGETS if each["type"] == "log"]
    assert told.startswith("SOURCE '${LogGroup}' | ")
    # Ours, and those of Python's logging.
    assert "filter level in ['WARN', 'WARNING', 'ERROR', 'CRITICAL']" in told


def test_widgets_do_not_lie_on_each_other():
    fields = [
        (x, y)
        for each in WIDGETS
        for x in range(each["x"], each["x"] + each["width"])
        for y in range(each["y"], each["y"] + each["height"])
    ]
    assert len(fields) == len(set(fields))
    assert max(x for x, _ in fields) < 24


def test_the_probe_plays_a_client_once_a_time(deployed, asked):
    essence = essence_of(deployed)
    if asked not in ("everything", "signed probe"):
        assert "AWS::Events::Rule" not in essence
        return
    (probe,) = [each for each in essence["AWS::Lambda::Function"] if "ImageConfig" in each]
    assert probe["ImageConfig"] == {"Command": ["firstbyte.probe.scheduled:handler"]}
    assert one(essence, "AWS::Lambda::EventInvokeConfig")["MaximumRetryAttempts"] == "0"
    rule = one(essence, "AWS::Events::Rule")
    is_signed = asked == "signed probe"
    assert rule["ScheduleExpression"] == ("rate(1 hour)" if is_signed else "rate(15 minutes)")
    assert rule["Targets"] == [{"url": "<AWS::Lambda::Url>mcp", "sigv4": is_signed}]


def test_sam_builds_the_server_that_is_asked_for_and_the_probe_with_its_packages(translated):
    server, probe = (translated["Resources"][name]["Metadata"] for name in ("Server", "Probe"))
    assert server == {"DockerContext": {"Ref": "ImageFolder"}, "Dockerfile": "Dockerfile"}
    assert probe == {
        "DockerBuildArgs": {"REQUIREMENTS": "requirements-probe.txt"},
        "DockerContext": ".",
        "Dockerfile": "Dockerfile",
    }
    assert (ROOT / "Dockerfile").exists()
    assert (ROOT / "requirements-probe.txt").exists()


def test_whoever_deploys_is_told_where_it_is(deployed, asked):
    told = {"Endpoint": f"{URL}mcp", "LogGroup": "<AWS::Logs::LogGroup>"}
    if asked in ("everything", "snapshot"):
        host = f"{REST}.execute-api.<AWS::Region>.<AWS::URLSuffix>"
        told["RestEndpoint"] = f"https://{host}/live/mcp"
    outputs = outputs_of(deployed)
    assert {name: outputs[name] for name in told} == told


def synthesize(context, folder):
    """What comes of it when CDK's command runs the app, after `-c`."""
    settings = {
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_OUTDIR": str(folder),
        "JSII_NODE": installed("node"),
    }
    command = json.loads((ROOT / "deploy/cdk/cdk.json").read_text(encoding="utf-8"))["app"]
    program, *arguments = command.split()
    assert program == "python3"
    return subprocess.run(
        [installed("cdk"), *arguments],
        cwd=ROOT / "deploy/cdk",
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_cdks_app_takes_parameters_from_the_command_line(tmp_path):
    context = {
        "@aws-cdk/core:checkSecretUsage": True,
        "architecture": "x86_64",
        "image_folder": str(ROOT / "deploy/server"),
        "memory_mb": "1024",
        "allowed_origins": "https://a.example, https://b.example",
        "probe_schedule": "rate(1 day)",
    }
    done = synthesize(context, tmp_path)
    assert done.returncode == 0, done.stderr
    essence = essence_of(json.loads((tmp_path / "firstbyte.template.json").read_text()))
    assert server(essence)["MemorySize"] == "1024"
    assert one(essence, "AWS::Lambda::Url")["Cors"]["AllowOrigins"] == [
        "https://a.example",
        "https://b.example",
    ]
    images = json.loads((tmp_path / "firstbyte.assets.json").read_text())["dockerImages"]
    sources = [image["source"] for image in images.values()]
    assert {source["platform"] for source in sources} == {"linux/amd64"}
    built = {
        (tmp_path / source["directory"] / "Dockerfile").read_text(): source.get(
            "dockerBuildArgs"
        )
        for source in sources
    }
    assert built == {
        (ROOT / "deploy/server/Dockerfile").read_text(): None,
        (ROOT / "Dockerfile").read_text(): {"REQUIREMENTS": "requirements-probe.txt"},
    }


def test_cdks_app_refuses_a_parameter_that_there_is_not(tmp_path):
    done = synthesize({"MemoryMB": "1024", "architecture": "x86_64"}, tmp_path)
    assert done.returncode == 1
    refused = done.stderr.splitlines()[-1]
    assert refused.startswith("ValueError: MemoryMB: not of image_folder, authentication,")
