"""Turn what Terraform makes into the essence of the template that would make the same."""

import json
import re

from tests.deploy.essence import flat

_REFERRED = {
    "aws_api_gateway_resource.mcp.id": "AWS::ApiGateway::Resource",
    "aws_api_gateway_rest_api.rest.execution_arn": (
        "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:"
        "<AWS::ApiGateway::RestApi>"
    ),
    "aws_api_gateway_rest_api.rest.id": "AWS::ApiGateway::RestApi",
    "aws_api_gateway_rest_api.rest.name": "AWS::StackName",
    "aws_api_gateway_rest_api.rest.root_resource_id": "AWS::ApiGateway::RestApi",
    "aws_api_gateway_stage.live.invoke_url": (
        "https://<AWS::ApiGateway::RestApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/live"
    ),
    "aws_cloudwatch_event_rule.probe.arn": "probe AWS::Events::Rule",
    "aws_cloudwatch_log_group.probe.name": "probe AWS::Logs::LogGroup",
    "aws_cloudwatch_log_group.server.name": "AWS::Logs::LogGroup",
    "aws_lambda_alias.live.arn": "AWS::Lambda::Alias",
    "aws_lambda_function.probe.function_name": "probe AWS::Lambda::Function",
    "aws_lambda_function.server.function_name": "AWS::Lambda::Function",
    "aws_lambda_function_url.live.function_url": "AWS::Lambda::Url",
    "aws_secretsmanager_secret.keys.arn": "AWS::SecretsManager::Secret",
    "data.aws_caller_identity.here.account_id": "AWS::AccountId",
    "data.aws_partition.here.partition": "AWS::Partition",
    "data.aws_region.here.region": "AWS::Region",
}
"""What is referred to, as an essence names it."""

_LIVE = "<aws_lambda_alias.live.name>"
_IN_API = {"rest_api_id": "RestApiId", "resource_id": "ResourceId"}
_PROPERTIES = {
    "aws_api_gateway_method": (
        "AWS::ApiGateway::Method",
        {**_IN_API, "authorization": "AuthorizationType", "http_method": "HttpMethod"},
    ),
    "aws_api_gateway_resource": (
        "AWS::ApiGateway::Resource",
        {"rest_api_id": "RestApiId", "parent_id": "ParentId", "path_part": "PathPart"},
    ),
    "aws_api_gateway_rest_api": (
        "AWS::ApiGateway::RestApi",
        {"name": "Name", "endpoint_configuration": {"types": "Types"}},
    ),
    "aws_api_gateway_stage": (
        "AWS::ApiGateway::Stage",
        {"rest_api_id": "RestApiId", "stage_name": "StageName"},
    ),
    "aws_cloudwatch_dashboard": (
        "AWS::CloudWatch::Dashboard",
        {"dashboard_body": "DashboardBody"},
    ),
    "aws_cloudwatch_event_rule": (
        "AWS::Events::Rule",
        {"schedule_expression": "ScheduleExpression"},
    ),
    "aws_cloudwatch_log_group": (
        "AWS::Logs::LogGroup",
        {"retention_in_days": "RetentionInDays"},
    ),
    "aws_cloudwatch_metric_alarm": (
        "AWS::CloudWatch::Alarm",
        {
            "alarm_actions": "AlarmActions",
            "alarm_description": "AlarmDescription",
            "comparison_operator": "ComparisonOperator",
            "dimensions": "Dimensions",
            "evaluation_periods": "EvaluationPeriods",
            "metric_name": "MetricName",
            "namespace": "Namespace",
            "ok_actions": "OKActions",
            "period": "Period",
            "statistic": "Statistic",
            "threshold": "Threshold",
            "treat_missing_data": "TreatMissingData",
        },
    ),
    "aws_lambda_alias": (
        "AWS::Lambda::Alias",
        {"function_name": "FunctionName", "name": "Name"},
    ),
    "aws_lambda_function": (
        "AWS::Lambda::Function",
        {
            "architectures": "Architectures",
            "environment": {"variables": "Variables"},
            "image_config": {"command": "Command"},
            "logging_config": {
                "application_log_level": "ApplicationLogLevel",
                "log_format": "LogFormat",
                "log_group": "LogGroup",
            },
            "memory_size": "MemorySize",
            "package_type": "PackageType",
            "reserved_concurrent_executions": "ReservedConcurrentExecutions",
            "snap_start": {"apply_on": "ApplyOn"},
            "timeout": "Timeout",
        },
    ),
    "aws_lambda_function_event_invoke_config": (
        "AWS::Lambda::EventInvokeConfig",
        {"function_name": "FunctionName", "maximum_retry_attempts": "MaximumRetryAttempts"},
    ),
    "aws_lambda_function_url": (
        "AWS::Lambda::Url",
        {
            "authorization_type": "AuthType",
            "cors": {
                "allow_headers": "AllowHeaders",
                "allow_methods": "AllowMethods",
                "allow_origins": "AllowOrigins",
                "expose_headers": "ExposeHeaders",
                "max_age": "MaxAge",
            },
            "invoke_mode": "InvokeMode",
        },
    ),
    "aws_lambda_permission": (
        "AWS::Lambda::Permission",
        {
            "action": "Action",
            "function_name": "FunctionName",
            "function_url_auth_type": "FunctionUrlAuthType",
            "invoked_via_function_url": "InvokedViaFunctionUrl",
            "principal": "Principal",
            "source_arn": "SourceArn",
        },
    ),
    "aws_secretsmanager_secret": (
        "AWS::SecretsManager::Secret",
        {"description": "Description"},
    ),
}
"""Types with the properties that arguments are; a block is an object in one property."""

