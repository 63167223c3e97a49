"""The openai library, with the Responses API."""

import json

import openai
from pydantic import BaseModel

from target import CITY, GATEWAY, GREETING, KEY, PICTURE, faulty, model
from shared import EVERY, PERSON, WEATHER, arguments_name_paris, raises

TOOL = {"type": "function", "name": "get_weather", "description": "Tells the weather.", "parameters": CITY, "strict": False}


class Person(BaseModel):
    name: str
    age: int


class Responses:
    providers = {
        "chat": EVERY, "stream": EVERY, "tools": EVERY, "parallel_tools": EVERY, "tool_results": EVERY,
        "structured_output": EVERY, "images": EVERY, "count_tokens": EVERY, "errors": EVERY,
    }
    caller = "py-responses"

    def __init__(self):
        self.client = openai.OpenAI(base_url=GATEWAY + "/openai/v1", api_key=KEY, max_retries=0, timeout=30)

    def ask(self, provider, content, **more):
        return self.client.responses.create(model=more.pop("model", None) or model(provider), input=content, **more)

    def calls(self, answer):
        return [item for item in answer.output if item.type == "function_call"]

    def chat(self, provider):
        answer = self.ask(provider, "greet me")
        assert answer.output_text == GREETING
        assert answer.status == "completed"
        assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, 7)

    def stream(self, provider):
        events = list(self.ask(provider, "greet me", stream=True))
        assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == GREETING
        assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
        assert events[-1].response.usage.output_tokens == 7
        assert events[-1].response.output_text == GREETING

    def tools(self, provider):
        [call] = self.calls(self.ask(provider, "weather in Paris?", tools=[TOOL]))
        arguments_name_paris(call.arguments)

    def parallel_tools(self, provider):
        calls = self.calls(self.ask(provider, "Paris and Oslo?", tools=[TOOL]))
        assert len({c.call_id for c in calls}) == 2
        with self.client.responses.stream(model=model(provider), input="Paris and Oslo?", tools=[TOOL]) as events:
            calls = self.calls(events.get_final_response())
        assert [json.loads(c.arguments)["city"] for c in calls] == ["Paris", "Oslo"]

    def tool_results(self, provider):
        conversation = [{"role": "user", "content": "Paris and Oslo?"}]
        first = self.ask(provider, conversation, tools=[TOOL])
        conversation += first.output
        conversation += [
            {"type": "function_call_output", "call_id": c.call_id, "output": "21 degrees"} for c in self.calls(first)
        ]
        assert self.ask(provider, conversation, tools=[TOOL]).output_text == WEATHER

    def structured_output(self, provider):
        answer = self.client.responses.parse(model=model(provider), input="Who is it?", text_format=Person)
        assert answer.output_parsed.model_dump() == PERSON

    def images(self, provider):
        answer = self.ask(provider, [{"role": "user", "content": [
            {"type": "input_text", "text": "What is in the picture?"},
            {"type": "input_image", "image_url": f"data:image/png;base64,{PICTURE}", "detail": "auto"},
        ]}])
        assert answer.output_text == "One green pixel."

    def count_tokens(self, provider):
        counted = self.client.responses.input_tokens.count(
            model=model(provider), input="How many tokens are in this text?"
        )
        assert counted.input_tokens > 5

    def realtime(self, provider):
        """Responses over a WebSocket, one after the other."""
        with self.client.responses.connect() as connection:
            for _ in range(2):
                connection.response.create(model=model(provider), input="greet me")
                text = ""
                for event in connection:
                    if event.type == "response.output_text.delta":
                        text += event.delta
                    if event.type in ("response.completed", "response.failed", "error"):
                        break
                assert text == GREETING, event

    def errors(self, provider):
        for name, error in (
            (model(provider, "missing"), openai.NotFoundError), (model(provider, "refused"), openai.BadRequestError),
            (faulty("limited", provider, self.caller), openai.RateLimitError),
            (faulty("denied", provider, self.caller), openai.AuthenticationError),
            (faulty("forbidden", provider, self.caller), openai.PermissionDeniedError),
            (model(provider, "busy"), openai.InternalServerError),
        ):
            raises(error, lambda: self.ask(provider, "greet me", model=name))
            raises(error, lambda: self.ask(provider, "greet me", model=name, stream=True))
