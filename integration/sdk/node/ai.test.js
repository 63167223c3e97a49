// The ai library: its providers for OpenAI, Anthropic and Google, each with
// every provider's models.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { APICallError, embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from "ai";
import {
  assertSigned, city, direct, embedding, faulty, gateway, greeting, key, model, person, picture, providers, recorded,
  thinking, thoughtOf, vector, weather,
} from "./target.js";

const prefix = (path) => gateway + (direct ? "" : path);
const openai = createOpenAI({ baseURL: prefix("/openai") + "/v1", apiKey: key });
const anthropic = createAnthropic({ baseURL: prefix("/anthropic") + "/v1", apiKey: key });
const google = createGoogleGenerativeAI({ baseURL: prefix("/genai") + "/v1beta", apiKey: key });

// The options are what asks for thoughts; the library's provider for OpenAI does not read them.
const libraries = [
  {
    name: "ai with openai", own: "openai", use: (id) => openai.chat(id), embed: (id) => openai.embedding(id),
    options: { openai: { reasoningEffort: "low", forceReasoning: true } },
  },
  {
    name: "ai with anthropic", own: "anthropic", use: (id) => anthropic(id), shows: true,
    options: { anthropic: { thinking: { type: "enabled", budgetTokens: 1024 } } },
  },
  {
    // A model name with a slash is a path of Google's own unless it begins with models/.
    name: "ai with google", own: "gemini", use: (id) => google(`models/${id}`), shows: true,
    embed: (id) => google.embedding(id),
    options: { google: { thinkingConfig: { includeThoughts: true, thinkingLevel: "low" } } },
  },
];

const get_weather = tool({
  description: "Tells the weather.",
  inputSchema: jsonSchema(city),
  execute: async () => "so many degrees",
});

for (const { name, own, use, shows, options } of libraries) {
  for (const provider of providers(own)) {
    const settings = { model: use(model(provider)), maxRetries: 0 };

    test(`${name}, ${provider}: answers`, async () => {
      const answer = await generateText({ ...settings, prompt: "greet me" });
      assert.equal(answer.text, greeting);
      assert.equal(answer.finishReason, "stop");
      assert.deepEqual([answer.usage.inputTokens, answer.usage.outputTokens], [11, 7]);
    });

    test(`${name}, ${provider}: streams`, async () => {
      const answer = streamText({ ...settings, prompt: "greet me" });
      const pieces = [];
      for await (const piece of answer.textStream) pieces.push(piece);
      assert.equal(pieces.join(""), greeting);
      assert.ok(pieces.length > 1, "the answer came in pieces");
      assert.equal(await answer.finishReason, "stop");
      assert.equal((await answer.usage).outputTokens, 7);
    });

    for (const [how, run] of [["", generateText], [", streaming", streamText]]) {
      test(`${name}, ${provider}: runs tools and answers from their results${how}`, async () => {
        const answer = await run({
          ...settings, prompt: "Paris and Oslo?", tools: { get_weather }, stopWhen: stepCountIs(3),
        });
        const [first, ...rest] = await answer.steps;
        assert.deepEqual(first.toolCalls.map((call) => call.input.city), ["Paris", "Oslo"]);
        assert.equal(rest.length, 1);
        assert.equal(await answer.text, weather);
      });
    }

    test(`${name}, ${provider}: shows a picture`, async () => {
      const marker = `node-ai picture ${own} ${provider}`;
      const answer = await generateText({
        ...settings,
        messages: [{
          role: "user",
          content: [
            { type: "text", text: `What is in the picture? ${marker}` },
            { type: "image", image: Buffer.from(picture, "base64"), mediaType: "image/png" },
          ],
        }],
      });
      assert.equal(answer.text, "One green pixel.");
      assert.ok((await recorded(marker)).body.includes(picture));
    });

    for (const [how, run] of [["", generateText], [", streaming", streamText]]) {
      test(`${name}, ${provider}: thinks and goes on behind a tool${how}`, async () => {
        const prompt = `get_weather, node-ai thinks ${own} ${provider}${how}`;
        const answer = await run({
          ...settings, model: use(model(provider, thinking[provider])), prompt, providerOptions: options,
          tools: { get_weather }, stopWhen: stepCountIs(3),
        });
        const [first, ...rest] = await answer.steps;
        assert.equal(rest.length, 1);
        assert.match(await answer.text, /so many degrees/);
        if (shows) {
          assert.equal(first.reasoningText, thoughtOf(prompt));
          await assertSigned(provider, prompt);
        }
      });
    }

    test(`${name}, ${provider}: answers in a schema`, async () => {
      const answer = await generateText({
        ...settings, prompt: "Who is it?", output: Output.object({ schema: jsonSchema(person) }),
      });
      assert.deepEqual(answer.output, { name: "Ada", age: 36 });
    });

    test(`${name}, ${provider}: errors keep their status`, async () => {
      for (const [id, status] of [[model(provider, "missing"), 404], [model(provider, "refused"), 400]]) {
        await assert.rejects(
          generateText({ ...settings, model: use(id), prompt: "greet me" }),
          (error) => APICallError.isInstance(error) && error.statusCode === status,
        );
      }
    });
  }
}

for (const { name, own, embed } of libraries.filter((library) => library.embed)) {
  for (const provider of providers(own, embedding)) {
    test(`${name}, ${provider}: embeds`, async () => {
      const { embeddings } = await embedMany({
        model: embed(model(provider, embedding[provider])), values: ["one", "two"], maxRetries: 0,
      });
      assert.deepEqual(embeddings, [vector, vector]);
    });
  }
}

test("ai: 429 and 401 keep their status", { skip: direct }, async () => {
  for (const { own, use } of libraries) {
    for (const [fault, status] of [["limited", 429], ["denied", 401]]) {
      await assert.rejects(
        generateText({ model: use(faulty(fault, own, "node-ai")), maxRetries: 0, prompt: "greet me" }),
        (error) => APICallError.isInstance(error) && error.statusCode === status,
      );
    }
  }
});
