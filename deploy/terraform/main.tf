data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}
data "aws_region" "here" {}

locals {
  account   = data.aws_caller_identity.here.account_id
  partition = data.aws_partition.here.partition
  region    = data.aws_region.here.region
  is_public = var.authentication == "NONE"
  has_keys  = var.keys == "secret"
  has_table = var.table_name != ""
  table     = "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${var.table_name}"
  bucket    = "arn:${local.partition}:s3:::${var.bucket_name}"

  # One statement for each call the catalog's tools make.
  permissions = concat(
    local.has_table ? [{
      actions   = ["dynamodb:DescribeTable", "dynamodb:Query", "dynamodb:Scan"]
      resources = [local.table, "${local.table}/index/*"]
    }] : [],
    local.has_table && var.table_access == "write" ? [{
      actions   = ["dynamodb:PutItem"]
      resources = [local.table]
    }] : [],
    var.bucket_name != "" ? [
      { actions = ["s3:ListBucket"], resources = [local.bucket] },
      { actions = ["s3:GetObject"], resources = ["${local.bucket}/*"] },
    ] : [],
    local.has_keys ? [{
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [aws_secretsmanager_secret.keys[0].arn]
    }] : [],
  )
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "server" {
  name_prefix        = "${var.name}-"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_iam_role_policy_attachment" "server_log" {
  role       = aws_iam_role.server.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy_attachment" "server_own" {
  count      = var.policy_arn != "" ? 1 : 0
  role       = aws_iam_role.server.name
  policy_arn = var.policy_arn
}

data "aws_iam_policy_document" "server" {
  count = length(local.permissions) > 0 ? 1 : 0

  dynamic "statement" {
    for_each = local.permissions

    content {
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
}

resource "aws_iam_role_policy" "server" {
  count  = length(local.permissions) > 0 ? 1 : 0
  role   = aws_iam_role.server.name
  policy = data.aws_iam_policy_document.server[0].json
}

# Ours, since the one Lambda makes keeps its lines for ever.
resource "aws_cloudwatch_log_group" "server" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
}

# What nobody has to know: tokens are signed with it, and only the function reads it.
resource "aws_secretsmanager_secret" "keys" {
  count       = local.has_keys ? 1 : 0
  name_prefix = "${var.name}-"
  description = "FIRSTBYTE_KEYS of ${var.name}"
}

ephemeral "aws_secretsmanager_random_password" "keys" {
  count               = local.has_keys ? 1 : 0
  password_length     = 64
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "keys" {
  count     = local.has_keys ? 1 : 0
  secret_id = aws_secretsmanager_secret.keys[0].id
  # Write-only: neither the plan nor the state has it. A higher version rotates it.
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.keys[0].random_password
  secret_string_wo_version = 1
}

resource "aws_lambda_function" "server" {
  function_name                  = var.name
  role                           = aws_iam_role.server.arn
  package_type                   = "Image"
  image_uri                      = var.image_uri
  architectures                  = [var.architecture]
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_s
  reserved_concurrent_executions = var.reserved_concurrency
  publish                        = true

  environment {
    variables = {
      FIRSTBYTE_ALLOWED_ORIGINS = join(",", var.allowed_origins)
      FIRSTBYTE_KEYS            = local.has_keys ? "secretsmanager:${aws_secretsmanager_secret.keys[0].arn}" : ""
      # What a REST API wants its event does not tell.
      FIRSTBYTE_INVOKE_MODE = var.rest_api == "stream" ? "stream" : "auto"
    }
  }

  logging_config {
    log_group             = aws_cloudwatch_log_group.server.name
    log_format            = "JSON"
    application_log_level = var.log_level
  }

  dynamic "snap_start" {
    for_each = var.snap_start == "PublishedVersions" ? [var.snap_start] : []

    content {
      apply_on = snap_start.value
    }
  }

  # An environment that starts before its first call reads its keys and writes its log then.
  depends_on = [
    aws_iam_role_policy.server,
    aws_iam_role_policy_attachment.server_log,
    aws_iam_role_policy_attachment.server_own,
    aws_secretsmanager_secret_version.keys,
  ]
}

# The URL leads to the alias, the alias to one version: a deployment changes all at once.
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.server.function_name
  function_version = aws_lambda_function.server.version
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  count                             = var.provisioned_concurrency > 0 ? 1 : 0
  function_name                     = aws_lambda_function.server.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = var.provisioned_concurrency
}

resource "aws_lambda_function_url" "live" {
  function_name      = aws_lambda_function.server.function_name
  qualifier          = aws_lambda_alias.live.name
  authorization_type = var.authentication
  # BUFFERED would hold every byte back until the call is over.
  invoke_mode = "RESPONSE_STREAM"

  # The URL answers a browser's preflight itself; the server judges the Origin again.
  dynamic "cors" {
    for_each = length(var.allowed_origins) > 0 ? [var.allowed_origins] : []

    content {
      allow_origins = cors.value
      allow_methods = ["GET", "POST", "DELETE"]
      allow_headers = [
        # For mcp-param-*, whose names are the tools' own: within a name there are no wildcards.
        # The others are listed as well: to browsers "*" stands for all but authorization, and
        # what Lambda makes of it is not documented.
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
      expose_headers = ["mcp-session-id"]
      max_age        = 86400
    }
  }
}

# A public URL needs both permissions.
resource "aws_lambda_permission" "public_url" {
  count                  = local.is_public ? 1 : 0
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function.server.function_name
  qualifier              = aws_lambda_alias.live.name
  principal              = "*"
  function_url_auth_type = "NONE"
}

resource "aws_lambda_permission" "public_function" {
  count                    = local.is_public ? 1 : 0
  action                   = "lambda:InvokeFunction"
  function_name            = aws_lambda_function.server.function_name
  qualifier                = aws_lambda_alias.live.name
  principal                = "*"
  invoked_via_function_url = true
}
