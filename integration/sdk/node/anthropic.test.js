// The @anthropic-ai/sdk library with every provider's models.

import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import {
  assertSigned, chat, city, counting, direct, faulty, gateway, greeting, key, model, person, picture, providers,
  recorded, thinking, thoughtOf, weather,
} from "./target.js";

const baseURL = direct ? gateway : `${gateway}/anthropic`;
const tools = [{ name: "get_weather", description: "Tells the weather.", input_schema: city }];

function library(apiKey = key) {
  return new Anthropic({ baseURL, apiKey, maxRetries: 0, timeout: 20_000 });
}

function ask(provider, content, more = {}, client = library()) {
  return client.messages.create({
    model: model(provider), max_tokens: 77, messages: [{ role: "user", content }], ...more,
  });
}

for (const provider of providers("anthropic")) {
  test(`${provider}: answers`, async () => {
    const answer = await ask(provider, "greet me");
    assert.deepEqual(answer.content.map((block) => block.text), [greeting]);
    assert.equal(answer.stop_reason, "end_turn");
    assert.deepEqual([answer.usage.input_tokens, answer.usage.output_tokens], [11, 7]);
  });

  test(`${provider}: streams`, async () => {
    const stream = library().messages.stream({
      model: model(provider), max_tokens: 77, messages: [{ role: "user", content: "greet me" }],
    });
    let pieces = 0;
    stream.on("text", () => { pieces += 1; });
    const answer = await stream.finalMessage();
    assert.equal(answer.content[0].text, greeting);
    assert.ok(pieces > 1, "the answer came in pieces");
    assert.equal(answer.stop_reason, "end_turn");
    assert.equal(answer.usage.output_tokens, 7);
  });

  test(`${provider}: calls tools in parallel, streaming, and reads their results`, async () => {
    const question = { role: "user", content: "Paris and Oslo?" };
    const first = await library()
      .messages.stream({ model: model(provider), max_tokens: 77, tools, messages: [question] })
      .finalMessage();
    const calls = first.content.filter((block) => block.type === "tool_use");
    assert.deepEqual(calls.map((call) => call.input.city), ["Paris", "Oslo"]);
    assert.equal(new Set(calls.map((call) => call.id)).size, 2);
    assert.equal(first.stop_reason, "tool_use");

    const results = calls.map((call) => ({ type: "tool_result", tool_use_id: call.id, content: "so many degrees" }));
    const second = await library().messages.create({
      model: model(provider), max_tokens: 77, tools,
      messages: [question, { role: "assistant", content: first.content }, { role: "user", content: results }],
    });
    assert.equal(second.content[0].text, weather);
  });

  test(`${provider}: shows a picture`, async () => {
    const marker = `node-anthropic picture ${provider}`;
    const answer = await ask(provider, [
      { type: "image", source: { type: "base64", media_type: "image/png", data: picture } },
      { type: "text", text: `What is in the picture? ${marker}` },
    ]);
    assert.equal(answer.content[0].text, "One green pixel.");
    assert.ok((await recorded(marker)).body.includes(picture));
  });

  test(`${provider}: shows a picture at a URL`, async () => {
    const url = "https://example.com/pixel.png";
    const marker = `node-anthropic picture-url ${provider}`;
    const answer = await ask(provider, [
      { type: "image", source: { type: "url", url } },
      { type: "text", text: `What is in the picture? ${marker}` },
    ]);
    assert.equal(answer.content[0].text, "One green pixel.");
    assert.ok((await recorded(marker)).body.includes(url));
  });

  for (const stream of [false, true]) {
    test(`${provider}: thinks and goes on behind a tool, ${stream ? "streaming" : "whole"}`, async () => {
      const content = `get_weather, node-anthropic thinks ${provider} ${stream}`;
      const request = {
        model: model(provider, thinking[provider]), max_tokens: 3000, tools,
        thinking: { type: "enabled", budget_tokens: 1024 }, messages: [{ role: "user", content }],
      };
      const { messages } = library();
      const first = await (stream ? messages.stream(request).finalMessage() : messages.create(request));
      const [thought, call] = first.content;
      assert.equal(thought.thinking, thoughtOf(content));
      request.messages.push(
        { role: "assistant", content: first.content },
        { role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: "21 degrees" }] },
      );
      const second = await messages.create(request);
      assert.match(second.content.at(-1).text, /21 degrees/);
      await assertSigned(provider, content);
    });
  }

  test(`${provider}: answers in a schema`, async () => {
    const marker = `node-anthropic schema ${provider}`;
    const answer = await ask(provider, `Who is it? ${marker}`, {
      output_config: { format: { type: "json_schema", schema: person } },
    });
    assert.deepEqual(JSON.parse(answer.content[0].text), { name: "Ada", age: 36 });
    assert.ok(JSON.stringify((await recorded(marker)).json).includes('"age"'));
  });

  test(`${provider}: counts tokens`, async () => {
    const count = await library().messages.countTokens({
      model: model(provider), messages: [{ role: "user", content: "greet me" }],
    });
    assert.ok(counting.includes(provider) ? count.input_tokens === 14 : count.input_tokens > 0);
  });

  test(`${provider}: errors are the library's own`, async () => {
    const failing = (name, kind) =>
      assert.rejects(ask(provider, "greet me", { model: name }), (error) => error instanceof kind);
    await failing(faulty("limited", provider, "node-anthropic"), Anthropic.RateLimitError);
    await failing(faulty("denied", provider, "node-anthropic"), Anthropic.AuthenticationError);
    await failing(faulty("forbidden", provider, "node-anthropic"), Anthropic.PermissionDeniedError);
    await failing(model(provider, "broken"), Anthropic.InternalServerError);
    await failing(model(provider, "busy"), Anthropic.InternalServerError);
    await failing(model(provider, "missing"), Anthropic.NotFoundError);
    await failing(model(provider, "refused"), Anthropic.BadRequestError);
  });
}

test("lists the models", { skip: direct }, async () => {
  const names = [];
  for await (const { id } of library().models.list()) names.push(id);
  for (const provider of Object.keys(chat)) assert.ok(names.includes(model(provider)), provider);
});

test("finds one model", { skip: direct }, async () => {
  for (const provider of Object.keys(chat)) {
    assert.equal((await library().models.retrieve(model(provider))).id, model(provider));
    await assert.rejects(library().models.retrieve(model(provider, "nosuch")), Anthropic.NotFoundError);
  }
});

test("an unknown provider is refused", { skip: direct }, async () => {
  await assert.rejects(ask("anthropic", "greet me", { model: "nosuch/model" }), Anthropic.BadRequestError);
});

test("an unknown key is refused", { skip: direct }, async () => {
  await assert.rejects(ask("anthropic", "greet me", {}, library("sk-bf-nobody")), Anthropic.PermissionDeniedError);
});
