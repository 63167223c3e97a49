"""LiteLLM as a client, in each of the three dialects."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # no prices from elsewhere

import litellm
from pydantic import BaseModel

from target import CITY, EMBEDDING, GATEWAY, GREETING, KEY, PICTURE, faulty, model
from shared import PERSON, VECTOR, WEATHER, arguments_name_paris, raises

TOOL = {"type": "function", "function": {"name": "get_weather", "description": "Tells the weather.", "parameters": CITY}}
litellm.suppress_debug_info = True
litellm.telemetry = False


class Person(BaseModel):
    name: str
    age: int


class Client:
    def ask(self, provider, content, **more):
        messages = content if isinstance(content, list) and "role" in content[0] else [{"role": "user", "content": content}]
        return litellm.completion(
            model=self.dialect + "/" + (more.pop("model", None) or model(provider)), messages=messages,
            api_base=GATEWAY + self.base, api_key=KEY, num_retries=0, max_retries=0, timeout=30, **more,
        )

    def chat(self, provider):
        answer = self.ask(provider, "greet me")
        assert answer.choices[0].message.content == GREETING
        assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (11, 7)

    def stream(self, provider):
        chunks = list(self.ask(provider, "greet me", stream=True))
        assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == GREETING

    def tools(self, provider):
        [call] = self.ask(provider, "weather in Paris?", tools=[TOOL]).choices[0].message.tool_calls
        arguments_name_paris(call.function.arguments)

    def parallel_tools(self, provider):
        calls = self.ask(provider, "Paris and Oslo?", tools=[TOOL]).choices[0].message.tool_calls
        assert len({c.id for c in calls}) == 2

    def tool_results(self, provider):
        messages = [{"role": "user", "content": "Paris and Oslo?"}]
        first = self.ask(provider, messages, tools=[TOOL]).choices[0].message
        messages.append(first.model_dump())
        messages += [{"role": "tool", "tool_call_id": c.id, "content": "21 degrees"} for c in first.tool_calls]
        assert self.ask(provider, messages, tools=[TOOL]).choices[0].message.content == WEATHER

    def images(self, provider):
        answer = self.ask(provider, [
            {"type": "text", "text": "What is in the picture?"},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}},
        ])
        assert answer.choices[0].message.content == "One green pixel."

    def errors(self, provider):
        for name, error in (
            (model(provider, "missing"), litellm.NotFoundError), (model(provider, "refused"), litellm.BadRequestError),
            (faulty("limited", provider, self.caller), litellm.RateLimitError),
            (faulty("denied", provider, self.caller), litellm.AuthenticationError),
        ):
            raises(error, lambda: self.ask(provider, "greet me", model=name))


class OpenAI(Client):
    providers = {"embeddings": EMBEDDING}
    dialect, base, caller = "openai", "/litellm", "py-litellm-openai"

    def structured_output(self, provider):
        answer = self.ask(provider, "Who is it?", response_format=Person)
        assert Person.model_validate_json(answer.choices[0].message.content).model_dump() == PERSON

    def embeddings(self, provider):
        answer = litellm.embedding(
            model="openai/" + model(provider, EMBEDDING[provider]), input=["one", "two"], api_base=GATEWAY + self.base,
            api_key=KEY, encoding_format="float",
        )
        assert [item["embedding"] for item in answer.data] == [VECTOR, VECTOR]


class Anthropic(Client):
    dialect, base, caller = "anthropic", "/litellm", "py-litellm-anthropic"


class Google(Client):
    # It sends Gemini fields in snake case, which Google reads and the mock does not.
    providers = {"tool_results": ("openai", "anthropic")}
    dialect, base, caller = "gemini", "/litellm", "py-litellm-google"
