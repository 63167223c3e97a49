// The @google/genai library with every provider's models.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, GoogleGenAI } from "@google/genai";
import {
  chat, city, direct, embedding, faulty, gateway, greeting, key, model, person, picture, providers, recorded,
  vector, weather,
} from "./target.js";

const baseUrl = direct ? gateway : `${gateway}/genai`;
const versions = direct ? ["v1beta"] : ["v1", "v1beta"];
const tools = [
  { functionDeclarations: [{ name: "get_weather", description: "Tells the weather.", parametersJsonSchema: city }] },
];

function library({ apiKey = key, apiVersion = "v1beta" } = {}) {
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl, apiVersion, timeout: 20_000 } });
}

function ask(provider, contents, config = {}, { name = model(provider), client = library() } = {}) {
  return client.models.generateContent({ model: name, contents, config });
}

const failsWith = (status) => (error) => error instanceof ApiError && error.status === status;

for (const provider of providers("gemini")) {
  for (const apiVersion of versions) {
    test(`${provider} at ${apiVersion}: answers`, async () => {
      const answer = await ask(provider, "greet me", {}, { client: library({ apiVersion }) });
      assert.equal(answer.text, greeting);
      assert.equal(answer.candidates[0].finishReason, "STOP");
      assert.equal(answer.usageMetadata.totalTokenCount, 18);
    });
  }

  test(`${provider}: streams`, async () => {
    const chunks = [];
    const stream = await library().models.generateContentStream({ model: model(provider), contents: "greet me" });
    for await (const chunk of stream) chunks.push(chunk);
    assert.equal(chunks.map((c) => c.text ?? "").join(""), greeting);
    assert.ok(chunks.length > 1, "the answer came in pieces");
    assert.equal(chunks.at(-1).candidates[0].finishReason, "STOP");
    assert.equal(chunks.at(-1).usageMetadata.candidatesTokenCount, 7);
  });

  test(`${provider}: calls tools in parallel, streaming, and reads their results`, async () => {
    const question = { role: "user", parts: [{ text: "Paris and Oslo?" }] };
    const stream = await library().models.generateContentStream({
      model: model(provider), contents: [question], config: { tools },
    });
    const parts = [];
    for await (const chunk of stream) parts.push(...(chunk.candidates?.[0].content?.parts ?? []));
    const calls = parts.filter((part) => part.functionCall).map((part) => part.functionCall);
    assert.deepEqual(calls.map((call) => call.args.city), ["Paris", "Oslo"]);

    const results = calls.map(({ id, name }) => ({
      functionResponse: { id, name, response: { result: "so many degrees" } },
    }));
    const second = await ask(
      provider,
      [question, { role: "model", parts: parts.filter((p) => p.functionCall) }, { role: "user", parts: results }],
      { tools },
    );
    assert.equal(second.text, weather);
  });

  test(`${provider}: shows a picture`, async () => {
    const marker = `node-genai picture ${provider}`;
    const answer = await ask(provider, [
      { inlineData: { mimeType: "image/png", data: picture } },
      { text: `What is in the picture? ${marker}` },
    ]);
    assert.equal(answer.text, "One green pixel.");
    assert.ok((await recorded(marker)).body.includes(picture));
  });

  test(`${provider}: answers in a schema`, async () => {
    const marker = `node-genai schema ${provider}`;
    const answer = await ask(provider, `Who is it? ${marker}`, {
      responseMimeType: "application/json", responseJsonSchema: person,
    });
    assert.deepEqual(JSON.parse(answer.text), { name: "Ada", age: 36 });
    assert.ok(JSON.stringify((await recorded(marker)).json).includes('"age"'));
  });

  test(`${provider}: counts tokens`, async () => {
    const count = await library().models.countTokens({ model: model(provider), contents: "greet me" });
    // OpenAI has no such operation: the gateway estimates.
    assert.ok(provider === "openai" ? count.totalTokens > 0 : count.totalTokens === 14);
  });

  test(`${provider}: errors are the library's own`, async () => {
    const failing = (name, status) => assert.rejects(ask(provider, "greet me", {}, { name }), failsWith(status));
    await failing(faulty("limited", provider, "node-genai"), 429);
    await failing(faulty("denied", provider, "node-genai"), 401);
    await failing(model(provider, "missing"), 404);
    await failing(model(provider, "refused"), 400);
  });
}

for (const provider of providers("gemini", embedding)) {
  test(`${provider}: embeds`, async () => {
    const answer = await library().models.embedContent({
      model: model(provider, embedding[provider]), contents: ["one", "two"],
    });
    assert.deepEqual(answer.embeddings.map((e) => e.values), [vector, vector]);
  });
}

test("lists the models", { skip: direct }, async () => {
  const names = [];
  for await (const { name } of await library().models.list()) names.push(name);
  for (const provider of Object.keys(chat)) assert.ok(names.includes(`models/${model(provider)}`), provider);
});

test("an unknown provider is refused", { skip: direct }, async () => {
  await assert.rejects(ask("gemini", "greet me", {}, { name: "nosuch/model" }), failsWith(400));
});

test("an unknown key is refused", { skip: direct }, async () => {
  const client = library({ apiKey: "sk-bf-nobody" });
  await assert.rejects(ask("gemini", "greet me", {}, { client }), failsWith(403));
});