_JOINED = {
    "aws_api_gateway_integration.stream": (
        "AWS::ApiGateway::Method",
        "Integration",
        {
            "integration_http_method": "IntegrationHttpMethod",
            "response_transfer_mode": "ResponseTransferMode",
            "timeout_milliseconds": "TimeoutInMillis",
            "type": "Type",
            "uri": "Uri",
        },
    ),
    "aws_lambda_provisioned_concurrency_config.live": (
        "AWS::Lambda::Alias",
        "ProvisionedConcurrencyConfig",
        {"provisioned_concurrent_executions": "ProvisionedConcurrentExecutions"},
    ),
    "ephemeral.aws_secretsmanager_random_password.keys": (
        "AWS::SecretsManager::Secret",
        "GenerateSecretString",
        {"exclude_punctuation": "ExcludePunctuation", "password_length": "PasswordLength"},
    ),
}
"""What is a resource of its own, and a property of another type's only one elsewhere."""

_NONE = {"ReservedConcurrentExecutions": "-1", "AlarmActions": [], "OKActions": []}
"""What stands for a property that is left out."""


def counterpart_of(made):
    """The essence of all that is made, and by its address what that has no word of."""
    made = {address: _referring(instances) for address, instances in made.items()}
    essence = {"managed": [], "statements": []}
    rest = {}
    for address, instances in made.items():
        kind, properties = _PROPERTIES.get(address.rpartition(".")[0], ("", {}))
        for each in instances:
            found, left = _split(each, properties)
            if left.get("qualifier") == _LIVE and "Principal" in found:
                # Told in two arguments, of which both have to be right.
                assert found["FunctionName"] == "<AWS::Lambda::Function>", address
                found["FunctionName"] = "<AWS::Lambda::Alias>"
            if kind:
                essence.setdefault(kind, []).append(found)
            rest.setdefault(address, left)
    for address, (kind, name, properties) in _JOINED.items():
        for each in made[address]:
            essence[kind][0][name], rest[address] = _split(each, properties)
    for each in essence["AWS::CloudWatch::Alarm"]:
        each["Dimensions"] = [{"Name": k, "Value": v} for k, v in each["Dimensions"].items()]
    for each in essence.get("AWS::Events::Rule", ()):
        asked = json.loads(rest["aws_cloudwatch_event_target.probe"].pop("input"))
        each["Targets"] = [_referring(asked)]
    for address, left in rest.items():
        if address.startswith("aws_iam_role_policy_attachment."):
            policy = left.pop("policy_arn")
            essence["managed"].append(policy.replace("<AWS::Partition>", "aws"))
    for name in ("server", "probe"):
        document = rest.get(f"data.aws_iam_policy_document.{name}", {})
        statements = document.pop("statement", ())
        # A document that no role has allows nothing.
        if made[f"aws_iam_role_policy.{name}"]:
            essence["statements"] += map(_statement, statements)
    return {kind: sorted(each, key=json.dumps) for kind, each in essence.items()}, rest


def _split(arguments, properties):
    """What is a property, by its name and as an essence has it; and the other arguments."""
    found, rest = {}, {}
    for argument, value in arguments.items():
        match properties.get(argument):
            case None:
                rest[argument] = value
            case str(name):
                found[name] = flat(value, {})
            case inner:
                for each in value:
                    found[_camel(argument)], left = _split(each, inner)
                    assert not left, (argument, left)
    kept = {
        name: value
        for name, value in sorted(found.items())
        if name not in _NONE or value != _NONE[name]
    }
    return kept, rest


def _referring(node):
    """`node` with what is referred to named as in an essence, where that has a name for it."""
    match node:
        case dict():
            return {key: _referring(value) for key, value in node.items()}
        case list():
            return [_referring(each) for each in node]
        case str():
            return re.sub(r"<([\w.]+)>", _renamed, node)
    return node


def _renamed(found):
    name = _REFERRED.get(found[1], found[1])
    return name if "<" in name else f"<{name}>"


def _statement(told):
    alone = {name: each[0] if len(each) == 1 else each for name, each in told.items()}
    return {"Action": alone["actions"], "Effect": "Allow", "Resource": alone["resources"]}


def _camel(name):
    return "".join(word.title() for word in name.split("_"))
