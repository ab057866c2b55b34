"""Turn HTTP requests into MCP answers: admission, methods, exchange, SSE."""
