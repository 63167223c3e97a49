// The @google/genai library with every provider's models.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, GoogleGenAI } from "@google/genai";
import {
  assertSigned, chat, city, counting, direct, embedding, faulty, gateway, greeting, key, model, person, picture,
  providers, recorded, thinking, thoughtOf, vector, weather,
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

  test(`${provider}: shows a picture at a URL`, async () => {
    const fileUri = "https://example.com/pixel.png";
    const marker = `node-genai picture-url ${provider}`;
    const answer = await ask(provider, [
      { fileData: { fileUri, mimeType: "image/png" } },
      { text: `What is in the picture? ${marker}` },
    ]);
    assert.equal(answer.text, "One green pixel.");
    assert.ok((await recorded(marker)).body.includes(fileUri));
  });

  test(`${provider}: thinks and goes on behind a tool`, async () => {
    const text = `get_weather, node-genai thinks ${provider}`;
    const config = { tools, thinkingConfig: { includeThoughts: true, thinkingLevel: "LOW" } };
    const name = model(provider, thinking[provider]);
    const contents = [{ role: "user", parts: [{ text }] }];
    const { content } = (await ask(provider, contents, config, { name })).candidates[0];
    assert.equal(content.parts.find((part) => part.thought).text, thoughtOf(text));
    const { id, name: called } = content.parts.find((part) => part.functionCall).functionCall;
    const parts = [{ functionResponse: { id, name: called, response: { result: "21 degrees" } } }];
    const second = await ask(provider, [...contents, content, { role: "user", parts }], config, { name });
    assert.match(second.text, /21 degrees/);
    await assertSigned(provider, text);
  });

  test(`${provider}: thinks and goes on behind a tool, streaming in a chat`, async () => {
    const text = `get_weather, node-genai chat ${provider}`;
    const chat = library().chats.create({
      model: model(provider, thinking[provider]),
      config: { tools, thinkingConfig: { includeThoughts: true, thinkingLevel: "LOW" } },
    });
    const calls = [];
    for await (const chunk of await chat.sendMessageStream({ message: text })) calls.push(...(chunk.functionCalls ?? []));
    assert.equal(calls.length, 1);
    const [{ id, name }] = calls;
    const message = [{ functionResponse: { id, name, response: { result: "21 degrees" } } }];
    const pieces = [];
    for await (const chunk of await chat.sendMessageStream({ message })) pieces.push(chunk.text ?? "");
    assert.match(pieces.join(""), /21 degrees/);
    if (provider !== "gemini") await assertSigned(provider, text); // whose pieces pass as they are
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
    assert.ok(counting.includes(provider) ? count.totalTokens === 14 : count.totalTokens > 0);
  });

  test(`${provider}: errors are the library's own`, async () => {
    const failing = (name, status) => assert.rejects(ask(provider, "greet me", {}, { name }), failsWith(status));
    await failing(faulty("limited", provider, "node-genai"), 429);
    await failing(faulty("denied", provider, "node-genai"), 401);
    await failing(faulty("forbidden", provider, "node-genai"), 403);
    await failing(model(provider, "broken"), 500);
    await failing(model(provider, "busy"), 503);
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

test("finds one model", { skip: direct }, async () => {
  for (const provider of Object.keys(chat)) {
    const name = `models/${model(provider)}`;
    assert.equal((await library().models.get({ model: name })).name, name);
    await assert.rejects(library().models.get({ model: `models/${model(provider, "nosuch")}` }), failsWith(404));
  }
});

test("an unknown provider is refused", { skip: direct }, async () => {
  await assert.rejects(ask("gemini", "greet me", {}, { name: "nosuch/model" }), failsWith(400));
});

test("an unknown key is refused", { skip: direct }, async () => {
  const client = library({ apiKey: "sk-bf-nobody" });
  await assert.rejects(ask("gemini", "greet me", {}, { client }), failsWith(403));
});
