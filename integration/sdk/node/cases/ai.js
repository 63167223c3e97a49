// The ai library, with its providers for OpenAI, Anthropic and Google.

import assert from "node:assert/strict";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { APICallError, embedMany, generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { city, embedding, faulty, gateway, greeting, key, model, person, picture, vector, weather } from "../target.js";

const asked = () => tool({ description: "Tells the weather.", inputSchema: jsonSchema(city) });
const answered = () =>
  tool({ description: "Tells the weather.", inputSchema: jsonSchema(city), execute: async () => "21 degrees" });

class Library {
  providers = { embeddings: Object.keys(embedding) };

  ask(provider, settings, run = generateText) {
    return run({ model: this.use(model(provider)), maxRetries: 0, ...settings });
  }

  async chat(provider) {
    const answer = await this.ask(provider, { prompt: "greet me" });
    assert.equal(answer.text, greeting);
    assert.deepEqual([answer.usage.inputTokens, answer.usage.outputTokens], [11, 7]);
  }

  async stream(provider) {
    const answer = this.ask(provider, { prompt: "greet me" }, streamText);
    let text = "";
    for await (const piece of answer.textStream) text += piece;
    assert.equal(text, greeting);
    assert.equal((await answer.usage).outputTokens, 7);
  }

  async tools(provider) {
    const answer = await this.ask(provider, { prompt: "weather in Paris?", tools: { get_weather: asked() } });
    assert.deepEqual(answer.toolCalls.map((c) => c.input), [{ city: "Paris" }]);
  }

  async parallel_tools(provider) {
    const answer = await this.ask(provider, { prompt: "Paris and Oslo?", tools: { get_weather: asked() } });
    assert.deepEqual(answer.toolCalls.map((c) => c.input.city), ["Paris", "Oslo"]);
    const streamed = this.ask(provider, { prompt: "Paris and Oslo?", tools: { get_weather: asked() } }, streamText);
    assert.deepEqual((await streamed.toolCalls).map((c) => c.input.city), ["Paris", "Oslo"]);
  }

  async tool_results(provider) {
    const answer = await this.ask(provider, {
      prompt: "Paris and Oslo?", tools: { get_weather: answered() }, stopWhen: stepCountIs(3),
    });
    assert.equal(answer.text, weather);
  }

  async structured_output(provider) {
    const answer = await this.ask(provider, { prompt: "Who is it?", schema: jsonSchema(person) }, generateObject);
    assert.deepEqual(answer.object, { name: "Ada", age: 36 });
  }

  async images(provider) {
    const answer = await this.ask(provider, {
      messages: [{
        role: "user",
        content: [
          { type: "text", text: "What is in the picture?" },
          { type: "image", image: Buffer.from(picture, "base64"), mediaType: "image/png" },
        ],
      }],
    });
    assert.equal(answer.text, "One green pixel.");
  }

  async embeddings(provider) {
    const { embeddings } = await embedMany({
      model: this.embedder(model(provider, embedding[provider])), values: ["one", "two"], maxRetries: 0,
    });
    assert.deepEqual(embeddings, [vector, vector]);
  }

  async errors(provider) {
    for (const [name, status] of [
      [model(provider, "missing"), 404], [model(provider, "refused"), 400],
      [faulty("limited", provider, this.caller), 429], [faulty("denied", provider, this.caller), 401],
      [faulty("forbidden", provider, this.caller), 403], [model(provider, "busy"), 503],
    ]) {
      await assert.rejects(
        this.ask(provider, { model: this.use(name), prompt: "greet me" }),
        (error) => APICallError.isInstance(error) && error.statusCode === status,
      );
    }
  }
}

export class OpenAI extends Library {
  caller = "node-ai-openai";
  library = createOpenAI({ baseURL: `${gateway}/openai/v1`, apiKey: key });
  use = (id) => this.library.chat(id);
  embedder = (id) => this.library.textEmbeddingModel?.(id) ?? this.library.embedding(id);
}

export class Anthropic extends Library {
  caller = "node-ai-anthropic";
  library = createAnthropic({ baseURL: `${gateway}/anthropic/v1`, apiKey: key });
  use = (id) => this.library(id);
}

/** A base URL that ends before the version is understood too. */
export class AnthropicWithoutVersion extends Anthropic {
  caller = "node-ai-anthropic-bare";
  library = createAnthropic({ baseURL: `${gateway}/anthropic`, apiKey: key });
}

export class Google extends Library {
  caller = "node-ai-google";
  library = createGoogleGenerativeAI({ baseURL: `${gateway}/genai/v1beta`, apiKey: key });
  // A model's name with a slash is a path of Google's own unless it begins with models/.
  use = (id) => this.library(`models/${id}`);
  embedder = (id) => this.library.textEmbeddingModel?.(id) ?? this.library.embedding(id);
}

/**
 * What the library's provider for OpenAI asks by itself: the Responses API. Without
 * store: false it sends references to what only OpenAI would have kept.
 */
export class Responses extends OpenAI {
  caller = "node-ai-responses";
  ask = (provider, settings, run) =>
    super.ask(provider, { providerOptions: { openai: { store: false } }, ...settings }, run);
  use = (id) => this.library.responses(id);
}
