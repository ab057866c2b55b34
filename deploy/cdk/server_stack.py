"""Make of parameters a function that serves MCP, its URL, and what watches over it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Aws, CfnOutput, Duration, Fn, RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ecr_assets import Platform
from constructs import Construct
from parameters import Parameters

_ROOT = Path(__file__).resolve().parents[2]
_PERIOD = Duration.minutes(5)
_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}
_HEADERS = [
    # For mcp-param-*, whose names are the tools' own: within a name there are no wildcards. The
    # others are listed as well: to browsers "*" stands for all but authorization, and what
    # Lambda makes of it is not documented.
    "*",
    "accept",
    "authorization",
    "content-type",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
    "mcp-session-id",
    # A request signed for AWS_IAM has these.
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
]


class ServerStack(Stack):
    """The function, at the alias that the URL leads to: a deployment changes all at once.

    `function` is there to be given permissions and settings of your own.
    """

    def __init__(
        self, scope: Construct, name: str, parameters: Parameters, **more: Any
    ) -> None:
        super().__init__(scope, name, **more)
        self._parameters = parameters
        log = self._make_log("Log")
        self.function = self._make_function(log)
        alias = self.function.add_alias(
            "live",
            provisioned_concurrent_executions=parameters.provisioned_concurrency or None,
        )
        url = self._make_url(alias)
        CfnOutput(
            self, "Endpoint", value=f"{url.url}mcp", description="What an MCP client is given"
        )
        CfnOutput(self, "LogGroup", value=log.log_group_name, description="Where the log is")
        if parameters.rest_api == "stream":
            self._make_rest_api(alias)
        self._make_alarms(self.function)
        if parameters.probe_schedule:
            self._make_probe(alias, url)
        cloudwatch.CfnDashboard(
            self,
            "Dashboard",
            dashboard_body=Fn.sub(
                (_ROOT / "deploy/dashboard.json").read_text(encoding="utf-8"),
                {
                    "Endpoint": f"{url.url}mcp",
                    "Function": self.function.function_name,
                    "LogGroup": log.log_group_name,
                    "Region": self.region,
                },
            ),
        )

    def _make_log(self, name: str) -> logs.LogGroup:
        """Make a log group of ours, since the one Lambda makes keeps its lines for ever."""
        return logs.LogGroup(
            self,
            name,
            retention=_RETENTION[self._parameters.log_retention_days],
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _make_function(self, log: logs.LogGroup) -> lambda_.DockerImageFunction:
        asked = self._parameters
        secret = self._make_secret() if asked.keys == "secret" else None
        reserved = asked.reserved_concurrency
        has_snap_start = asked.snap_start == "PublishedVersions"
        function = lambda_.DockerImageFunction(
            self,
            "Server",
            code=self._make_image(asked.image_folder),
            architecture=_architecture(asked),
            memory_size=asked.memory_mb,
            timeout=Duration.seconds(asked.timeout_s),
            reserved_concurrent_executions=None if reserved == -1 else reserved,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if has_snap_start else None,
            environment={
                "FIRSTBYTE_ALLOWED_ORIGINS": ",".join(asked.allowed_origins),
                "FIRSTBYTE_KEYS": f"secretsmanager:{secret.secret_arn}" if secret else "",
                # What a REST API wants its event does not tell.
                "FIRSTBYTE_INVOKE_MODE": "stream" if asked.rest_api == "stream" else "auto",
            },
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel[asked.log_level],
        )
        for names, resources in self._make_permissions(secret):
            function.add_to_role_policy(
                iam.PolicyStatement(actions=list(names), resources=list(resources))
            )
        if asked.policy_arn and function.role:
            own = iam.ManagedPolicy.from_managed_policy_arn(self, "Own", asked.policy_arn)
            function.role.add_managed_policy(own)
        return function

    def _make_image(
        self,
        folder: str,
        command: list[str] | None = None,
        build_args: dict[str, str] | None = None,
    ) -> lambda_.DockerImageCode:
        is_arm = self._parameters.architecture == "arm64"
        return lambda_.DockerImageCode.from_image_asset(
            str(_ROOT / folder),
            cmd=command,
            build_args=build_args,
            platform=Platform.LINUX_ARM64 if is_arm else Platform.LINUX_AMD64,
        )

    def _make_secret(self) -> secretsmanager.Secret:
        """Make what nobody has to know: only the function reads it, to sign tokens."""
        return secretsmanager.Secret(
            self,
            "Secret",
            description=f"FIRSTBYTE_KEYS of {Aws.STACK_NAME}",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
        )

    def _make_permissions(
        self, secret: secretsmanager.Secret | None
    ) -> list[tuple[Sequence[str], Sequence[str]]]:
        """Name the calls that the catalog's tools make, and on what."""
        asked = self._parameters
        permissions: list[tuple[Sequence[str], Sequence[str]]] = []
        if asked.table_name:
            table = self.format_arn(
                service="dynamodb", resource="table", resource_name=asked.table_name
            )
            reads = ("dynamodb:DescribeTable", "dynamodb:Query", "dynamodb:Scan")
            permissions.append((reads, (table, f"{table}/index/*")))
            if asked.table_access == "write":
                permissions.append((("dynamodb:PutItem",), (table,)))
        if asked.bucket_name:
            bucket = f"arn:{self.partition}:s3:::{asked.bucket_name}"
            permissions.append((("s3:ListBucket",), (bucket,)))
            permissions.append((("s3:GetObject",), (f"{bucket}/*",)))
        if secret:
            permissions.append((("secretsmanager:GetSecretValue",), (secret.secret_arn,)))
        return permissions

    def _make_url(self, alias: lambda_.Alias) -> lambda_.FunctionUrl:
        """Make the URL; to a public one CDK adds both permissions that it needs."""
        is_public = self._parameters.authentication == "NONE"
        origins = list(self._parameters.allowed_origins)
        # The URL answers a browser's preflight itself; the server judges the Origin again.
        cors = lambda_.FunctionUrlCorsOptions(
            allowed_origins=origins,
            allowed_methods=[
                lambda_.HttpMethod.GET,
                lambda_.HttpMethod.POST,
                lambda_.HttpMethod.DELETE,
            ],
            allowed_headers=_HEADERS,
            exposed_headers=["mcp-session-id"],
            max_age=Duration.days(1),
        )
        auth = lambda_.FunctionUrlAuthType
        return alias.add_function_url(
            auth_type=auth.NONE if is_public else auth.AWS_IAM,
            # BUFFERED would hold every byte back until the call is over.
            invoke_mode=lambda_.InvokeMode.RESPONSE_STREAM,
            cors=cors if origins else None,
        )

    def _make_rest_api(self, alias: lambda_.Alias) -> None:
        is_public = self._parameters.authentication == "NONE"
        auth = apigateway.AuthorizationType
        api = apigateway.RestApi(
            self,
            "Rest",
            rest_api_name=Aws.STACK_NAME,
            # At the edge a stream that is idle for 30 seconds ends; here it is 5 minutes.
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            deploy_options=apigateway.StageOptions(stage_name="live"),
            cloud_watch_role=False,
        )
        integration = apigateway.LambdaIntegration(
            alias,
            response_transfer_mode=apigateway.ResponseTransferMode.STREAM,
            # The most a stream may take, instead of 29 seconds; the function's own comes first.
            timeout=Duration.minutes(15),
            allow_test_invoke=False,
        )
        api.root.add_resource("mcp").add_method(
            "ANY", integration, authorization_type=auth.NONE if is_public else auth.IAM
        )
        CfnOutput(
            self,
            "RestEndpoint",
            value=f"{api.url}mcp",
            description="The same behind API Gateway",
        )
        self._make_alarm(
            "RestErrors",
            "The REST API answered with a 5xx status",
            _metric("5XXError", {"ApiName": Aws.STACK_NAME}, "AWS/ApiGateway"),
        )

    def _make_alarms(self, function: lambda_.DockerImageFunction) -> None:
        by_function = {"FunctionName": function.function_name}
        self._make_alarm(
            "FunctionErrors",
            "Calls of the function failed, by a bug, a crash or its timeout",
            _metric("Errors", by_function),
        )
        self._make_alarm(
            "Throttles",
            "Calls were turned away, since all environments were busy",
            _metric("Throttles", by_function),
        )
        self._make_alarm(
            "UrlErrors",
            "The Function URL answered with a 5xx status",
            _metric("Url5xxCount", by_function),
        )
        # Failures that the function makes no error of, nor the URL a 5xx: tools', above all.
        self._make_alarm(
            "ServerErrors",
            "A fifth of all requests failed for a quarter of an hour",
            _metric("Errors", by_function, "firstbyte", "Average"),
            threshold=0.2,
            evaluation_periods=3,
        )

    def _make_alarm(
        self, name: str, description: str, metric: cloudwatch.Metric, **more: Any
    ) -> None:
        options = {
            "threshold": 1,
            "evaluation_periods": 1,
            # No data is no news: nobody called.
            "treat_missing_data": cloudwatch.TreatMissingData.NOT_BREACHING,
        }
        alarm = cloudwatch.Alarm(
            self, name, alarm_description=description, metric=metric, **(options | more)
        )
        if self._parameters.alarm_topic_arn:
            topic = sns.Topic.from_topic_arn(
                self, f"{name}Topic", self._parameters.alarm_topic_arn
            )
            alarm.add_alarm_action(actions.SnsAction(topic))
            alarm.add_ok_action(actions.SnsAction(topic))

    def _make_probe(self, alias: lambda_.Alias, url: lambda_.FunctionUrl) -> None:
        """Have a client played, since a server that is broken may well answer 200."""
        probe = lambda_.DockerImageFunction(
            self,
            "Probe",
            code=self._make_image(
                ".",
                ["firstbyte.probe.scheduled:handler"],
                {"REQUIREMENTS": "requirements-probe.txt"},
            ),
            architecture=_architecture(self._parameters),
            memory_size=512,
            timeout=Duration.minutes(5),
            log_group=self._make_log("ProbeLog"),
            logging_format=lambda_.LoggingFormat.JSON,
            # What it found would be found, and counted, three times.
            retry_attempts=0,
        )
        probe.add_to_role_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"],
                resources=[alias.function_arn],
            )
        )
        question = {
            "url": f"{url.url}mcp",
            "sigv4": self._parameters.authentication == "AWS_IAM",
        }
        events.Rule(
            self,
            "ProbeSchedule",
            schedule=events.Schedule.expression(self._parameters.probe_schedule),
            targets=[
                targets.LambdaFunction(
                    probe, event=events.RuleTargetInput.from_object(question)
                )
            ],
        )
        # Between two tours there is no data.
        self._make_alarm(
            "ProbeFindings",
            "The probe found something wrong, which its log names",
            _metric("ProbeHealthy", {"Url": f"{url.url}mcp"}, "firstbyte", "Minimum"),
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
        )
        self._make_alarm(
            "ProbeErrors",
            "The probe itself could not run",
            _metric("Errors", {"FunctionName": probe.function_name}),
            treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
        )


def _metric(
    name: str,
    dimensions: Mapping[str, str],
    namespace: str = "AWS/Lambda",
    statistic: str = "Sum",
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dimensions,
        statistic=statistic,
        period=_PERIOD,
    )


def _architecture(asked: Parameters) -> lambda_.Architecture:
    is_arm = asked.architecture == "arm64"
    return lambda_.Architecture.ARM_64 if is_arm else lambda_.Architecture.X86_64
