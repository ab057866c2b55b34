// The three tools; both major versions of the official SDK take them in this form.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const PAUSE_MS = 2;
let items;

// `report(extra, params)` sends one progress notification.
export function addTools(server, report) {
  server.registerTool(
    "add",
    { description: "Add two integers.", inputSchema: z.object({ a: z.int(), b: z.int() }) },
    ({ a, b }) => text(String(a + b)),
  );
  server.registerTool(
    "read_item",
    { description: "Read the text of an item.", inputSchema: z.object({ key: z.string() }) },
    async ({ key }) => {
      // As a careful author would: only this tool pays for it.
      const { DynamoDBClient, GetItemCommand } = await import("@aws-sdk/client-dynamodb");
      items ??= new DynamoDBClient();
      const wanted = new GetItemCommand({ TableName: "items", Key: { key: { S: key } } });
      return text((await items.send(wanted)).Item.text.S);
    },
  );
  server.registerTool(
    "count",
    {
      description: "Count to n and tell each number's moment.",
      inputSchema: z.object({ n: z.int() }),
    },
    async ({ n }, extra) => {
      for (let number = 1; number <= n; number++) {
        await sleep(PAUSE_MS);
        const message = String(process.hrtime.bigint());
        await report(extra, { progress: number, total: n, message });
      }
      return text("done");
    },
  );
  return server;
}

function text(words) {
  return { content: [{ type: "text", text: words }] };
}
