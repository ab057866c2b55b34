// The official SDK, version 2, on AWS's own runtime; it is stateless by itself.
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { streamed } from "./on_lambda.mjs";
import { addTools } from "./three_tools.mjs";

const mcp = createMcpHandler(() =>
  addTools(new McpServer({ name: "benchmark", version: "1.0.0" }), ({ mcpReq }, params) =>
    mcpReq.notify({
      method: "notifications/progress",
      params: { progressToken: mcpReq._meta.progressToken, ...params },
    }),
  ),
);
export const handler = streamed((request) => mcp.fetch(request));
