"""The anthropic library with every provider's models."""

import json
import time

import anthropic
import pytest

from target import (
    CITY, COUNTING, DIRECT, GATEWAY, GREETING, KEY, PERSON, PICTURE, THINKING, assert_signed, faulty, model, providers,
    recorded, thought_of,
)

BASE = GATEWAY if DIRECT else GATEWAY + "/anthropic"
WEATHER = {"name": "get_weather", "description": "Tells the weather.", "input_schema": CITY}

each_provider = pytest.mark.parametrize("provider", providers("anthropic"))
only_through_the_gateway = pytest.mark.skipif(DIRECT, reason="needs the gateway")


def library(key=KEY):
    return anthropic.Anthropic(base_url=BASE, api_key=key, max_retries=0, timeout=20)


def ask(provider, content, **more):
    return library().messages.create(
        model=model(provider), max_tokens=77, messages=[{"role": "user", "content": content}], **more
    )


@each_provider
def test_answers(provider):
    answer = ask(provider, "greet me")
    assert (answer.type, answer.role) == ("message", "assistant")
    assert [block.text for block in answer.content] == [GREETING]
    assert answer.stop_reason == "end_turn"
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, 7)


@each_provider
def test_streams(provider):
    with library().messages.stream(
        model=model(provider), max_tokens=77, messages=[{"role": "user", "content": "greet me"}]
    ) as stream:
        pieces = list(stream.text_stream)
        answer = stream.get_final_message()
    assert "".join(pieces) == GREETING
    assert len(pieces) > 1, "the answer came in pieces"
    assert answer.stop_reason == "end_turn"
    assert answer.usage.output_tokens == 7


@each_provider
def test_calls_a_tool(provider):
    marker = f"py-anthropic tool {provider}"
    answer = ask(provider, f"weather in Paris? {marker}", tools=[WEATHER], tool_choice={"type": "auto"})
    assert answer.stop_reason == "tool_use"
    [call] = answer.content
    assert (call.type, call.name, call.input) == ("tool_use", "get_weather", {"city": "Paris"})
    assert call.id
    sent = json.dumps(recorded(marker)["json"]["tools"])
    assert "get_weather" in sent and "Tells the weather." in sent and "the city's name" in sent


@each_provider
@pytest.mark.parametrize("stream", [False, True])
def test_calls_tools_in_parallel(provider, stream):
    if stream:
        with library().messages.stream(
            model=model(provider), max_tokens=77, tools=[WEATHER],
            messages=[{"role": "user", "content": "Paris and Oslo?"}],
        ) as events:
            answer = events.get_final_message()
    else:
        answer = ask(provider, "Paris and Oslo?", tools=[WEATHER])
    calls = [block for block in answer.content if block.type == "tool_use"]
    assert [call.input["city"] for call in calls] == ["Paris", "Oslo"]
    assert len({call.id for call in calls}) == 2
    assert answer.stop_reason == "tool_use"


@each_provider
def test_reads_tool_results(provider):
    question = {"role": "user", "content": "Paris and Oslo?"}
    first = ask(provider, question["content"], tools=[WEATHER])
    calls = [block for block in first.content if block.type == "tool_use"]
    results = [
        {"type": "tool_result", "tool_use_id": call.id, "content": f"{degrees} degrees"}
        for call, degrees in zip(calls, ("21", "9"))
    ]
    second = library().messages.create(
        model=model(provider), max_tokens=77, tools=[WEATHER],
        messages=[question, {"role": "assistant", "content": first.content}, {"role": "user", "content": results}],
    )
    assert second.content[0].text == "Paris has 21 degrees, Oslo has 9."


@each_provider
def test_shows_a_picture(provider):
    marker = f"py-anthropic picture {provider}"
    answer = ask(provider, [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}},
        {"type": "text", "text": f"What is in the picture? {marker}"},
    ])
    assert answer.content[0].text == "One green pixel."
    sent = recorded(marker)["body"]
    assert PICTURE in sent and "image/png" in sent


@each_provider
def test_shows_a_picture_at_a_url(provider):
    marker = f"py-anthropic picture-url {provider}"
    answer = ask(provider, [
        {"type": "image", "source": {"type": "url", "url": "https://example.com/pixel.png"}},
        {"type": "text", "text": f"What is in the picture? {marker}"},
    ])
    assert answer.content[0].text == "One green pixel."
    assert "https://example.com/pixel.png" in recorded(marker)["body"]


@each_provider
@pytest.mark.parametrize("stream", [False, True])
def test_thinks_and_goes_on_behind_a_tool(provider, stream):
    text = f"get_weather, py-anthropic thinks {provider} {stream}"
    request = {
        "model": model(provider, THINKING[provider]), "max_tokens": 3000, "tools": [WEATHER],
        "thinking": {"type": "enabled", "budget_tokens": 1024}, "messages": [{"role": "user", "content": text}],
    }
    if stream:
        with library().messages.stream(**request) as events:
            first = events.get_final_message()
    else:
        first = library().messages.create(**request)
    thinking, call = first.content
    assert thinking.thinking == thought_of(text)
    request["messages"] += [
        {"role": "assistant", "content": first.content},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "21 degrees"}]},
    ]
    second = library().messages.create(**request)
    assert "21 degrees" in second.content[-1].text
    assert_signed(provider, text)


