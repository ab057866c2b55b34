"""Visit a deployed MCP server as a client does, and say what is wrong with it."""
