// The openai library with every provider's models.

import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import {
  assertSigned, chat, city, direct, embedding, faulty, gateway, greeting, key, model, person, picture, providers,
  recorded, thinking, thoughtOf, vector, weather,
} from "./target.js";

const bases = direct ? ["/v1"] : ["/openai/v1", "/v1"];
const tools = [
  { type: "function", function: { name: "get_weather", description: "Tells the weather.", parameters: city } },
];

function library({ base = bases[0], apiKey = key } = {}) {
  return new OpenAI({ baseURL: gateway + base, apiKey, maxRetries: 0, timeout: 20_000 });
}

function ask(provider, content, more = {}, client = library()) {
  return client.chat.completions.create({
    model: model(provider), messages: [{ role: "user", content }], ...more,
  });
}

for (const provider of providers("openai")) {
  for (const base of bases) {
    test(`${provider} at ${base}: answers`, async () => {
      const answer = await ask(provider, "greet me", {}, library({ base }));
      assert.equal(answer.choices[0].message.content, greeting);
      assert.equal(answer.choices[0].finish_reason, "stop");
      assert.equal(answer.usage.total_tokens, 18);
    });
  }

  test(`${provider}: streams`, async () => {
    const chunks = [];
    for await (const chunk of await ask(provider, "greet me", { stream: true })) chunks.push(chunk);
    assert.equal(chunks.map((c) => c.choices[0]?.delta.content ?? "").join(""), greeting);
    assert.ok(chunks.length > 3, "the answer came in pieces");
    assert.ok(chunks.every((c) => !c.usage), "usage was not asked for");
  });

  test(`${provider}: streams usage when asked`, async () => {
    let last;
    const stream = await ask(provider, "greet me", { stream: true, stream_options: { include_usage: true } });
    for await (const chunk of stream) last = chunk;
    assert.deepEqual([last.usage.prompt_tokens, last.usage.completion_tokens], [11, 7]);
  });

  test(`${provider}: calls tools in parallel, streaming, and reads their results`, async () => {
    const messages = [{ role: "user", content: "Paris and Oslo?" }];
    const first = await library()
      .chat.completions.stream({ model: model(provider), messages, tools })
      .finalChatCompletion();
    const { message, finish_reason: reason } = first.choices[0];
    assert.equal(reason, "tool_calls");
    assert.deepEqual(message.tool_calls.map((c) => JSON.parse(c.function.arguments).city), ["Paris", "Oslo"]);
    assert.equal(new Set(message.tool_calls.map((c) => c.id)).size, 2);

    messages.push(message);
    for (const call of message.tool_calls) {
      messages.push({ role: "tool", tool_call_id: call.id, content: "so many degrees" });
    }
    const second = await library().chat.completions.create({ model: model(provider), messages, tools });
    assert.equal(second.choices[0].message.content, weather);
  });

  test(`${provider}: shows a picture`, async () => {
    const marker = `node-openai picture ${provider}`;
    const answer = await ask(provider, [
      { type: "text", text: `What is in the picture? ${marker}` },
      { type: "image_url", image_url: { url: `data:image/png;base64,${picture}` } },
    ]);
    assert.equal(answer.choices[0].message.content, "One green pixel.");
    assert.ok((await recorded(marker)).body.includes(picture));
  });

  test(`${provider}: shows a picture at a URL`, async () => {
    const url = "https://example.com/pixel.png";
    const marker = `node-openai picture-url ${provider}`;
    const answer = await ask(provider, [
      { type: "text", text: `What is in the picture? ${marker}` },
      { type: "image_url", image_url: { url } },
    ]);
    assert.equal(answer.choices[0].message.content, "One green pixel.");
    assert.ok((await recorded(marker)).body.includes(url));
  });

  for (const stream of [false, true]) {
    test(`${provider}: thinks and goes on behind a tool, ${stream ? "streaming" : "whole"}`, async () => {
      const content = `get_weather, node-openai thinks ${provider} ${stream}`;
      const request = {
        model: model(provider, thinking[provider]), messages: [{ role: "user", content }], tools, reasoning_effort: "low",
      };
      const { completions } = library().chat;
      let first, thought = "";
      if (stream) { // the library keeps only the last piece of a field that it does not know
        const events = completions.stream(request);
        events.on("chunk", (chunk) => { thought += chunk.choices[0]?.delta.reasoning_content ?? ""; });
        first = await events.finalChatCompletion();
      } else {
        first = await completions.create(request);
        thought = first.choices[0].message.reasoning_content;
      }
      const { message } = first.choices[0];
      assert.equal(thought, thoughtOf(content));
      request.messages.push(message, { role: "tool", tool_call_id: message.tool_calls[0].id, content: "21 degrees" });
      const second = await completions.create(request);
      assert.match(second.choices[0].message.content, /21 degrees/);
      await assertSigned(provider, content);
    });
  }

  test(`${provider}: answers in a schema`, async () => {
    const marker = `node-openai schema ${provider}`;
    const answer = await library().chat.completions.parse({
      model: model(provider),
      messages: [{ role: "user", content: `Who is it? ${marker}` }],
      response_format: { type: "json_schema", json_schema: { name: "person", strict: true, schema: person } },
    });
    assert.deepEqual(JSON.parse(answer.choices[0].message.content), { name: "Ada", age: 36 });
    assert.ok(JSON.stringify((await recorded(marker)).json).includes('"age"'));
  });

  test(`${provider}: errors are the library's own`, async () => {
    const failing = (name, kind) =>
      assert.rejects(ask(provider, "greet me", { model: name }), (error) => error instanceof kind);
    await failing(faulty("limited", provider, "node-openai"), OpenAI.RateLimitError);
    await failing(faulty("denied", provider, "node-openai"), OpenAI.AuthenticationError);
    await failing(faulty("forbidden", provider, "node-openai"), OpenAI.PermissionDeniedError);
    await failing(model(provider, "broken"), OpenAI.InternalServerError);
    await failing(model(provider, "busy"), OpenAI.InternalServerError);
    await failing(model(provider, "missing"), OpenAI.NotFoundError);
    await failing(model(provider, "refused"), OpenAI.BadRequestError);
  });
}

