"""LlamaIndex, with its model for all that speaks as OpenAI does."""

import openai
from llama_index.core.llms import ChatMessage, ImageBlock, TextBlock
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai_like import OpenAILike

import base64

from target import GATEWAY, GREETING, KEY, PICTURE, faulty, model
from shared import WEATHER, arguments_name_paris, raises


def get_weather(city: str) -> str:
    """Tells the weather."""
    return "21 degrees"


TOOL = FunctionTool.from_defaults(get_weather)


class LlamaIndex:
    caller = "py-llama-index"

    def llm(self, name):
        return OpenAILike(
            model=name, api_base=GATEWAY + "/v1", api_key=KEY, is_chat_model=True, is_function_calling_model=True,
            max_retries=0, timeout=30,
        )

    def chat(self, provider):
        assert self.llm(model(provider)).chat([ChatMessage(content="greet me")]).message.content == GREETING

    def stream(self, provider):
        chunks = self.llm(model(provider)).stream_chat([ChatMessage(content="greet me")])
        assert "".join(c.delta or "" for c in chunks) == GREETING

    def tools(self, provider):
        llm = self.llm(model(provider))
        [call] = llm.get_tool_calls_from_response(llm.chat_with_tools([TOOL], user_msg="weather in Paris?"))
        arguments_name_paris(call.tool_kwargs)

    def parallel_tools(self, provider):
        llm = self.llm(model(provider))
        answer = llm.chat_with_tools([TOOL], user_msg="Paris and Oslo?", allow_parallel_tool_calls=True)
        assert len({c.tool_id for c in llm.get_tool_calls_from_response(answer)}) == 2

    def tool_results(self, provider):
        llm = self.llm(model(provider))
        question = ChatMessage(content="Paris and Oslo?")
        first = llm.chat_with_tools([TOOL], chat_history=[question], allow_parallel_tool_calls=True)
        results = [
            ChatMessage(role="tool", content="21 degrees", additional_kwargs={"tool_call_id": c.tool_id})
            for c in llm.get_tool_calls_from_response(first)
        ]
        answer = llm.chat_with_tools([TOOL], chat_history=[question, first.message, *results])
        assert answer.message.content == WEATHER

    def images(self, provider):
        answer = self.llm(model(provider)).chat([ChatMessage(role="user", blocks=[
            TextBlock(text="What is in the picture?"),
            ImageBlock(image=base64.b64decode(PICTURE), image_mimetype="image/png"),
        ])])
        assert answer.message.content == "One green pixel."

    def errors(self, provider):
        for name, error in (
            (model(provider, "missing"), openai.NotFoundError), (model(provider, "refused"), openai.BadRequestError),
            (faulty("limited", provider, self.caller), openai.RateLimitError),
            (faulty("denied", provider, self.caller), openai.AuthenticationError),
        ):
            raises(error, lambda: self.llm(name).chat([ChatMessage(content="greet me")]))
