// The official SDK, version 1, stateless, on Express; the Lambda Web Adapter stands before it.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import express from "express";
import { addTools } from "./three_tools.mjs";

const app = express();
app.use(express.json());
app.post("/mcp", async (request, response) => {
  const server = new McpServer({ name: "benchmark", version: "1.0.0" });
  addTools(server, ({ _meta, sendNotification }, params) =>
    sendNotification({
      method: "notifications/progress",
      params: { progressToken: _meta.progressToken, ...params },
    }),
  );
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on("close", () => server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});
app.listen(Number(process.env.AWS_LWA_PORT), "127.0.0.1");
