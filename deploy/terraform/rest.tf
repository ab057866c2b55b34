locals {
  rest = var.rest_api == "stream" ? 1 : 0
}

resource "aws_api_gateway_rest_api" "rest" {
  count = local.rest
  name  = var.name

  # At the edge a stream that is idle for 30 seconds ends; here it is 5 minutes.
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_resource" "mcp" {
  count       = local.rest
  rest_api_id = aws_api_gateway_rest_api.rest[0].id
  parent_id   = aws_api_gateway_rest_api.rest[0].root_resource_id
  path_part   = "mcp"
}

resource "aws_api_gateway_method" "any" {
  count         = local.rest
  rest_api_id   = aws_api_gateway_rest_api.rest[0].id
  resource_id   = aws_api_gateway_resource.mcp[0].id
  http_method   = "ANY"
  authorization = var.authentication
}

resource "aws_api_gateway_integration" "stream" {
  count                   = local.rest
  rest_api_id             = aws_api_gateway_rest_api.rest[0].id
  resource_id             = aws_api_gateway_resource.mcp[0].id
  http_method             = aws_api_gateway_method.any[0].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  # InvokeWithResponseStream; the address ending in invocations would buffer.
  uri                    = "arn:${local.partition}:apigateway:${local.region}:lambda:path/2021-11-15/functions/${aws_lambda_alias.live.arn}/response-streaming-invocations"
  response_transfer_mode = "STREAM"
  # The most a stream may take, instead of 29 seconds; the function's own comes first.
  timeout_milliseconds = 900000
}

resource "aws_api_gateway_deployment" "rest" {
  count       = local.rest
  rest_api_id = aws_api_gateway_rest_api.rest[0].id

  triggers = {
    changed = sha1(jsonencode([aws_api_gateway_method.any[0], aws_api_gateway_integration.stream[0]]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "live" {
  count         = local.rest
  rest_api_id   = aws_api_gateway_rest_api.rest[0].id
  deployment_id = aws_api_gateway_deployment.rest[0].id
  stage_name    = "live"
}

resource "aws_lambda_permission" "rest" {
  count         = local.rest
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.server.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.rest[0].execution_arn}/live/*/mcp"
}
