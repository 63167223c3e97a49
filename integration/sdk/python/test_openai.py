"""The openai library with every provider's models."""

import base64
import json
import struct
import time

import openai
import pytest
from pydantic import BaseModel

from target import (
    CITY, DIRECT, EMBEDDING, GATEWAY, GREETING, KEY, PICTURE, THINKING, assert_signed, faulty, model, providers,
    recorded, thought_of,
)

BASES = ["/v1"] if DIRECT else ["/openai/v1", "/v1"]
WEATHER = {
    "type": "function",
    "function": {"name": "get_weather", "description": "Tells the weather.", "parameters": CITY},
}

each_provider = pytest.mark.parametrize("provider", providers("openai"))
only_through_the_gateway = pytest.mark.skipif(DIRECT, reason="needs the gateway")


def library(base=BASES[0], key=KEY):
    return openai.OpenAI(base_url=GATEWAY + base, api_key=key, max_retries=0, timeout=20)


def ask(provider, text, client=None, **more):
    return (client or library()).chat.completions.create(
        model=model(provider), messages=[{"role": "user", "content": text}], **more
    )


@each_provider
@pytest.mark.parametrize("base", BASES)
def test_answers(provider, base):
    answer = ask(provider, "greet me", library(base))
    assert answer.object == "chat.completion"
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content == GREETING
    assert answer.choices[0].finish_reason == "stop"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (11, 7, 18)


@only_through_the_gateway
@each_provider
def test_the_provider_gets_its_own_key_and_model(provider):
    marker = f"py-openai key {provider}"
    ask(provider, f"greet me, {marker}")
    request = recorded(marker)
    assert KEY not in json.dumps(request)
    assert f"provider-secret-{provider}" in json.dumps(request["headers"])
    assert f"{provider}/" not in json.dumps(request)


@only_through_the_gateway
@each_provider
def test_headers_name_the_provider_and_the_model(provider):
    raw = library().chat.completions.with_raw_response.create(
        model=model(provider), messages=[{"role": "user", "content": "greet me"}]
    )
    assert raw.headers["x-asbru-provider"] == provider
    assert raw.headers["x-asbru-model"] == model(provider).removeprefix(f"{provider}/")
    assert raw.headers["x-request-id"]


@each_provider
def test_streams(provider):
    chunks = list(ask(provider, "greet me", stream=True))
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == GREETING
    assert len(chunks) > 3, "the answer came in pieces"
    assert [c.choices[0].finish_reason for c in chunks if c.choices and c.choices[0].finish_reason] == ["stop"]
    assert all(c.usage is None for c in chunks), "usage was not asked for"


@each_provider
def test_streams_usage_when_asked(provider):
    *_, last = ask(provider, "greet me", stream=True, stream_options={"include_usage": True})
    assert last.choices == []
    assert (last.usage.prompt_tokens, last.usage.completion_tokens) == (11, 7)


@each_provider
def test_calls_a_tool(provider):
    marker = f"py-openai tool {provider}"
    answer = ask(provider, f"weather in Paris? {marker}", tools=[WEATHER], tool_choice="auto")
    assert answer.choices[0].finish_reason == "tool_calls"
    [call] = answer.choices[0].message.tool_calls
    assert call.id
    assert (call.type, call.function.name) == ("function", "get_weather")
    assert json.loads(call.function.arguments) == {"city": "Paris"}
    sent = json.dumps(recorded(marker)["json"]["tools"])
    assert "get_weather" in sent and "Tells the weather." in sent and "the city's name" in sent


@each_provider
@pytest.mark.parametrize("stream", [False, True])
def test_calls_tools_in_parallel(provider, stream):
    if stream:
        with library().chat.completions.stream(
            model=model(provider), messages=[{"role": "user", "content": "Paris and Oslo?"}], tools=[WEATHER]
        ) as events:
            answer = events.get_final_completion()
    else:
        answer = ask(provider, "Paris and Oslo?", tools=[WEATHER])
    calls = answer.choices[0].message.tool_calls
    assert [json.loads(c.function.arguments)["city"] for c in calls] == ["Paris", "Oslo"]
    assert len({c.id for c in calls}) == 2
    assert answer.choices[0].finish_reason == "tool_calls"


@each_provider
def test_reads_tool_results(provider):
    messages = [{"role": "user", "content": "Paris and Oslo?"}]
    first = library().chat.completions.create(model=model(provider), messages=messages, tools=[WEATHER])
    messages.append(first.choices[0].message.to_dict())
    for call, degrees in zip(first.choices[0].message.tool_calls, ("21", "9")):
        messages.append({"role": "tool", "tool_call_id": call.id, "content": f"{degrees} degrees"})
    second = library().chat.completions.create(model=model(provider), messages=messages, tools=[WEATHER])
    assert second.choices[0].message.content == "Paris has 21 degrees, Oslo has 9."
    sent = recorded("21 degrees")["body"]
    assert sent.index("21 degrees") < sent.index("9 degrees")