@only_through_the_gateway
@each_provider
def test_a_conversation_can_change_its_provider(provider):
    request = {
        "max_tokens": 3000, "thinking": {"type": "enabled", "budget_tokens": 1024},
        "messages": [{"role": "user", "content": "Think of something."}],
    }
    first = library().messages.create(model=model(provider, THINKING[provider]), **request)
    request["messages"] += [{"role": "assistant", "content": first.content}, {"role": "user", "content": "And now?"}]
    for other in providers("anthropic"):
        second = library().messages.create(model=model(other, THINKING[other]), **request)
        assert second.content[-1].text == "You said: And now?"


@each_provider
def test_answers_in_a_schema(provider):
    marker = f"py-anthropic schema {provider}"
    answer = ask(
        provider, f"Who is it? {marker}", output_config={"format": {"type": "json_schema", "schema": PERSON}}
    )
    assert json.loads(answer.content[0].text) == {"name": "Ada", "age": 36}
    assert '"age"' in json.dumps(recorded(marker)["json"])


@each_provider
def test_sends_sampling_and_system_text(provider):
    marker = f"py-anthropic sampling {provider}"
    ask(provider, f"greet me, {marker}", system="Be brief.", stop_sequences=["END"], extra_body={"temperature": 0.25})
    sent = recorded(marker)["body"]
    for word in ("Be brief.", "0.25", "77", "END"):
        assert word in sent


@each_provider
@pytest.mark.parametrize("stream", [False, True])
def test_429_is_a_rate_limit_error(provider, stream):
    with pytest.raises(anthropic.RateLimitError) as caught:
        library().messages.create(
            model=faulty("limited", provider, "py-anthropic"), max_tokens=77, stream=stream,
            messages=[{"role": "user", "content": "greet me"}],
        )
    assert caught.value.body["type"] == "error"
    assert caught.value.body["error"]["type"] == "rate_limit_error"
    assert caught.value.response.headers["retry-after"]


@each_provider
def test_401_of_the_provider_is_an_authentication_error(provider):
    with pytest.raises(anthropic.AuthenticationError) as caught:
        library().messages.create(
            model=faulty("denied", provider, "py-anthropic"), max_tokens=77,
            messages=[{"role": "user", "content": "greet me"}],
        )
    assert caught.value.body["error"]["type"] == "authentication_error"
    assert "provider-secret" not in str(caught.value)


@each_provider
def test_403_of_the_provider_is_a_permission_error(provider):
    with pytest.raises(anthropic.PermissionDeniedError):
        library().messages.create(
            model=faulty("forbidden", provider, "py-anthropic"), max_tokens=77,
            messages=[{"role": "user", "content": "greet me"}],
        )


@each_provider
@pytest.mark.parametrize("name, error, message", [
    ("broken", anthropic.InternalServerError, "Something went wrong."),
    ("busy", anthropic.APIStatusError, "There is no room."),
    ("missing", anthropic.NotFoundError, "There is no such model."),
    ("refused", anthropic.BadRequestError, "The request is not acceptable."),
])
def test_refusals_of_the_provider_keep_their_message(provider, name, error, message):
    with pytest.raises(error) as caught:
        library().messages.create(
            model=model(provider, name), max_tokens=77, messages=[{"role": "user", "content": "greet me"}]
        )
    assert message in str(caught.value)


@only_through_the_gateway
def test_an_unknown_provider_is_refused():
    with pytest.raises(anthropic.BadRequestError) as caught:
        library().messages.create(
            model="nosuch/model", max_tokens=77, messages=[{"role": "user", "content": "greet me"}]
        )
    assert caught.value.body["error"]["type"] == "invalid_request_error"


@only_through_the_gateway
def test_an_unknown_key_is_refused():
    with pytest.raises(anthropic.PermissionDeniedError) as caught:
        library("sk-bf-nobody").messages.create(
            model=model("anthropic"), max_tokens=77, messages=[{"role": "user", "content": "greet me"}]
        )
    assert caught.value.body["error"]["type"] == "permission_error"


@each_provider
def test_counts_tokens(provider):
    count = library().messages.count_tokens(
        model=model(provider), messages=[{"role": "user", "content": "greet me"}]
    )
    assert count.input_tokens == 14 if provider in COUNTING else count.input_tokens > 0


@only_through_the_gateway
def test_lists_the_models():
    names = [m.id for m in library().models.list()]
    for provider in providers("anthropic"):
        assert model(provider) in names


@only_through_the_gateway
@each_provider
def test_finds_one_model(provider):
    found = library().models.retrieve(model(provider))
    assert (found.id, found.type) == (model(provider), "model")
    with pytest.raises(anthropic.NotFoundError):
        library().models.retrieve(model(provider, "nosuch"))


@only_through_the_gateway
def test_runs_a_batch_of_every_provider():
    client = library().with_options(default_query={"provider": "asbru"})
    batch = client.messages.batches.create(requests=[
        {"custom_id": provider, "params": {
            "model": model(provider), "max_tokens": 77, "messages": [{"role": "user", "content": "greet me"}],
        }}
        for provider in providers("anthropic")
    ])
    until = time.monotonic() + 60
    while batch.processing_status != "ended":
        assert time.monotonic() < until, batch
        time.sleep(0.1)
        batch = client.messages.batches.retrieve(batch.id)
    assert batch.request_counts.succeeded == len(providers("anthropic"))
    results = {r.custom_id: r.result for r in client.messages.batches.results(batch.id)}
    assert {name: r.message.content[0].text for name, r in results.items()} == {
        provider: GREETING for provider in providers("anthropic")
    }
    assert batch.id in [b.id for b in client.messages.batches.list(limit=1)]
