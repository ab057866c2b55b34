locals {
  probe        = var.probe_schedule != "" ? 1 : 0
  alarm_topics = var.alarm_topic_arn != "" ? [var.alarm_topic_arn] : []

  endpoint = "${aws_lambda_function_url.live.function_url}mcp"

  # Sums over five minutes, of which none is wanted, and where no data is no news.
  plain = {
    namespace  = "AWS/Lambda"
    dimensions = { FunctionName = aws_lambda_function.server.function_name }
    statistic  = "Sum"
    periods    = 1
    threshold  = 1
    comparison = "GreaterThanOrEqualToThreshold"
    missing    = "notBreaching"
  }

  every_alarm = {
    FunctionErrors = merge(local.plain, {
      description = "Calls of the function failed, by a bug, a crash or its timeout"
      metric      = "Errors"
    })
    Throttles = merge(local.plain, {
      description = "Calls were turned away, since all environments were busy"
      metric      = "Throttles"
    })
    UrlErrors = merge(local.plain, {
      description = "The Function URL answered with a 5xx status"
      metric      = "Url5xxCount"
    })
    RestErrors = merge(local.plain, {
      description = "The REST API answered with a 5xx status"
      metric      = "5XXError"
      namespace   = "AWS/ApiGateway"
      dimensions  = { ApiName = one(aws_api_gateway_rest_api.rest[*].name) }
    })
    # Failures that the function makes no error of, nor the URL a 5xx: tools', above all.
    ServerErrors = merge(local.plain, {
      description = "A fifth of all requests failed for a quarter of an hour"
      metric      = "Errors"
      namespace   = "firstbyte"
      statistic   = "Average"
      periods     = 3
      threshold   = 0.2
    })
    # Between two tours of the probe there is no data.
    ProbeFindings = merge(local.plain, {
      description = "The probe found something wrong, which its log names"
      metric      = "ProbeHealthy"
      namespace   = "firstbyte"
      dimensions  = { Url = local.endpoint }
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      missing     = "ignore"
    })
    ProbeErrors = merge(local.plain, {
      description = "The probe itself could not run"
      metric      = "Errors"
      dimensions  = { FunctionName = one(aws_lambda_function.probe[*].function_name) }
      missing     = "ignore"
    })
  }
  alarms = {
    for name, alarm in local.every_alarm : name => alarm
    if(local.probe == 1 || !startswith(name, "Probe")) && (local.rest == 1 || name != "RestErrors")
  }
}

resource "aws_cloudwatch_metric_alarm" "alarm" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = each.value.periods
  threshold           = each.value.threshold
  comparison_operator = each.value.comparison
  treat_missing_data  = each.value.missing
  alarm_actions       = local.alarm_topics
  ok_actions          = local.alarm_topics
}

resource "aws_cloudwatch_dashboard" "server" {
  dashboard_name = var.name
  dashboard_body = templatefile("${path.module}/../dashboard.json", {
    Endpoint = local.endpoint
    Function = aws_lambda_function.server.function_name
    LogGroup = aws_cloudwatch_log_group.server.name
    Region   = local.region
  })
}

# Plays a client, since a server that is broken may well answer 200.
resource "aws_lambda_function" "probe" {
  count         = local.probe
  function_name = "${var.name}-probe"
  role          = aws_iam_role.probe[0].arn
  package_type  = "Image"
  image_uri     = var.probe_image_uri != "" ? var.probe_image_uri : var.image_uri
  architectures = [var.architecture]
  memory_size   = 512
  timeout       = 300

  image_config {
    command = ["firstbyte.probe.scheduled:handler"]
  }

  logging_config {
    log_group  = aws_cloudwatch_log_group.probe[0].name
    log_format = "JSON"
  }
}

# What it found would be found, and counted, three times.
resource "aws_lambda_function_event_invoke_config" "probe" {
  count                  = local.probe
  function_name          = aws_lambda_function.probe[0].function_name
  maximum_retry_attempts = 0
}

resource "aws_cloudwatch_log_group" "probe" {
  count             = local.probe
  name              = "/aws/lambda/${var.name}-probe"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "probe" {
  count              = local.probe
  name_prefix        = "${var.name}-probe-"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_iam_role_policy_attachment" "probe_log" {
  count      = local.probe
  role       = aws_iam_role.probe[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

data "aws_iam_policy_document" "probe" {
  statement {
    actions   = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]
    resources = [aws_lambda_alias.live.arn]
  }
}

resource "aws_iam_role_policy" "probe" {
  count  = local.probe
  role   = aws_iam_role.probe[0].name
  policy = data.aws_iam_policy_document.probe.json
}

resource "aws_cloudwatch_event_rule" "probe" {
  count               = local.probe
  name_prefix         = "${var.name}-probe-"
  schedule_expression = var.probe_schedule
}

resource "aws_cloudwatch_event_target" "probe" {
  count = local.probe
  rule  = aws_cloudwatch_event_rule.probe[0].name
  arn   = aws_lambda_function.probe[0].arn
  input = jsonencode({
    url   = local.endpoint
    sigv4 = !local.is_public
  })
}

resource "aws_lambda_permission" "probe" {
  count         = local.probe
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.probe[0].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.probe[0].arn
}
