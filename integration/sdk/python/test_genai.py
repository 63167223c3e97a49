"""The google-genai library with every provider's models."""

import base64
import functools
import json

import pytest
from google import genai
from google.genai import errors, types

from target import (
    CITY, COUNTING, DIRECT, EMBEDDING, GATEWAY, GREETING, KEY, PERSON, PICTURE, THINKING, assert_signed, faulty, model,
    providers, recorded, thought_of,
)

BASE = GATEWAY if DIRECT else GATEWAY + "/genai"
VERSIONS = ["v1beta"] if DIRECT else ["v1", "v1beta"]
WEATHER = types.Tool(function_declarations=[
    types.FunctionDeclaration(
        name="get_weather", description="Tells the weather.", parameters_json_schema=CITY
    )
])

each_provider = pytest.mark.parametrize("provider", providers("gemini"))
only_through_the_gateway = pytest.mark.skipif(DIRECT, reason="needs the gateway")


@functools.cache  # a client that nobody holds closes its connections, also under a stream
def library(key=KEY, version="v1beta"):
    options = types.HttpOptions(base_url=BASE, api_version=version, timeout=20_000)
    return genai.Client(api_key=key, http_options=options)


def ask(provider, contents, client=None, name=None, **config):
    return (client or library()).models.generate_content(
        model=name or model(provider), contents=contents, config=types.GenerateContentConfig(**config)
    )


@each_provider
@pytest.mark.parametrize("version", VERSIONS)
def test_answers(provider, version):
    answer = ask(provider, "greet me", library(version=version))
    assert answer.text == GREETING
    assert answer.candidates[0].content.role == "model"
    assert answer.candidates[0].finish_reason == types.FinishReason.STOP
    used = answer.usage_metadata
    assert (used.prompt_token_count, used.candidates_token_count, used.total_token_count) == (11, 7, 18)


@each_provider
def test_streams(provider):
    chunks = list(library().models.generate_content_stream(model=model(provider), contents="greet me"))
    assert "".join(c.text or "" for c in chunks) == GREETING
    assert len(chunks) > 1, "the answer came in pieces"
    reasons = [c.candidates[0].finish_reason for c in chunks if c.candidates and c.candidates[0].finish_reason]
    assert reasons == [types.FinishReason.STOP]
    assert chunks[-1].usage_metadata.candidates_token_count == 7


@each_provider
def test_calls_a_tool(provider):
    marker = f"py-genai tool {provider}"
    answer = ask(provider, f"weather in Paris? {marker}", tools=[WEATHER])
    [call] = answer.function_calls
    assert (call.name, call.args) == ("get_weather", {"city": "Paris"})
    sent = json.dumps(recorded(marker)["json"]["tools"])
    assert "get_weather" in sent and "Tells the weather." in sent and "the city's name" in sent


@each_provider
@pytest.mark.parametrize("stream", [False, True])
def test_calls_tools_in_parallel(provider, stream):
    config = types.GenerateContentConfig(tools=[WEATHER])
    if stream:
        answers = library().models.generate_content_stream(
            model=model(provider), contents="Paris and Oslo?", config=config
        )
    else:
        answers = [ask(provider, "Paris and Oslo?", tools=[WEATHER])]
    calls = [call for answer in answers for call in answer.function_calls or []]
    assert [call.args["city"] for call in calls] == ["Paris", "Oslo"]


@each_provider
def test_reads_tool_results(provider):
    question = types.Content(role="user", parts=[types.Part(text="Paris and Oslo?")])
    first = ask(provider, [question], tools=[WEATHER])
    results = [
        types.Part(function_response=types.FunctionResponse(
            id=call.id, name=call.name, response={"result": f"{degrees} degrees"}
        ))
        for call, degrees in zip(first.function_calls, ("21", "9"))
    ]
    second = ask(
        provider, [question, first.candidates[0].content, types.Content(role="user", parts=results)],
        tools=[WEATHER],
    )
    assert second.text == "Paris has 21 degrees, Oslo has 9."


@each_provider
def test_shows_a_picture(provider):
    marker = f"py-genai picture {provider}"
    answer = ask(provider, [
        types.Part.from_bytes(data=base64.b64decode(PICTURE), mime_type="image/png"),
        f"What is in the picture? {marker}",
    ])
    assert answer.text == "One green pixel."
    sent = recorded(marker)["body"]
    if provider == "gemini":  # the library writes the URL-safe alphabet, which only Google reads
        sent = sent.replace("-", "+").replace("_", "/")
    assert PICTURE in sent and "image/png" in sent


@each_provider
def test_shows_a_picture_at_a_url(provider):
    marker = f"py-genai picture-url {provider}"
    answer = ask(provider, [
        types.Part.from_uri(file_uri="https://example.com/pixel.png", mime_type="image/png"),
        f"What is in the picture? {marker}",
    ])
    assert answer.text == "One green pixel."
    assert "https://example.com/pixel.png" in recorded(marker)["body"]


