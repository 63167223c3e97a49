"""The google-genai library."""

from google import genai
from google.genai import errors, types
from pydantic import BaseModel

import base64
import io

from target import CITY, EMBEDDING, GATEWAY, GREETING, KEY, PICTURE, faulty, model
from shared import EVERY, PERSON, VECTOR, WEATHER, arguments_name_paris

TOOL = types.Tool(function_declarations=[{
    "name": "get_weather", "description": "Tells the weather.", "parameters_json_schema": CITY,
}])


class Person(BaseModel):
    name: str
    age: int


class Google:
    providers = {
        "base_urls": ["openai"], "files": ["gemini"], "embeddings": EMBEDDING, "models": ["gemini"],
        "chat": EVERY, "stream": EVERY, "tools": EVERY,
        "parallel_tools": EVERY, "tool_results": EVERY, "structured_output": EVERY, "images": EVERY, "errors": EVERY,
    }
    caller = "py-genai-cases"

    def __init__(self):
        self.client = genai.Client(api_key=KEY, http_options={"base_url": GATEWAY + "/genai"})

    def ask(self, provider, contents, **config):
        return self.client.models.generate_content(
            model=config.pop("model", None) or model(provider), contents=contents,
            config=types.GenerateContentConfig(**config),
        )

    def models(self, provider):
        assert f"models/{model(provider)}" in [m.name for m in self.client.models.list()]

    def chat(self, provider):
        answer = self.ask(provider, "greet me")
        assert answer.text == GREETING
        assert (answer.usage_metadata.prompt_token_count, answer.usage_metadata.candidates_token_count) == (11, 7)

    def stream(self, provider):
        chunks = list(self.client.models.generate_content_stream(model=model(provider), contents="greet me"))
        assert "".join(c.text or "" for c in chunks) == GREETING
        assert chunks[-1].usage_metadata.candidates_token_count == 7

    def tools(self, provider):
        [call] = self.ask(provider, "weather in Paris?", tools=[TOOL]).function_calls
        arguments_name_paris(call.args)

    def parallel_tools(self, provider):
        calls = self.ask(provider, "Paris and Oslo?", tools=[TOOL]).function_calls
        assert [c.args["city"] for c in calls] == ["Paris", "Oslo"]
        chunks = self.client.models.generate_content_stream(
            model=model(provider), contents="Paris and Oslo?", config=types.GenerateContentConfig(tools=[TOOL])
        )
        assert [c.args["city"] for chunk in chunks for c in chunk.function_calls or ()] == ["Paris", "Oslo"]

    def tool_results(self, provider):
        question = types.Content(role="user", parts=[types.Part(text="Paris and Oslo?")])
        first = self.ask(provider, [question], tools=[TOOL])
        results = types.Content(role="user", parts=[
            types.Part(function_response=types.FunctionResponse(id=c.id, name=c.name, response={"result": "21 degrees"}))
            for c in first.function_calls
        ])
        assert self.ask(provider, [question, first.candidates[0].content, results], tools=[TOOL]).text == WEATHER

    def structured_output(self, provider):
        answer = self.ask(provider, "Who is it?", response_mime_type="application/json", response_schema=Person)
        assert answer.parsed.model_dump() == PERSON

    def images(self, provider):
        picture = types.Part.from_bytes(data=base64.b64decode(PICTURE), mime_type="image/png")
        assert self.ask(provider, [picture, "What is in the picture?"]).text == "One green pixel."

    def embeddings(self, provider):
        answer = self.client.models.embed_content(model=model(provider, EMBEDDING[provider]), contents=["one", "two"])
        assert [e.values for e in answer.embeddings] == [VECTOR, VECTOR]

    def count_tokens(self, provider):
        counted = self.client.models.count_tokens(model=model(provider), contents="How many tokens are in this text?")
        assert counted.total_tokens > 5

    def files(self, provider):
        made = self.client.files.upload(file=io.BytesIO(b"hello"), config={"mime_type": "text/plain"})
        assert (made.name, made.mime_type) == ("files/f1", "text/plain")
        assert self.client.files.get(name=made.name).size_bytes == 5
        assert [f.name for f in self.client.files.list()] == ["files/f1"]
        self.client.files.delete(name=made.name)

    def base_urls(self, provider):
        for base in ("", "/", "/genai", "/genai/", "/litellm", "/litellm/genai/", "/langchain/genai", "/pydanticai"):
            for version in ("v1", "v1beta"):
                client = genai.Client(api_key=KEY, http_options={"base_url": GATEWAY + base, "api_version": version})
                answer = client.models.generate_content(model=model(provider), contents="greet me")
                assert answer.text == GREETING, (base, version)

    def errors(self, provider):
        for name, code in (
            (model(provider, "missing"), 404), (model(provider, "refused"), 400),
            (faulty("limited", provider, self.caller), 429), (faulty("denied", provider, self.caller), 401),
            (faulty("forbidden", provider, self.caller), 403), (model(provider, "busy"), 503),
        ):
            try:
                self.ask(provider, "greet me", model=name)
            except errors.APIError as error:
                assert error.code == code, error
                assert isinstance(error, errors.ServerError if code >= 500 else errors.ClientError)
            else:
                raise AssertionError(f"no error {code}")


class Vertex(Google):
    """As Vertex AI's: a model's provider is its publisher there."""

    # The older version sends fields in snake case, which Google reads and the mock does not.
    providers = {**Google.providers, "tool_results": [p for p in EVERY if p != "gemini"]}
    caller = "py-vertex"

    def __init__(self):
        self.client = genai.Client(vertexai=True, api_key=KEY, http_options={"base_url": GATEWAY + "/genai"})
