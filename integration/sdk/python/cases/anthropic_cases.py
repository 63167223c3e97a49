"""The anthropic library."""

import json

import anthropic

from target import CITY, GATEWAY, GREETING, KEY, PICTURE, PERSON as PERSON_SCHEMA, faulty, model
from shared import EVERY, PERSON, WEATHER, arguments_name_paris, raises

TOOL = {"name": "get_weather", "description": "Tells the weather.", "input_schema": CITY}


class Anthropic:
    providers = {
        "base_urls": ["openai"], "files": ["anthropic"], "models": ["anthropic"],
        "chat": EVERY, "stream": EVERY, "tools": EVERY,
        "parallel_tools": EVERY, "tool_results": EVERY, "structured_output": EVERY, "images": EVERY, "errors": EVERY,
    }
    caller = "py-anthropic-cases"
    busy = anthropic.InternalServerError

    def __init__(self):
        self.client = anthropic.Anthropic(base_url=GATEWAY + "/anthropic", api_key=KEY, max_retries=0, timeout=30)

    def ask(self, provider, content, **more):
        messages = content if isinstance(content, list) and "role" in content[0] else [{"role": "user", "content": content}]
        return self.client.messages.create(
            model=more.pop("model", None) or model(provider), max_tokens=100, messages=messages, **more
        )

    def models(self, provider):
        assert model(provider) in [m.id for m in self.client.models.list()]

    def chat(self, provider):
        answer = self.ask(provider, "greet me")
        assert answer.content[0].text == GREETING
        assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, 7)

    def stream(self, provider):
        with self.client.messages.stream(
            model=model(provider), max_tokens=100, messages=[{"role": "user", "content": "greet me"}]
        ) as events:
            assert "".join(events.text_stream) == GREETING
            assert events.get_final_message().usage.output_tokens == 7

    def tools(self, provider):
        answer = self.ask(provider, "weather in Paris?", tools=[TOOL])
        [call] = [block for block in answer.content if block.type == "tool_use"]
        arguments_name_paris(call.input)
        assert answer.stop_reason == "tool_use"

    def parallel_tools(self, provider):
        answer = self.ask(provider, "Paris and Oslo?", tools=[TOOL])
        assert len({block.id for block in answer.content if block.type == "tool_use"}) == 2
        with self.client.messages.stream(
            model=model(provider), max_tokens=100, messages=[{"role": "user", "content": "Paris and Oslo?"}], tools=[TOOL]
        ) as events:
            answer = events.get_final_message()
        assert [block.input["city"] for block in answer.content if block.type == "tool_use"] == ["Paris", "Oslo"]

    def tool_results(self, provider):
        messages = [{"role": "user", "content": "Paris and Oslo?"}]
        first = self.ask(provider, messages, tools=[TOOL])
        messages += [
            {"role": "assistant", "content": first.content},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": block.id, "content": "21 degrees"}
                for block in first.content if block.type == "tool_use"
            ]},
        ]
        assert self.ask(provider, messages, tools=[TOOL]).content[0].text == WEATHER

    def structured_output(self, provider):
        answer = self.ask(provider, "Who is it?", extra_body={
            "output_config": {"format": {"type": "json_schema", "schema": PERSON_SCHEMA}}
        })
        assert json.loads(answer.content[0].text) == PERSON

    def images(self, provider):
        answer = self.ask(provider, [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}},
            {"type": "text", "text": "What is in the picture?"},
        ])
        assert answer.content[0].text == "One green pixel."

    def count_tokens(self, provider):
        counted = self.client.messages.count_tokens(
            model=model(provider), messages=[{"role": "user", "content": "How many tokens are in this text?"}]
        )
        assert counted.input_tokens > 5

    def files(self, provider):
        """Batches, and the file of their results."""
        batches = self.client.messages.batches
        made = batches.create(requests=[{"custom_id": "one", "params": {
            "model": "claude-sonnet-4-6", "max_tokens": 9, "messages": [{"role": "user", "content": "greet me"}]
        }}])
        assert batches.retrieve(made.id).processing_status == "ended"
        assert [r.custom_id for r in batches.results(made.id)] == ["one"]

    def base_urls(self, provider):
        for base in (
            "", "/", "/v1", "/anthropic", "/anthropic/", "/anthropic/v1", "/litellm", "/litellm/anthropic", "/langchain/anthropic/",
            "/pydanticai",
        ):
            client = anthropic.Anthropic(base_url=GATEWAY + base, api_key=KEY, max_retries=0, timeout=30)
            messages = [{"role": "user", "content": "greet me"}]
            answer = client.messages.create(model=model(provider), max_tokens=100, messages=messages)
            assert answer.content[0].text == GREETING, base
            counted = client.messages.count_tokens(model=model(provider), messages=messages)
            assert counted.input_tokens > 0, base

    def errors(self, provider):
        for name, error in (
            (model(provider, "missing"), anthropic.NotFoundError), (model(provider, "refused"), anthropic.BadRequestError),
            (faulty("limited", provider, self.caller), anthropic.RateLimitError),
            (faulty("denied", provider, self.caller), anthropic.AuthenticationError),
            (faulty("forbidden", provider, self.caller), anthropic.PermissionDeniedError),
            (model(provider, "busy"), self.busy),
        ):
            raises(error, lambda: self.ask(provider, "greet me", model=name))
            raises(error, lambda: self.ask(provider, "greet me", model=name, stream=True))


class Bedrock(Anthropic):
    """As Amazon Bedrock's: the access key is the virtual key."""

    caller = "py-anthropic-bedrock"
    busy = anthropic.APIStatusError  # which of its kinds depends on the version

    def __init__(self):
        self.client = anthropic.AnthropicBedrock(
            base_url=GATEWAY + "/bedrock", aws_access_key=KEY, aws_secret_key="any", aws_region="us-east-1", max_retries=0,
            timeout=30,
        )
