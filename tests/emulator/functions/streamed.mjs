// A streamed handler as AWS's own runtime for Node runs it: between its two chunks it waits until
// the test at the port named by the path opens the gate.
import { once } from "node:events";
import { connect } from "node:net";

export const handler = awslambda.streamifyResponse(async (event, responseStream, context) => {
  const [, action, port] = event.rawPath.split("/");
  if (action === "early") throw new Error("before the first byte");
  if (action === "empty") {
    awslambda.HttpResponseStream.from(responseStream, { statusCode: 204 }).end();
    return;
  }
  const stream = awslambda.HttpResponseStream.from(responseStream, {
    statusCode: 201,
    headers: { "content-type": "text/event-stream", "x-request": context.awsRequestId },
    cookies: ["a=1", "b=2"],
  });
  stream.write("first");
  const gate = connect(Number(port), "127.0.0.1");
  await once(gate, "data");
  gate.destroy();
  if (action === "late") throw new Error("after the first byte");
  stream.write("second");
  stream.end();
});
