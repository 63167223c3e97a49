"""Pydantic AI, with its models of OpenAI, Anthropic and Google."""

import base64

from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent, NativeOutput
from pydantic_ai.exceptions import ModelHTTPError

from target import GATEWAY, GREETING, KEY, PICTURE, faulty, model
from shared import PERSON, WEATHER


class Person(BaseModel):
    name: str
    age: int


class Agents:
    def chat(self, provider):
        answer = Agent(self.model(model(provider))).run_sync("greet me")
        assert answer.output == GREETING

    def stream(self, provider):
        answer = Agent(self.model(model(provider))).run_stream_sync("greet me")
        assert "".join(answer.stream_text(delta=True)) == GREETING

    def tool_results(self, provider):
        asked = []
        agent = Agent(self.model(model(provider)))

        @agent.tool_plain
        def get_weather(city: str) -> str:
            """Tells the weather."""
            asked.append(city)
            return "21 degrees"

        assert agent.run_sync("Paris and Oslo?").output == WEATHER
        assert sorted(asked) == ["Oslo", "Paris"]

    def structured_output(self, provider):
        agent = Agent(self.model(model(provider)), output_type=NativeOutput(Person))
        assert agent.run_sync("Who is it?").output.model_dump() == PERSON

    def images(self, provider):
        picture = BinaryContent(base64.b64decode(PICTURE), media_type="image/png")
        answer = Agent(self.model(model(provider))).run_sync(["What is in the picture?", picture])
        assert answer.output == "One green pixel."

    def errors(self, provider):
        for name, status in (
            (model(provider, "missing"), 404), (model(provider, "refused"), 400),
            (faulty("denied", provider, self.caller), 401), (faulty("forbidden", provider, self.caller), 403),
        ):
            try:
                Agent(self.model(name)).run_sync("greet me")
            except ModelHTTPError as error:
                assert error.status_code == status, error
            else:
                raise AssertionError(f"no error {status}")


class OpenAI(Agents):
    caller = "py-pydantic-openai"

    def model(self, name):
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider
        return OpenAIChatModel(name, provider=OpenAIProvider(base_url=GATEWAY + "/pydanticai/openai/v1", api_key=KEY))


class Anthropic(Agents):
    caller = "py-pydantic-anthropic"

    def model(self, name):
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider
        return AnthropicModel(name, provider=AnthropicProvider(base_url=GATEWAY + "/pydanticai/anthropic", api_key=KEY))


class Google(Agents):
    caller = "py-pydantic-google"

    def model(self, name):
        from pydantic_ai.models.google import GoogleModel
        from pydantic_ai.providers.google import GoogleProvider
        return GoogleModel(name, provider=GoogleProvider(base_url=GATEWAY + "/pydanticai/genai", api_key=KEY))


class Responses(Agents):
    """Pydantic AI's OpenAI with the Responses API."""

    caller = "py-pydantic-responses"

    def model(self, name):
        from pydantic_ai.models.openai import OpenAIResponsesModel
        from pydantic_ai.providers.openai import OpenAIProvider
        return OpenAIResponsesModel(name, provider=OpenAIProvider(base_url=GATEWAY + "/pydanticai/openai/v1", api_key=KEY))
