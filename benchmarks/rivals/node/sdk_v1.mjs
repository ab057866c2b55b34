// The official SDK, version 1, stateless, on AWS's own runtime.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { streamed } from "./on_lambda.mjs";
import { addTools } from "./three_tools.mjs";

export const handler = streamed(async (request) => {
  const server = new McpServer({ name: "benchmark", version: "1.0.0" });
  addTools(server, ({ _meta, sendNotification }, params) =>
    sendNotification({
      method: "notifications/progress",
      params: { progressToken: _meta.progressToken, ...params },
    }),
  );
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
  });
  await server.connect(transport);
  return transport.handleRequest(request);
});
