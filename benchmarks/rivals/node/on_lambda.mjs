// Serves a function from Request to Response as a Lambda handler that streams.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export function streamed(answer) {
  return awslambda.streamifyResponse(async (event, stream) => {
    const { domainName, http } = event.requestContext;
    const response = await answer(
      new Request(`https://${domainName}${event.rawPath}`, {
        method: http.method,
        headers: event.headers,
        body: event.body,
      }),
    );
    const out = awslambda.HttpResponseStream.from(stream, {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
    });
    await pipeline(response.body ? Readable.fromWeb(response.body) : Readable.from([]), out);
  });
}
