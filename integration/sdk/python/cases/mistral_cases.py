"""The mistralai library."""

try:
    from mistralai.client import Mistral as Client  # from its second version on
    from mistralai.client.errors import SDKError
except ImportError:
    from mistralai import Mistral as Client
    from mistralai.models import SDKError
from pydantic import BaseModel

from target import CITY, EMBEDDING, GATEWAY, GREETING, KEY, PICTURE, faulty, model
from shared import PERSON, VECTOR, WEATHER, arguments_name_paris

TOOL = {"type": "function", "function": {"name": "get_weather", "description": "Tells the weather.", "parameters": CITY}}


class Person(BaseModel):
    name: str
    age: int


class Mistral:
    providers = {"embeddings": EMBEDDING, "models": ["openai"]}
    caller = "py-mistral"

    def __init__(self):
        self.client = Client(server_url=GATEWAY + "/mistral", api_key=KEY, timeout_ms=30000)

    def ask(self, provider, content, **more):
        messages = content if isinstance(content, list) and "role" in content[0] else [{"role": "user", "content": content}]
        return self.client.chat.complete(model=more.pop("model", None) or model(provider), messages=messages, **more)

    def models(self, provider):
        assert model(provider) in [m.id for m in self.client.models.list().data]

    def chat(self, provider):
        answer = self.ask(provider, "greet me", random_seed=None if provider == "anthropic" else 7)
        assert answer.choices[0].message.content == GREETING
        assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (11, 7)

    def stream(self, provider):
        events = list(self.client.chat.stream(
            model=model(provider), messages=[{"role": "user", "content": "greet me"}]
        ))
        assert events[-1].data.usage.completion_tokens == 7
        deltas = [e.data.choices[0].delta.content or "" for e in events if e.data.choices]
        assert "".join(deltas) == GREETING

    def tools(self, provider):
        [call] = self.ask(provider, "weather in Paris?", tools=[TOOL], tool_choice="any").choices[0].message.tool_calls
        arguments_name_paris(call.function.arguments)

    def parallel_tools(self, provider):
        calls = self.ask(provider, "Paris and Oslo?", tools=[TOOL]).choices[0].message.tool_calls
        assert len({c.id for c in calls}) == 2

    def tool_results(self, provider):
        messages = [{"role": "user", "content": "Paris and Oslo?"}]
        first = self.ask(provider, messages, tools=[TOOL]).choices[0].message
        messages.append(first.model_dump())
        messages += [
            {"role": "tool", "tool_call_id": c.id, "name": c.function.name, "content": "21 degrees"}
            for c in first.tool_calls
        ]
        assert self.ask(provider, messages, tools=[TOOL]).choices[0].message.content == WEATHER

    def structured_output(self, provider):
        answer = self.client.chat.parse(
            Person, model=model(provider), messages=[{"role": "user", "content": "Who is it?"}]
        )
        assert answer.choices[0].message.parsed.model_dump() == PERSON

    def images(self, provider):
        answer = self.ask(provider, [
            {"type": "text", "text": "What is in the picture?"},
            {"type": "image_url", "image_url": f"data:image/png;base64,{PICTURE}"},
        ])
        assert answer.choices[0].message.content == "One green pixel."

    def embeddings(self, provider):
        answer = self.client.embeddings.create(model=model(provider, EMBEDDING[provider]), inputs=["one", "two"])
        assert [item.embedding for item in answer.data] == [VECTOR, VECTOR]

    def errors(self, provider):
        for name, status in (
            (model(provider, "missing"), 404), (model(provider, "refused"), 400),
            (faulty("limited", provider, self.caller), 429), (faulty("denied", provider, self.caller), 401),
            (faulty("forbidden", provider, self.caller), 403), (model(provider, "busy"), 503),
        ):
            try:
                self.ask(provider, "greet me", model=name)
            except SDKError as error:
                assert error.raw_response.status_code == status, error
            else:
                raise AssertionError(f"no error {status}")
