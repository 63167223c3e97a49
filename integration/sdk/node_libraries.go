package sdk

var nodeBoth = []Environment{nodeNewest, nodeEarlier}

// node are the libraries for Node.
var node = []Library{
	{
		Title: "OpenAI", Package: "openai", Cases: "openai:OpenAI", Caller: "node-openai-cases", In: nodeBoth,
		Setup: `const client = new OpenAI({ baseURL: "http://127.0.0.1:8080/openai/v1", apiKey: KEY });`,
		Works: with(chats, Models, Embeddings, Media, Files, BaseURLs),
	},
	{
		Title: "OpenAI, Responses", Package: "openai", Cases: "responses:Responses", Caller: "node-responses", In: nodeBoth,
		Setup: `const client = new OpenAI({ baseURL: "http://127.0.0.1:8080/openai/v1", apiKey: KEY }); // client.responses.create(…)`,
		Works: chats,
	},
	{
		Title: "OpenAI, as Azure's", Package: "openai", Cases: "openai:Azure", Caller: "node-azure", In: nodeBoth,
		Setup: `const client = new AzureOpenAI({ endpoint: "http://127.0.0.1:8080", apiKey: KEY, apiVersion: "2024-10-21" });`,
		Works: with(chats, Models, Embeddings),
	},
	{
		Title: "Anthropic", Package: "@anthropic-ai/sdk", Cases: "anthropic:Anthropic", Caller: "node-anthropic-cases", In: nodeBoth,
		Setup: `const client = new Anthropic({ baseURL: "http://127.0.0.1:8080/anthropic", apiKey: KEY });`,
		Works: with(chats, Models, CountTokens, BaseURLs),
	},
	{
		Title: "Google Gen AI", Package: "@google/genai", Cases: "genai:Google", Caller: "node-genai-cases", In: nodeBoth,
		Setup: `const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: "http://127.0.0.1:8080/genai" } });`,
		Works: with(chats, Models, Embeddings, CountTokens, BaseURLs, Files),
	},
	{
		Title: "Google Gen AI, as Vertex AI's", Package: "@google/genai", Cases: "genai:Vertex", Caller: "node-vertex", In: nodeBoth,
		Setup: `const client = new GoogleGenAI({ vertexai: true, apiKey: KEY, httpOptions: { baseUrl: "http://127.0.0.1:8080/genai" } });`,
		Works: with(chats, CountTokens),
	},
	{
		Title: "AWS's, for Bedrock", Package: "@aws-sdk/client-bedrock-runtime", Cases: "bedrock:Bedrock", Caller: "node-bedrock", In: nodeBoth,
		Setup: `const client = new BedrockRuntimeClient({
  endpoint: "http://127.0.0.1:8080/bedrock", region: "us-east-1",
  credentials: { accessKeyId: KEY, secretAccessKey: "any" },
  requestHandler: new NodeHttpHandler(), // of @smithy/node-http-handler: HTTP/1.1, at an edge without a balancer
});`,
		Works: []Operation{Chat, Stream, Tools, ParallelTools, ToolResults, Images, Errors},
	},
	{
		Title: "Vercel AI SDK, OpenAI", Package: "@ai-sdk/openai", Cases: "ai:OpenAI", Caller: "node-ai-openai", In: nodeBoth,
		Setup: `const openai = createOpenAI({ baseURL: "http://127.0.0.1:8080/openai/v1", apiKey: KEY }); // openai.chat("anthropic/claude-sonnet-4-6")`,
		Works: with(chats, Embeddings),
	},
	{
		Title: "Vercel AI SDK, OpenAI Responses", Package: "@ai-sdk/openai", Cases: "ai:Responses", Caller: "node-ai-responses", In: nodeBoth,
		Setup: `const openai = createOpenAI({ baseURL: "http://127.0.0.1:8080/openai/v1", apiKey: KEY }); 
// openai("anthropic/claude-sonnet-4-6"), with providerOptions: { openai: { store: false } }`,
		Works: chats,
	},
	{
		Title: "Vercel AI SDK, Anthropic", Package: "@ai-sdk/anthropic", Cases: "ai:Anthropic", Caller: "node-ai-anthropic", In: nodeBoth,
		Setup: `const anthropic = createAnthropic({ baseURL: "http://127.0.0.1:8080/anthropic/v1", apiKey: KEY });`,
		Works: chats,
	},
	{
		Title: "Vercel AI SDK, Anthropic without /v1", Package: "@ai-sdk/anthropic", Cases: "ai:AnthropicWithoutVersion", Caller: "node-ai-anthropic-bare", In: nodeBoth,
		Setup: `const anthropic = createAnthropic({ baseURL: "http://127.0.0.1:8080/anthropic", apiKey: KEY });`,
		Works: chats,
	},
	{
		Title: "Vercel AI SDK, Google", Package: "@ai-sdk/google", Cases: "ai:Google", Caller: "node-ai-google", In: nodeBoth,
		Setup: `const google = createGoogleGenerativeAI({ baseURL: "http://127.0.0.1:8080/genai/v1beta", apiKey: KEY }); // google("models/openai/gpt-5-mini")`,
		Works: with(chats, Embeddings),
	},
}
