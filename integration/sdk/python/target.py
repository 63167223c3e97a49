"""Where the suites' calls go, and what the provider got of them."""

import json
import os
import urllib.parse
import urllib.request

GATEWAY = os.environ["GATEWAY_URL"]
UPSTREAM = os.environ["UPSTREAM_URL"]
KEY = os.environ["GATEWAY_KEY"]

# Straight to the mock, without the gateway: then a library can only be used
# with its own provider, and models have no provider in front.
DIRECT = os.environ.get("SUITE_DIRECT") == "1"

CHAT = {
    "openai": "gpt-5-mini", "anthropic": "claude-sonnet-4-6", "gemini": "gemini-2.5-flash", "custom": "llama-4",
}
# Providers with a dialect of their own whose models some libraries are tried with too.
FURTHER = {"cohere": "command-a-03-2025", "bedrock": "anthropic.claude-sonnet-4-6-v1:0"}
THINKING = {
    "openai": "gpt-5", "anthropic": "claude-opus-4-6", "gemini": "gemini-3-flash-preview", "custom": "gpt-oss",
}
EMBEDDING = {
    "openai": "text-embedding-3-small", "gemini": "gemini-embedding-001", "custom": "nomic-embed-text",
}
COUNTING = ("anthropic", "gemini")  # for the others the gateway estimates

GREETING = "Grüezi, wie gaht's? 你好 from the mock."
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "the city's name"}},
    "required": ["city"],
}


def providers(own, among=CHAT):
    """The providers whose models the library of provider `own` is tried with."""
    return [p for p in among if p == own] if DIRECT else list(among)


def model(provider, name=None):
    """The provider's chat model, or its model `name`, as the gateway calls it."""
    name = name or {**CHAT, **FURTHER}[provider]
    return name if DIRECT else f"{provider}/{name}"


def faulty(fault, provider, caller):
    """A model that always fails: `limited` with 429, `denied` with 401, `forbidden` with 403."""
    return fault if DIRECT else f"{fault}-{provider}-{caller}/{fault}"


def recorded(marker):
    """The newest request with `marker` in its body, as the provider got it."""
    with urllib.request.urlopen(f"{UPSTREAM}/recorded?marker={urllib.parse.quote(marker)}") as answer:
        request = json.load(answer)
    request["json"] = json.loads(request["body"])
    return request


def thought_of(text):
    """What the models that think say that they thought."""
    return f"The user wants an answer to: {text}"


def assert_signed(provider, marker):
    """The newest request gave the provider back what it had signed."""
    request = recorded(marker)
    if provider == "anthropic":
        thinking = request["json"]["messages"][1]["content"][0]
        assert thinking["thinking"] and thinking["signature"]
    if provider == "gemini":
        [call] = [part for part in request["json"]["contents"][1]["parts"] if "functionCall" in part]
        assert call["thoughtSignature"] != "skip_thought_signature_validator"