for (const provider of providers("openai", embedding)) {
  test(`${provider}: embeds`, async () => {
    const answer = await library().embeddings.create({
      model: model(provider, embedding[provider]), input: ["one", "two"],
    });
    assert.deepEqual(answer.data.map((item) => Array.from(item.embedding)), [vector, vector]);
  });
}

test("lists the models", { skip: direct }, async () => {
  const names = [];
  for await (const { id } of library().models.list()) names.push(id);
  for (const provider of Object.keys(chat)) assert.ok(names.includes(model(provider)), provider);
});

test("finds one model", { skip: direct }, async () => {
  for (const provider of Object.keys(chat)) {
    const found = await library().models.retrieve(model(provider));
    assert.deepEqual([found.id, found.object], [model(provider), "model"]);
    await assert.rejects(library().models.retrieve(model(provider, "nosuch")), OpenAI.NotFoundError);
  }
});

test("a model that nobody serves is refused", { skip: direct }, async () => {
  const client = library({ base: "/v1" });
  await assert.rejects(ask("openai", "greet me", { model: "nosuch/model" }, client), OpenAI.BadRequestError);
  await assert.rejects(ask("openai", "greet me", { model: "nosuchmodel" }, client), OpenAI.NotFoundError);
});

test("an unknown key is refused", { skip: direct }, async () => {
  await assert.rejects(
    ask("openai", "greet me", {}, library({ apiKey: "sk-bf-nobody" })),
    (error) => error instanceof OpenAI.PermissionDeniedError && error.code === "virtual_key_not_found",
  );
});
