"""The cohere library."""

import cohere
from cohere import errors

from target import CITY, EMBEDDING, GATEWAY, GREETING, KEY, PERSON as PERSON_SCHEMA, PICTURE, faulty, model
from shared import PERSON, VECTOR, WEATHER, arguments_name_paris, raises

import json

TOOL = {"type": "function", "function": {"name": "get_weather", "description": "Tells the weather.", "parameters": CITY}}
EVERY = ("openai", "anthropic", "gemini", "cohere")


class Cohere:
    providers = {
        "models": ["cohere"], "chat": EVERY, "stream": EVERY, "tools": EVERY, "embeddings": EMBEDDING, "rerank": ["cohere"],
    }
    caller = "py-cohere"

    def __init__(self):
        self.client = cohere.ClientV2(base_url=GATEWAY + "/cohere", api_key=KEY, timeout=30)

    def name(self, provider):
        return model(provider)

    def ask(self, provider, content, **more):
        messages = content if isinstance(content, list) and "role" in content[0] else [{"role": "user", "content": content}]
        return self.client.chat(model=more.pop("model", None) or self.name(provider), messages=messages, **more)

    def models(self, provider):
        assert model("openai") in [m.name for m in self.client.models.list(page_size=1000).models]

    def chat(self, provider):
        answer = self.ask(provider, "greet me")
        assert answer.message.content[0].text == GREETING
        assert answer.finish_reason == "COMPLETE"

    def stream(self, provider):
        events = list(self.client.chat_stream(model=self.name(provider), messages=[{"role": "user", "content": "greet me"}]))
        deltas = [e.delta.message.content.text for e in events if e.type == "content-delta"]
        assert "".join(deltas) == GREETING
        assert events[-1].type == "message-end"

    def tools(self, provider):
        [call] = self.ask(provider, "weather in Paris?", tools=[TOOL]).message.tool_calls
        arguments_name_paris(call.function.arguments)

    def parallel_tools(self, provider):
        calls = self.ask(provider, "Paris and Oslo?", tools=[TOOL]).message.tool_calls
        assert len({c.id for c in calls}) == 2

    def tool_results(self, provider):
        messages = [{"role": "user", "content": "Paris and Oslo?"}]
        first = self.ask(provider, messages, tools=[TOOL]).message
        messages.append(first)
        messages += [{"role": "tool", "tool_call_id": c.id, "content": "21 degrees"} for c in first.tool_calls]
        answer = self.client.chat(model=self.name(provider), messages=messages, tools=[TOOL])
        assert answer.message.content[0].text == WEATHER

    def structured_output(self, provider):
        answer = self.ask(provider, "Who is it?", response_format={"type": "json_object", "json_schema": PERSON_SCHEMA})
        assert json.loads(answer.message.content[0].text) == PERSON

    def images(self, provider):
        answer = self.ask(provider, [
            {"type": "text", "text": "What is in the picture?"},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}},
        ])
        assert answer.message.content[0].text == "One green pixel."

    def embeddings(self, provider):
        answer = self.client.embed(
            model=model(provider, EMBEDDING[provider]), texts=["one", "two"], input_type="search_query",
            embedding_types=["float"],
        )
        assert answer.embeddings.float_ == [VECTOR, VECTOR]

    def rerank(self, provider):
        answer = self.client.rerank(model=model(provider, "rerank-v3.5"), query="a", documents=["b", "a"], top_n=2)
        assert [r.index for r in answer.results] == [1, 0]

    def errors(self, provider):
        for name, error in (
            (model(provider, "missing"), errors.NotFoundError), (model(provider, "refused"), errors.BadRequestError),
            (faulty("limited", provider, self.caller), errors.TooManyRequestsError),
            (faulty("denied", provider, self.caller), errors.UnauthorizedError),
            (faulty("forbidden", provider, self.caller), errors.ForbiddenError),
            (model(provider, "busy"), errors.ServiceUnavailableError),
        ):
            raises(error, lambda: self.ask(provider, "greet me", model=name, request_options={"max_retries": 0}))
