// Answers every event with the same streamed octets.
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.setContentType("application/json");
  stream.write("1");
  stream.end();
});