@each_provider
def test_shows_a_picture(provider):
    marker = f"py-openai picture {provider}"
    answer = ask(provider, [
        {"type": "text", "text": f"What is in the picture? {marker}"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}},
    ])
    assert answer.choices[0].message.content == "One green pixel."
    sent = recorded(marker)["body"]
    assert PICTURE in sent and "image/png" in sent


@each_provider
def test_shows_a_picture_at_a_url(provider):
    marker = f"py-openai picture-url {provider}"
    answer = ask(provider, [
        {"type": "text", "text": f"What is in the picture? {marker}"},
        {"type": "image_url", "image_url": {"url": "https://example.com/pixel.png"}},
    ])
    assert answer.choices[0].message.content == "One green pixel."
    assert "https://example.com/pixel.png" in recorded(marker)["body"]


@each_provider
@pytest.mark.parametrize("stream", [False, True])
def test_thinks_and_goes_on_behind_a_tool(provider, stream):
    text = f"get_weather, py-openai thinks {provider} {stream}"
    request = {
        "model": model(provider, THINKING[provider]), "messages": [{"role": "user", "content": text}],
        "tools": [WEATHER], "reasoning_effort": "low",
    }
    if stream:
        with library().chat.completions.stream(**request) as events:
            first = events.get_final_completion()
    else:
        first = library().chat.completions.create(**request)
    message = first.choices[0].message
    assert message.reasoning_content == thought_of(text)
    [call] = message.tool_calls
    request["messages"] += [message.to_dict(), {"role": "tool", "tool_call_id": call.id, "content": "21 degrees"}]
    second = library().chat.completions.create(**request)
    assert "21 degrees" in second.choices[0].message.content
    assert second.usage.completion_tokens_details.reasoning_tokens > 0
    assert_signed(provider, text)


@each_provider
def test_answers_in_a_schema(provider):
    class Person(BaseModel):
        name: str
        age: int

    marker = f"py-openai schema {provider}"
    answer = library().chat.completions.parse(
        model=model(provider),
        messages=[{"role": "user", "content": f"Who is it? {marker}"}],
        response_format=Person,
    )
    assert answer.choices[0].message.parsed == Person(name="Ada", age=36)
    assert '"age"' in json.dumps(recorded(marker)["json"])


@each_provider
def test_sends_sampling_and_system_text(provider):
    marker = f"py-openai sampling {provider}"
    library().chat.completions.create(
        model=model(provider),
        messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": f"greet me, {marker}"}],
        temperature=0.25, max_completion_tokens=77, stop=["END"],
    )
    sent = recorded(marker)["body"]
    for word in ("Be brief.", "0.25", "77", "END"):
        assert word in sent


@each_provider
@pytest.mark.parametrize("stream", [False, True])
def test_429_is_a_rate_limit_error(provider, stream):
    with pytest.raises(openai.RateLimitError) as caught:
        library().chat.completions.create(
            model=faulty("limited", provider, "py-openai"), stream=stream,
            messages=[{"role": "user", "content": "greet me"}],
        )
    assert caught.value.response.headers["retry-after"]


@each_provider
def test_401_of_the_provider_is_an_authentication_error(provider):
    with pytest.raises(openai.AuthenticationError) as caught:
        library().chat.completions.create(
            model=faulty("denied", provider, "py-openai"), messages=[{"role": "user", "content": "greet me"}]
        )
    assert "provider-secret" not in str(caught.value)


@each_provider
def test_403_of_the_provider_is_a_permission_error(provider):
    with pytest.raises(openai.PermissionDeniedError):
        library().chat.completions.create(
            model=faulty("forbidden", provider, "py-openai"), messages=[{"role": "user", "content": "greet me"}]
        )


@each_provider
@pytest.mark.parametrize("name, error, message", [
    ("broken", openai.InternalServerError, "Something went wrong."),
    ("busy", openai.InternalServerError, "There is no room."),
    ("missing", openai.NotFoundError, "There is no such model."),
    ("refused", openai.BadRequestError, "The request is not acceptable."),
])
def test_refusals_of_the_provider_keep_their_message(provider, name, error, message):
    with pytest.raises(error) as caught:
        library().chat.completions.create(
            model=model(provider, name), messages=[{"role": "user", "content": "greet me"}]
        )
    assert message in str(caught.value)


