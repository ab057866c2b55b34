// The tour of tests/end_to_end/tour.py, by the TypeScript SDK: its first major version if told
// "1", else its second in the mode it is told.

const ANSWERS = {
  username: "ada",
  email: "ada@example.com",
  name: "Ada",
  context: "weather",
};

const [url, mode] = process.argv.slice(2);
const CAPABILITIES = { elicitation: {}, sampling: {}, roots: {} };
const WHO = { name: "tour", version: "1" };

async function connect() {
  if (mode === "1") {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StreamableHTTPClientTransport } = await import(
      "@modelcontextprotocol/sdk/client/streamableHttp.js"
    );
    const types = await import("@modelcontextprotocol/sdk/types.js");
    const client = new Client(WHO, { capabilities: CAPABILITIES });
    client.setRequestHandler(types.ElicitRequestSchema, answerForm);
    client.setRequestHandler(types.CreateMessageRequestSchema, answerPrompt);
    client.setRequestHandler(types.ListRootsRequestSchema, listRoots);
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    return client;
  }
  const { Client, StreamableHTTPClientTransport } = await import(
    "@modelcontextprotocol/client"
  );
  const negotiation = ["auto", "legacy"].includes(mode) ? mode : { pin: mode };
  const client = new Client(WHO, {
    capabilities: CAPABILITIES,
    versionNegotiation: { mode: negotiation },
  });
  client.setRequestHandler("elicitation/create", answerForm);
  client.setRequestHandler("sampling/createMessage", answerPrompt);
  client.setRequestHandler("roots/list", listRoots);
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

async function answerForm({ params }) {
  const asked = Object.keys(params.requestedSchema.properties);
  const content = Object.fromEntries(asked.map((key) => [key, ANSWERS[key]]));
  return { action: "accept", content };
}

async function answerPrompt() {
  return { role: "assistant", model: "m", content: { type: "text", text: "Paris" } };
}

async function listRoots() {
  return { roots: [{ uri: "file:///work", name: "work" }] };
}

async function pages(read, items) {
  const found = [];
  let cursor;
  do {
    const page = await read(cursor === undefined ? undefined : { cursor });
    found.push(...page[items]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

async function tour(client) {
  const call = (name, args = {}, options = undefined) =>
    mode === "1"
      ? client.callTool({ name, arguments: args }, undefined, options)
      : client.callTool({ name, arguments: args }, options);
  const textOf = async (name, args) => (await call(name, args)).content[0].text;
  const progress = [];

  const tools = await pages((page) => client.listTools(page), "tools");
  const resources = await pages((page) => client.listResources(page), "resources");
  const templates = await pages(
    (page) => client.listResourceTemplates(page),
    "resourceTemplates",
  );
  const prompts = await pages((page) => client.listPrompts(page), "prompts");
  const mixed = await call("test_multiple_content_types");
  const failed = await call("test_error_handling");
  await call("test_tool_with_progress", {}, {
    onprogress: (report) => progress.push(report.progress),
  });
  const read = await client.readResource({ uri: "test://static-text" });
  const made = await client.readResource({ uri: "test://template/7/data" });
  const prompt = await client.getPrompt({
    name: "test_prompt_with_arguments",
    arguments: { arg1: "green", arg2: "b" },
  });
  const asked = await client.getPrompt({ name: "test_input_required_result_prompt" });
  const suggested = await client.complete({
    ref: { type: "ref/prompt", name: "test_prompt_with_arguments" },
    argument: { name: "arg1", value: "gr" },
  });
  return {
    tools: tools.map((tool) => tool.name),
    resources: resources.map((resource) => resource.uri),
    templates: templates.map((template) => template.uriTemplate),
    prompts: prompts.map((each) => each.name),
    text: await textOf("test_simple_text"),
    kinds: mixed.content.map((block) => block.type),
    has_failed: failed.isError,
    progress,
    resource: read.contents[0].text,
    made: JSON.parse(made.contents[0].text),
    prompt: prompt.messages[0].content.text,
    suggested: suggested.completion.values,
    elicited: await textOf("test_elicitation", { message: "Who?" }),
    sampled: await textOf("test_sampling", { prompt: "Capital of France?" }),
    roots: await textOf("test_input_required_result_list_roots"),
    together: await textOf("test_input_required_result_multiple_inputs"),
    asked: asked.messages[0].content.text,
  };
}

const client = await connect();
console.log(JSON.stringify(await tour(client)));
await client.close();
