locals {
  probe        = var.probe_schedule != "" ? 1 : 0
  alarm_topics = var.alarm_topic_arn != "" ? [var.alarm_topic_arn] : []

  alarms = merge(
    {
      FunctionErrors = {
        description = "Calls of the function failed, by a bug, a crash or its timeout"
        metric      = "Errors"
        function    = aws_lambda_function.server.function_name
        missing     = "notBreaching"
      }
      Throttles = {
        description = "Calls were turned away, since all environments were busy"
        metric      = "Throttles"
        function    = aws_lambda_function.server.function_name
        missing     = "notBreaching"
      }
      UrlErrors = {
        description = "The Function URL answered with a 5xx status"
        metric      = "Url5xxCount"
        function    = aws_lambda_function.server.function_name
        missing     = "notBreaching"
      }
    },
    local.probe == 0 ? {} : {
      ProbeErrors = {
        description = "The probe found something wrong, which its log names, or could not run"
        metric      = "Errors"
        function    = aws_lambda_function.probe[0].function_name
        missing     = "ignore"
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "alarm" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = each.value.function }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  # No data is no news: nobody called.
  treat_missing_data = each.value.missing
  alarm_actions      = local.alarm_topics
  ok_actions         = local.alarm_topics
}

resource "aws_cloudwatch_dashboard" "server" {
  dashboard_name = var.name
  dashboard_body = templatefile("${path.module}/../dashboard.json", {
    Function   = aws_lambda_function.server.function_name
    LogGroup   = aws_cloudwatch_log_group.server.name
    Region     = local.region
    ServerName = var.server_name
  })
}

# Plays a client, since a server that is broken may well answer 200; fails on what it finds.
resource "aws_lambda_function" "probe" {
  count         = local.probe
  function_name = "${var.name}-probe"
  role          = aws_iam_role.probe[0].arn
  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = [var.architecture]
  memory_size   = 512
  timeout       = 120

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
    url   = "${aws_lambda_function_url.live.function_url}mcp"
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
