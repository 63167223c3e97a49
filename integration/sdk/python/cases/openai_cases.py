"""The openai library, also as Azure's."""

import base64
import json
import struct

import openai
from pydantic import BaseModel

from target import EMBEDDING, GATEWAY, GREETING, KEY, PICTURE, CITY, faulty, model
from shared import EVERY, PERSON, SOUND, VECTOR, WEATHER, arguments_name_paris, raises

TOOL = {"type": "function", "function": {"name": "get_weather", "description": "Tells the weather.", "parameters": CITY}}


class Person(BaseModel):
    name: str
    age: int


class OpenAI:
    providers = {
        "base_urls": ["openai"], "embeddings": EMBEDDING, "models": ["openai"], "media": ["openai", "custom"],
        "files": ["openai"], "realtime": ["openai"], "chat": EVERY, "stream": EVERY, "tools": EVERY, "parallel_tools": EVERY, "tool_results": EVERY,
        "structured_output": EVERY, "images": EVERY, "errors": EVERY,
    }
    caller = "py-openai-cases"

    def __init__(self):
        self.client = openai.OpenAI(base_url=GATEWAY + "/openai/v1", api_key=KEY, max_retries=0, timeout=30)

    def ask(self, provider, content, **more):
        messages = content if isinstance(content, list) and "role" in content[0] else [{"role": "user", "content": content}]
        return self.client.chat.completions.create(model=more.pop("model", None) or model(provider), messages=messages, **more)

    def models(self, provider):
        assert model(provider) in [m.id for m in self.client.models.list()]

    def chat(self, provider):
        answer = self.ask(provider, "greet me")
        assert answer.choices[0].message.content == GREETING
        assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (11, 7), answer

    def stream(self, provider):
        chunks = list(self.ask(provider, "greet me", stream=True, stream_options={"include_usage": True}))
        assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == GREETING
        assert chunks[-1].usage.prompt_tokens == 11

    def tools(self, provider):
        [call] = self.ask(provider, "weather in Paris?", tools=[TOOL]).choices[0].message.tool_calls
        arguments_name_paris(call.function.arguments)

    def parallel_tools(self, provider):
        calls = self.ask(provider, "Paris and Oslo?", tools=[TOOL]).choices[0].message.tool_calls
        assert len({c.id for c in calls}) == 2
        with self.client.chat.completions.stream(
            model=model(provider), messages=[{"role": "user", "content": "Paris and Oslo?"}], tools=[TOOL]
        ) as events:
            calls = events.get_final_completion().choices[0].message.tool_calls
        assert [json.loads(c.function.arguments)["city"] for c in calls] == ["Paris", "Oslo"]

    def tool_results(self, provider):
        messages = [{"role": "user", "content": "Paris and Oslo?"}]
        first = self.ask(provider, messages, tools=[TOOL]).choices[0].message
        messages.append(first.to_dict())
        messages += [{"role": "tool", "tool_call_id": c.id, "content": "21 degrees"} for c in first.tool_calls]
        assert self.ask(provider, messages, tools=[TOOL]).choices[0].message.content == WEATHER

    def structured_output(self, provider):
        answer = self.client.chat.completions.parse(
            model=model(provider), messages=[{"role": "user", "content": "Who is it?"}], response_format=Person
        )
        assert answer.choices[0].message.parsed.model_dump() == PERSON

    def images(self, provider):
        answer = self.ask(provider, [
            {"type": "text", "text": "What is in the picture?"},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}},
        ])
        assert answer.choices[0].message.content == "One green pixel."

    def embeddings(self, provider):
        answer = self.client.embeddings.create(model=model(provider, EMBEDDING[provider]), input=["one", "two"])
        assert [item.embedding for item in answer.data] == [VECTOR, VECTOR]
        packed = self.client.embeddings.create(
            model=model(provider, EMBEDDING[provider]), input="one", encoding_format="base64"
        )
        assert base64.b64decode(packed.data[0].embedding) == struct.pack("<4f", *VECTOR)

    def media(self, provider):
        picture = self.client.images.generate(model=model(provider, "gpt-image-1"), prompt="a pixel")
        assert picture.data[0].b64_json == PICTURE
        edited = self.client.images.edit(
            model=model(provider, "gpt-image-1"), prompt="greener", image=("a.png", base64.b64decode(PICTURE), "image/png")
        )
        assert edited.data[0].b64_json == PICTURE
        spoken = self.client.audio.speech.create(model=model(provider, "tts-1"), voice="alloy", input="hello")
        assert spoken.read() == SOUND
        heard = self.client.audio.transcriptions.create(model=model(provider, "whisper-1"), file=("a.mp3", SOUND))
        assert heard.text == f"heard {len(SOUND)} bytes by whisper-1"
        judged = self.client.moderations.create(model=model(provider, "omni-moderation-latest"), input="hello")
        assert judged.results[0].flagged is False

    def files(self, provider):
        made = self.client.files.create(file=("a.jsonl", b"{}"), purpose="batch")
        assert made.id == "file-1"
        assert self.client.files.content(made.id).read() == b"{}"
        assert [f.id for f in self.client.files.list()] == ["file-1"]
        batch = self.client.batches.create(input_file_id=made.id, endpoint="/v1/chat/completions", completion_window="24h")
        assert self.client.batches.retrieve(batch.id).status == "completed"
        assert self.client.files.delete(made.id).deleted

    def realtime(self, provider):
        # The older version takes it that each WebSocket has TLS.
        address = GATEWAY.replace("http://", "ws://") + "/openai/v1"
        with self.client.with_options(websocket_base_url=address).realtime.connect(model=model(provider, "gpt-realtime")) as connection:
            connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
            connection.conversation.item.create(
                item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "greet me"}]}
            )
            connection.response.create()
            text = ""
            for event in connection:
                if event.type == "response.output_text.delta":
                    text += event.delta
                if event.type in ("response.done", "error"):
                    break
        assert text == GREETING, event

    def base_urls(self, provider):
        for base in (
            "", "/", "/v1", "/v1/", "/openai", "/openai/", "/openai/v1/", "/litellm", "/litellm/v1", "/litellm/openai/v1",
            "/langchain", "/pydanticai/v1", "/cursor", "/cursor/v1", "//v1",
        ):
            client = openai.OpenAI(base_url=GATEWAY + base, api_key=KEY, max_retries=0, timeout=30)
            messages = [{"role": "user", "content": "greet me"}]
            answer = client.chat.completions.create(model=model(provider), messages=messages)
            assert answer.choices[0].message.content == GREETING, base
            assert client.models.retrieve(model(provider)).id == model(provider), base

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


class Azure(OpenAI):
    """The deployment is the model, and stands in the path."""

    caller = "py-azure"

    def __init__(self):
        self.client = openai.AzureOpenAI(
            azure_endpoint=GATEWAY, api_key=KEY, api_version="2024-10-21", max_retries=0, timeout=30
        )


class AzureBelowOpenAI(OpenAI):
    """The endpoint is OpenAI's prefix, which the library then has twice."""

    caller = "py-azure-openai"

    def __init__(self):
        self.client = openai.AzureOpenAI(
            azure_endpoint=GATEWAY + "/openai", api_key=KEY, api_version="2024-10-21", max_retries=0, timeout=30
        )
