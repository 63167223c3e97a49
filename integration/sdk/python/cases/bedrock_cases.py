"""boto3, for Amazon Bedrock. The access key is the virtual key."""

import base64
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from target import CITY, GATEWAY, GREETING, KEY, PICTURE, faulty, model
from shared import WEATHER, arguments_name_paris

TOOLS = {"tools": [
    {"toolSpec": {"name": "get_weather", "description": "Tells the weather.", "inputSchema": {"json": CITY}}}
]}


class Bedrock:
    caller = "py-bedrock"

    def __init__(self):
        self.client = boto3.client(
            "bedrock-runtime", endpoint_url=GATEWAY + "/bedrock", region_name="us-east-1",
            aws_access_key_id=KEY, aws_secret_access_key="any", config=Config(retries={"total_max_attempts": 1}),
        )

    def ask(self, provider, content, name=None, **more):
        blocks = content if isinstance(content, list) else [{"text": content}]
        return self.client.converse(
            modelId=name or model(provider), messages=more.pop("messages", [{"role": "user", "content": blocks}]), **more
        )

    def calls(self, answer):
        return [b["toolUse"] for b in answer["output"]["message"]["content"] if "toolUse" in b]

    def text(self, answer):
        return "".join(b.get("text", "") for b in answer["output"]["message"]["content"])

    def chat(self, provider):
        answer = self.ask(provider, "greet me")
        assert self.text(answer) == GREETING
        assert answer["stopReason"] == "end_turn"
        assert (answer["usage"]["inputTokens"], answer["usage"]["outputTokens"]) == (11, 7)

    def stream(self, provider):
        answer = self.client.converse_stream(
            modelId=model(provider), messages=[{"role": "user", "content": [{"text": "greet me"}]}]
        )
        events = list(answer["stream"])
        deltas = [e["contentBlockDelta"]["delta"]["text"] for e in events if "contentBlockDelta" in e]
        assert "".join(deltas) == GREETING
        assert events[-1]["metadata"]["usage"]["outputTokens"] == 7

    def tools(self, provider):
        [call] = self.calls(self.ask(provider, "weather in Paris?", toolConfig=TOOLS))
        arguments_name_paris(call["input"])

    def parallel_tools(self, provider):
        calls = self.calls(self.ask(provider, "Paris and Oslo?", toolConfig=TOOLS))
        assert len({c["toolUseId"] for c in calls}) == 2
        answer = self.client.converse_stream(
            modelId=model(provider), messages=[{"role": "user", "content": [{"text": "Paris and Oslo?"}]}], toolConfig=TOOLS
        )
        deltas = [e["contentBlockDelta"] for e in answer["stream"] if "contentBlockDelta" in e]
        arguments = {}
        for d in deltas:
            arguments.setdefault(d["contentBlockIndex"], []).append(d["delta"].get("toolUse", {}).get("input", ""))
        assert [json.loads("".join(a))["city"] for a in arguments.values() if "".join(a)] == ["Paris", "Oslo"]

    def tool_results(self, provider):
        messages = [{"role": "user", "content": [{"text": "Paris and Oslo?"}]}]
        first = self.ask(provider, "", messages=messages, toolConfig=TOOLS)
        messages += [first["output"]["message"], {"role": "user", "content": [
            {"toolResult": {"toolUseId": c["toolUseId"], "content": [{"text": "21 degrees"}]}} for c in self.calls(first)
        ]}]
        assert self.text(self.ask(provider, "", messages=messages, toolConfig=TOOLS)) == WEATHER

    def images(self, provider):
        answer = self.ask(provider, [
            {"text": "What is in the picture?"},
            {"image": {"format": "png", "source": {"bytes": base64.b64decode(PICTURE)}}},
        ])
        assert self.text(answer) == "One green pixel."

    def errors(self, provider):
        for name, code, status in (
            (model(provider, "missing"), "ResourceNotFoundException", 404),
            (model(provider, "refused"), "ValidationException", 400),
            (faulty("limited", provider, self.caller), "ThrottlingException", 429),
            (faulty("forbidden", provider, self.caller), "AccessDeniedException", 403),
            (model(provider, "busy"), "ServiceUnavailableException", 503),
        ):
            try:
                self.ask(provider, "greet me", name=name)
            except ClientError as error:
                assert error.response["Error"]["Code"] == code, error
                assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status, error
            else:
                raise AssertionError(f"no {code}")