@each_provider
@pytest.mark.parametrize("stream", [False, True])
def test_thinks_and_goes_on_behind_a_tool(provider, stream):
    text = f"get_weather, py-genai thinks {provider} {stream}"
    name = model(provider, THINKING[provider])
    config = types.GenerateContentConfig(
        tools=[WEATHER],
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_level="LOW"),
    )
    contents = [types.Content(role="user", parts=[types.Part(text=text)])]
    if stream:
        chunks = library().models.generate_content_stream(model=name, contents=contents, config=config)
        said = [chunk.candidates[0].content for chunk in chunks if chunk.candidates and chunk.candidates[0].content]
    else:
        said = [library().models.generate_content(model=name, contents=contents, config=config).candidates[0].content]
    parts = [part for content in said for part in content.parts or []]
    assert "".join(part.text or "" for part in parts if part.thought) == thought_of(text)
    [call] = [part.function_call for part in parts if part.function_call]
    contents += [content for content in said if content.parts]  # each piece of a stream, as the library's chats keep it
    contents.append(types.Content(role="user", parts=[types.Part(function_response=types.FunctionResponse(
        id=call.id, name=call.name, response={"result": "21 degrees"}
    ))]))
    second = library().models.generate_content(model=name, contents=contents, config=config)
    assert "21 degrees" in second.text
    if not (stream and provider == "gemini"):  # whose pieces pass as they are
        assert_signed(provider, text)


@each_provider
def test_answers_in_a_schema(provider):
    marker = f"py-genai schema {provider}"
    answer = ask(
        provider, f"Who is it? {marker}", response_mime_type="application/json", response_json_schema=PERSON
    )
    assert json.loads(answer.text) == {"name": "Ada", "age": 36}
    assert '"age"' in json.dumps(recorded(marker)["json"])


@each_provider
def test_sends_sampling_and_system_text(provider):
    marker = f"py-genai sampling {provider}"
    ask(
        provider, f"greet me, {marker}",
        system_instruction="Be brief.", temperature=0.25, max_output_tokens=77, stop_sequences=["END"],
    )
    sent = recorded(marker)["body"]
    for word in ("Be brief.", "0.25", "77", "END"):
        assert word in sent


@each_provider
@pytest.mark.parametrize("fault, code, status", [
    ("limited", 429, "RESOURCE_EXHAUSTED"),
    ("denied", 401, "UNAUTHENTICATED"),
    ("forbidden", 403, "PERMISSION_DENIED"),
])
def test_faults_keep_their_code(provider, fault, code, status):
    with pytest.raises(errors.ClientError) as caught:
        ask(provider, "greet me", name=faulty(fault, provider, "py-genai"))
    assert caught.value.code == code
    if provider != "gemini":  # of which the mock does not know the words
        assert caught.value.status == status
    assert "provider-secret" not in str(caught.value)


@each_provider
@pytest.mark.parametrize("name, code, message", [
    ("missing", 404, "There is no such model."),
    ("refused", 400, "The request is not acceptable."),
])
def test_refusals_of_the_provider_keep_their_message(provider, name, code, message):
    with pytest.raises(errors.ClientError) as caught:
        ask(provider, "greet me", name=model(provider, name))
    assert caught.value.code == code
    assert message in caught.value.message


@each_provider
@pytest.mark.parametrize("name, code, message", [
    ("broken", 500, "Something went wrong."),
    ("busy", 503, "There is no room."),
])
def test_a_fault_of_the_provider_is_a_server_error(provider, name, code, message):
    with pytest.raises(errors.ServerError) as caught:
        ask(provider, "greet me", name=model(provider, name))
    assert caught.value.code == code
    assert message in caught.value.message


@only_through_the_gateway
def test_an_unknown_provider_is_refused():
    with pytest.raises(errors.ClientError) as caught:
        ask("gemini", "greet me", name="nosuch/model")
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")


@only_through_the_gateway
def test_an_unknown_key_is_refused():
    with pytest.raises(errors.ClientError) as caught:
        ask("gemini", "greet me", library(key="sk-bf-nobody"))
    assert (caught.value.code, caught.value.status) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize("provider", providers("gemini", EMBEDDING))
def test_embeds(provider):
    answer = library().models.embed_content(
        model=model(provider, EMBEDDING[provider]), contents=["one", "two"]
    )
    assert [e.values for e in answer.embeddings] == [[0.5, -0.25, 0.125, 0.0625]] * 2


@each_provider
def test_counts_tokens(provider):
    count = library().models.count_tokens(model=model(provider), contents="greet me")
    assert count.total_tokens == 14 if provider in COUNTING else count.total_tokens > 0


@only_through_the_gateway
def test_lists_the_models():
    names = [m.name for m in library().models.list()]
    for provider in providers("gemini"):
        assert f"models/{model(provider)}" in names


@only_through_the_gateway
@each_provider
def test_finds_one_model(provider):
    assert library().models.get(model=f"models/{model(provider)}").name == f"models/{model(provider)}"
    with pytest.raises(errors.ClientError) as caught:
        library().models.get(model=f"models/{model(provider, 'nosuch')}")
    assert caught.value.code == 404