@only_through_the_gateway
@pytest.mark.parametrize("name, error, code", [
    ("nosuch/model", openai.BadRequestError, "unknown_provider"),
    ("nosuchmodel", openai.NotFoundError, "model_not_found"),
])
def test_a_model_that_nobody_serves_is_refused(name, error, code):
    with pytest.raises(error) as caught:
        library("/v1").chat.completions.create(model=name, messages=[{"role": "user", "content": "greet me"}])
    assert caught.value.code == code
    assert name in caught.value.body["message"]


@only_through_the_gateway
def test_an_unknown_key_is_refused():
    with pytest.raises(openai.PermissionDeniedError) as caught:
        ask("openai", "greet me", library(key="sk-bf-nobody"))
    assert caught.value.code == "virtual_key_not_found"


VECTOR = [0.5, -0.25, 0.125, 0.0625]


@pytest.mark.parametrize("provider", providers("openai", EMBEDDING))
@pytest.mark.parametrize("encoding", [openai.omit, "float"])
def test_embeds(provider, encoding):
    answer = library().embeddings.create(
        model=model(provider, EMBEDDING[provider]), input=["one", "two"], encoding_format=encoding
    )
    assert [item.index for item in answer.data] == [0, 1]
    assert [item.embedding for item in answer.data] == [VECTOR, VECTOR]


@pytest.mark.parametrize("provider", providers("openai", EMBEDDING))
def test_embeds_in_base64(provider):
    answer = library().embeddings.create(
        model=model(provider, EMBEDDING[provider]), input="one", encoding_format="base64"
    )
    assert base64.b64decode(answer.data[0].embedding) == struct.pack("<4f", *VECTOR)


def test_completes_text():
    answer = library().completions.create(model=model("openai"), prompt="Once")
    assert answer.choices[0].text == "upon a time"


@only_through_the_gateway
def test_lists_the_models():
    names = [m.id for m in library().models.list()]
    for provider in providers("openai"):
        assert model(provider) in names


@only_through_the_gateway
@each_provider
@pytest.mark.parametrize("base", BASES)
def test_finds_one_model(provider, base):
    found = library(base).models.retrieve(model(provider))
    assert (found.id, found.object) == (model(provider), "model")
    with pytest.raises(openai.NotFoundError):
        library(base).models.retrieve(model(provider, "nosuch"))


def ended(client, batch):
    until = time.monotonic() + 60
    while batch.status not in ("completed", "failed", "expired", "cancelled"):
        assert time.monotonic() < until, batch
        time.sleep(0.1)
        batch = client.batches.retrieve(batch.id)
    return batch


@only_through_the_gateway
@pytest.mark.parametrize("base", BASES)
def test_runs_a_batch_of_every_provider(base):
    client = library(base).with_options(default_headers={"x-model-provider": "asbru"})
    lines = "".join(
        json.dumps({
            "custom_id": provider, "method": "POST", "url": "/v1/chat/completions",
            "body": {"model": model(provider), "messages": [{"role": "user", "content": "greet me"}]},
        }) + "\n"
        for provider in providers("openai")
    )
    file = client.files.create(file=("requests.jsonl", lines.encode()), purpose="batch")
    assert (file.filename, file.purpose, file.bytes) == ("requests.jsonl", "batch", len(lines.encode()))
    assert client.files.content(file.id).text == lines
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"a": "b"}
    )
    assert batch.metadata == {"a": "b"}
    batch = ended(client, batch)
    assert batch.status == "completed"
    assert batch.request_counts.completed == batch.request_counts.total == len(providers("openai"))
    results = [json.loads(line) for line in client.files.content(batch.output_file_id).text.splitlines()]
    assert {r["custom_id"]: r["response"]["body"]["choices"][0]["message"]["content"] for r in results} == {
        provider: GREETING for provider in providers("openai")
    }
    assert batch.id in [b.id for b in client.batches.list(limit=1)]
    assert file.id in [f.id for f in client.files.list(purpose="batch")]
    with pytest.raises(openai.BadRequestError):
        client.batches.cancel(batch.id)
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


@only_through_the_gateway
def test_says_what_is_wrong_with_a_batch():
    client = library().with_options(default_headers={"x-model-provider": "asbru"})
    file = client.files.create(file=("requests.jsonl", b"{}"), purpose="batch")
    batch = ended(client, client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
    ))
    assert batch.status == "failed"
    assert [(e.code, e.line, e.param) for e in batch.errors.data] == [("missing_required_parameter", 1, "custom_id")]
