output "endpoint" {
  description = "What an MCP client is given"
  value       = local.endpoint
}

output "rest_endpoint" {
  description = "The same behind API Gateway"
  value       = local.rest == 0 ? null : "${aws_api_gateway_stage.live[0].invoke_url}/mcp"
}

output "log_group" {
  description = "Where the log is"
  value       = aws_cloudwatch_log_group.server.name
}
