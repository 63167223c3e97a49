"""LangChain, with its packages for OpenAI, Anthropic and Google."""

import importlib

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel

from target import EMBEDDING, GATEWAY, GREETING, KEY, PICTURE, faulty, model
from shared import PERSON, VECTOR, WEATHER, arguments_name_paris, raises


@tool
def get_weather(city: str) -> str:
    """Tells the weather."""
    return city


class Person(BaseModel):
    """A person."""

    name: str
    age: int


class Chain:
    embedder = None

    def text(self, message):
        content = message.content
        return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)

    def chat(self, provider):
        answer = self.chain(model(provider)).invoke("greet me")
        assert self.text(answer) == GREETING
        assert (answer.usage_metadata["input_tokens"], answer.usage_metadata["output_tokens"]) == (11, 7)

    def stream(self, provider):
        assert "".join(self.text(c) for c in self.chain(model(provider)).stream("greet me")) == GREETING

    def tools(self, provider):
        [call] = self.chain(model(provider)).bind_tools([get_weather]).invoke("weather in Paris?").tool_calls
        arguments_name_paris(call["args"])

    def parallel_tools(self, provider):
        calls = self.chain(model(provider)).bind_tools([get_weather]).invoke("Paris and Oslo?").tool_calls
        assert [c["args"]["city"] for c in calls] == ["Paris", "Oslo"]
        streamed = None
        for chunk in self.chain(model(provider)).bind_tools([get_weather]).stream("Paris and Oslo?"):
            streamed = chunk if streamed is None else streamed + chunk
        assert [c["args"]["city"] for c in streamed.tool_calls] == ["Paris", "Oslo"]

    def tool_results(self, provider):
        chain = self.chain(model(provider)).bind_tools([get_weather])
        question = HumanMessage("Paris and Oslo?")
        first = chain.invoke([question])
        results = [ToolMessage("21 degrees", tool_call_id=c["id"], name=c["name"]) for c in first.tool_calls]
        assert self.text(chain.invoke([question, first, *results])) == WEATHER

    def images(self, provider):
        answer = self.chain(model(provider)).invoke([HumanMessage([
            {"type": "text", "text": "What is in the picture?"},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}},
        ])])
        assert self.text(answer) == "One green pixel."

    def structured_output(self, provider):
        chain = self.chain(model(provider)).with_structured_output(Person, method="json_schema")
        assert chain.invoke("Who is it?").model_dump() == PERSON


class OpenAI(Chain):
    providers = {"embeddings": EMBEDDING}
    caller = "py-langchain-openai"

    def chain(self, name):
        return importlib.import_module("langchain_openai").ChatOpenAI(
            model=name, base_url=GATEWAY + "/langchain/openai/v1", api_key=KEY, max_retries=0, timeout=30,
            stream_usage=True, use_responses_api=False,
        )

    def embeddings(self, provider):
        embedder = importlib.import_module("langchain_openai").OpenAIEmbeddings(
            model=model(provider, EMBEDDING[provider]), base_url=GATEWAY + "/langchain/openai/v1", api_key=KEY,
            check_embedding_ctx_length=False,
        )
        assert embedder.embed_documents(["one", "two"]) == [VECTOR, VECTOR]

    def errors(self, provider):
        sdk = importlib.import_module("openai")
        for name, error in (
            (model(provider, "missing"), sdk.NotFoundError), (model(provider, "refused"), sdk.BadRequestError),
            (faulty("limited", provider, self.caller), sdk.RateLimitError),
            (faulty("denied", provider, self.caller), sdk.AuthenticationError),
        ):
            raises(error, lambda: self.chain(name).invoke("greet me"))


class Anthropic(Chain):
    caller = "py-langchain-anthropic"

    def chain(self, name):
        return importlib.import_module("langchain_anthropic").ChatAnthropic(
            model=name, base_url=GATEWAY + "/langchain/anthropic", api_key=KEY, max_retries=0, timeout=30, max_tokens=100,
        )

    def errors(self, provider):
        sdk = importlib.import_module("anthropic")
        for name, error in (
            (model(provider, "missing"), sdk.NotFoundError), (model(provider, "refused"), sdk.BadRequestError),
            (faulty("limited", provider, self.caller), sdk.RateLimitError),
            (faulty("denied", provider, self.caller), sdk.AuthenticationError),
        ):
            raises(error, lambda: self.chain(name).invoke("greet me"))


class Google(Chain):
    providers = {"embeddings": EMBEDDING}
    caller = "py-langchain-google"

    def chain(self, name):
        return importlib.import_module("langchain_google_genai").ChatGoogleGenerativeAI(
            model=name, base_url=GATEWAY + "/langchain/genai", api_key=KEY, max_retries=1, timeout=30, transport="rest",
        )

    def embeddings(self, provider):
        embedder = importlib.import_module("langchain_google_genai").GoogleGenerativeAIEmbeddings(
            model=model(provider, EMBEDDING[provider]), base_url=GATEWAY + "/langchain/genai", api_key=KEY,
        )
        assert embedder.embed_documents(["one", "two"]) == [VECTOR, VECTOR]

    def errors(self, provider):
        sdk = importlib.import_module("langchain_google_genai.chat_models")
        for name in (model(provider, "missing"), model(provider, "refused")):
            raises(sdk.ChatGoogleGenerativeAIError, lambda: self.chain(name).invoke("greet me"))


class Responses(OpenAI):
    """LangChain's OpenAI with the Responses API."""

    caller = "py-langchain-responses"

    def chain(self, name):
        return importlib.import_module("langchain_openai").ChatOpenAI(
            model=name, base_url=GATEWAY + "/langchain/openai/v1", api_key=KEY, max_retries=0, timeout=30,
            use_responses_api=True,
        )
