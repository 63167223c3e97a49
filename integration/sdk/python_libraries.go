package sdk

// chats are the operations that a framework for conversations has.
var chats = []Operation{Chat, Stream, Tools, ParallelTools, ToolResults, StructuredOutput, Images, Errors}

var (
	own        = []Environment{pythonNewest, pythonEarlier}
	frameworks = []Environment{pythonFrameworks, pythonEarlier}
)

func with(some []Operation, more ...Operation) []Operation {
	return append(append([]Operation(nil), some...), more...)
}

// python are the libraries for Python.
var python = []Library{
	{
		Title: "OpenAI", Package: "openai", Cases: "openai:OpenAI", Caller: "py-openai-cases", In: own,
		Setup: `client = OpenAI(base_url="http://127.0.0.1:8080/openai/v1", api_key=KEY)`,
		Works: with(chats, Models, Embeddings, Media, Files, Realtime, BaseURLs),
	},
	{
		Title: "OpenAI, Responses", Package: "openai", Cases: "responses:Responses", Caller: "py-responses", In: own,
		Setup: `client = OpenAI(base_url="http://127.0.0.1:8080/openai/v1", api_key=KEY) # client.responses.create(…)`,
		Works: with(chats, CountTokens, Realtime),
		Newer: []Operation{Realtime},
	},
	{
		Title: "OpenAI, as Azure's", Package: "openai", Cases: "openai:Azure", Caller: "py-azure", In: own,
		Setup: `client = AzureOpenAI(azure_endpoint="http://127.0.0.1:8080", api_key=KEY, api_version="2024-10-21")`,
		Works: with(chats, Models, Embeddings, Media),
	},
	{
		Title: "OpenAI, as Azure's below /openai", Package: "openai", Cases: "openai:AzureBelowOpenAI", Caller: "py-azure-openai", In: own,
		Setup: `client = AzureOpenAI(azure_endpoint="http://127.0.0.1:8080/openai", api_key=KEY, api_version="2024-10-21")`,
		Works: with(chats, Models, Embeddings),
	},
	{
		Title: "Anthropic", Package: "anthropic", Cases: "anthropic:Anthropic", Caller: "py-anthropic-cases", In: own,
		Setup: `client = Anthropic(base_url="http://127.0.0.1:8080/anthropic", api_key=KEY)`,
		Works: with(chats, Models, CountTokens, BaseURLs, Files),
	},
	{
		Title: "Anthropic, as Bedrock's", Package: "anthropic", Cases: "anthropic:Bedrock", Caller: "py-anthropic-bedrock", In: own,
		Setup: `client = AnthropicBedrock(base_url="http://127.0.0.1:8080/bedrock", aws_access_key=KEY, aws_secret_key="any", aws_region="us-east-1")`,
		Works: chats,
	},
	{
		Title: "Google Gen AI", Package: "google-genai", Cases: "genai:Google", Caller: "py-genai-cases", In: own,
		Setup: `client = genai.Client(api_key=KEY, http_options={"base_url": "http://127.0.0.1:8080/genai"})`,
		Works: with(chats, Models, Embeddings, CountTokens, BaseURLs, Files),
	},
	{
		Title: "Google Gen AI, as Vertex AI's", Package: "google-genai", Cases: "genai:Vertex", Caller: "py-vertex", In: own,
		Setup: `client = genai.Client(vertexai=True, api_key=KEY, http_options={"base_url": "http://127.0.0.1:8080/genai"})`,
		Works: with(chats, CountTokens),
	},
	{
		Title: "Mistral", Package: "mistralai", Cases: "mistral:Mistral", Caller: "py-mistral", In: own,
		Setup: `client = Mistral(server_url="http://127.0.0.1:8080/mistral", api_key=KEY)`,
		Works: with(chats, Models, Embeddings),
	},
	{
		Title: "Cohere", Package: "cohere", Cases: "cohere:Cohere", Caller: "py-cohere", In: own,
		Setup: `client = cohere.ClientV2(base_url="http://127.0.0.1:8080/cohere", api_key=KEY)`,
		Works: with(chats, Models, Embeddings, Rerank),
	},
	{
		Title: "AWS's, for Bedrock", Package: "boto3", Cases: "bedrock:Bedrock", Caller: "py-bedrock", In: own,
		Setup: `client = boto3.client("bedrock-runtime", endpoint_url="http://127.0.0.1:8080/bedrock", region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key="any")`,
		Works: []Operation{Chat, Stream, Tools, ParallelTools, ToolResults, Images, Errors},
	},
	{
		Title: "LangChain, OpenAI", Package: "langchain-openai", Cases: "langchain:OpenAI", Caller: "py-langchain-openai", In: frameworks,
		Setup: `llm = ChatOpenAI(model="anthropic/claude-sonnet-4-6", base_url="http://127.0.0.1:8080/langchain/openai/v1", api_key=KEY)`,
		Works: with(chats, Embeddings),
	},
	{
		Title: "LangChain, OpenAI Responses", Package: "langchain-openai", Cases: "langchain:Responses", Caller: "py-langchain-responses", In: frameworks,
		Setup: `llm = ChatOpenAI(model="anthropic/claude-sonnet-4-6", base_url="http://127.0.0.1:8080/langchain/openai/v1", api_key=KEY, use_responses_api=True)`,
		Works: chats,
	},
	{
		Title: "LangChain, Anthropic", Package: "langchain-anthropic", Cases: "langchain:Anthropic", Caller: "py-langchain-anthropic", In: frameworks,
		Setup: `llm = ChatAnthropic(model="openai/gpt-5-mini", base_url="http://127.0.0.1:8080/langchain/anthropic", api_key=KEY)`,
		Works: chats,
		Newer: []Operation{StructuredOutput},
	},
	{
		Title: "LangChain, Google", Package: "langchain-google-genai", Cases: "langchain:Google", In: []Environment{pythonFrameworks},
		Setup: `llm = ChatGoogleGenerativeAI(model="openai/gpt-5-mini", base_url="http://127.0.0.1:8080/langchain/genai", api_key=KEY)`,
		Works: with(chats, Embeddings),
	},
	{
		Title: "Pydantic AI, OpenAI", Package: "pydantic-ai-slim", Cases: "pydantic_ai:OpenAI", Caller: "py-pydantic-openai", In: own,
		Setup: `model = OpenAIChatModel("anthropic/claude-sonnet-4-6", provider=OpenAIProvider(base_url="http://127.0.0.1:8080/pydanticai/openai/v1", api_key=KEY))`,
		Works: []Operation{Chat, Stream, ToolResults, StructuredOutput, Images, Errors},
	},
	{
		Title: "Pydantic AI, OpenAI Responses", Package: "pydantic-ai-slim", Cases: "pydantic_ai:Responses", Caller: "py-pydantic-responses", In: own,
		Setup: `model = OpenAIResponsesModel("anthropic/claude-sonnet-4-6", provider=OpenAIProvider(base_url="http://127.0.0.1:8080/pydanticai/openai/v1", api_key=KEY))`,
		Works: []Operation{Chat, Stream, ToolResults, StructuredOutput, Images, Errors},
	},
	{
		Title: "Pydantic AI, Anthropic", Package: "pydantic-ai-slim", Cases: "pydantic_ai:Anthropic", Caller: "py-pydantic-anthropic", In: own,
		Setup: `model = AnthropicModel("openai/gpt-5-mini", provider=AnthropicProvider(base_url="http://127.0.0.1:8080/pydanticai/anthropic", api_key=KEY))`,
		Works: []Operation{Chat, Stream, ToolResults, Images, Errors},
	},
	{
		Title: "Pydantic AI, Google", Package: "pydantic-ai-slim", Cases: "pydantic_ai:Google", Caller: "py-pydantic-google", In: own,
		Setup: `model = GoogleModel("openai/gpt-5-mini", provider=GoogleProvider(base_url="http://127.0.0.1:8080/pydanticai/genai", api_key=KEY))`,
		Works: []Operation{Chat, Stream, ToolResults, StructuredOutput, Images, Errors},
		Newer: []Operation{Errors},
	},
	{
		Title: "LiteLLM, as OpenAI", Package: "litellm", Cases: "litellm:OpenAI", Caller: "py-litellm-openai", In: frameworks,
		Setup: `litellm.completion(model="openai/anthropic/claude-sonnet-4-6", api_base="http://127.0.0.1:8080/litellm", api_key=KEY, …)`,
		Works: with(chats, Embeddings),
	},
	{
		Title: "LiteLLM, as Anthropic", Package: "litellm", Cases: "litellm:Anthropic", Caller: "py-litellm-anthropic", In: frameworks,
		Setup: `litellm.completion(model="anthropic/openai/gpt-5-mini", api_base="http://127.0.0.1:8080/litellm", api_key=KEY, …)`,
		Works: []Operation{Chat, Stream, Tools, ParallelTools, ToolResults, Images, Errors},
	},
	{
		Title: "LiteLLM, as Google", Package: "litellm", Cases: "litellm:Google", Caller: "py-litellm-google", In: frameworks,
		Setup: `litellm.completion(model="gemini/openai/gpt-5-mini", api_base="http://127.0.0.1:8080/litellm", api_key=KEY, …)`,
		Works: []Operation{Chat, Stream, Tools, ParallelTools, ToolResults, Images, Errors},
	},
	{
		Title: "LlamaIndex", Package: "llama-index-llms-openai-like", Cases: "llama_index:LlamaIndex", Caller: "py-llama-index", In: frameworks,
		Setup: `llm = OpenAILike(model="anthropic/claude-sonnet-4-6", api_base="http://127.0.0.1:8080/v1", api_key=KEY, is_chat_model=True, is_function_calling_model=True)`,
		Works: []Operation{Chat, Stream, Tools, ParallelTools, ToolResults, Images, Errors},
	},
	{
		Title: "Instructor", Package: "instructor", Cases: "instructor:Instructor", In: frameworks,
		Setup: `client = instructor.from_openai(OpenAI(base_url="http://127.0.0.1:8080/openai/v1", api_key=KEY))`,
		Works: []Operation{StructuredOutput},
	},
}
