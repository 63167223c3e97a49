// The openai library, also as Azure's.

import assert from "node:assert/strict";
import OpenAILibrary, * as sdk from "openai";
import { city, embedding, faulty, gateway, greeting, key, model, person, picture, vector, weather } from "../target.js";

const tools = [
  { type: "function", function: { name: "get_weather", description: "Tells the weather.", parameters: city } },
];

export class OpenAI {
  providers = {
    base_urls: ["openai"],
    models: ["openai"], embeddings: Object.keys(embedding), media: ["openai", "custom"], files: ["openai"],
  };
  caller = "node-openai-cases";
  client = new OpenAILibrary({ baseURL: `${gateway}/openai/v1`, apiKey: key, maxRetries: 0, timeout: 30_000 });

  ask(provider, content, more = {}) {
    return this.client.chat.completions.create({ model: model(provider), messages: [{ role: "user", content }], ...more });
  }

  async models(provider) {
    const names = [];
    for await (const found of this.client.models.list()) names.push(found.id);
    assert.ok(names.includes(model(provider)));
  }

  async chat(provider) {
    const answer = await this.ask(provider, "greet me");
    assert.equal(answer.choices[0].message.content, greeting);
    assert.deepEqual([answer.usage.prompt_tokens, answer.usage.completion_tokens], [11, 7]);
  }

  async stream(provider) {
    const chunks = [];
    const stream = await this.ask(provider, "greet me", { stream: true, stream_options: { include_usage: true } });
    for await (const chunk of stream) chunks.push(chunk);
    assert.equal(chunks.map((c) => c.choices[0]?.delta.content ?? "").join(""), greeting);
    assert.equal(chunks.at(-1).usage.completion_tokens, 7);
  }

  async tools(provider) {
    const answer = await this.ask(provider, "weather in Paris?", { tools });
    assert.deepEqual(answer.choices[0].message.tool_calls.map((c) => JSON.parse(c.function.arguments)), [{ city: "Paris" }]);
  }

  async parallel_tools(provider) {
    const answer = await this.ask(provider, "Paris and Oslo?", { tools });
    assert.equal(new Set(answer.choices[0].message.tool_calls.map((c) => c.id)).size, 2);
  }

  async tool_results(provider) {
    const first = (await this.ask(provider, "Paris and Oslo?", { tools })).choices[0].message;
    const results = first.tool_calls.map((c) => ({ role: "tool", tool_call_id: c.id, content: "21 degrees" }));
    const messages = [{ role: "user", content: "Paris and Oslo?" }, first, ...results];
    assert.equal((await this.ask(provider, "", { messages, tools })).choices[0].message.content, weather);
  }

  async structured_output(provider) {
    const answer = await this.ask(provider, "Who is it?", {
      response_format: { type: "json_schema", json_schema: { name: "person", strict: true, schema: person } },
    });
    assert.deepEqual(JSON.parse(answer.choices[0].message.content), { name: "Ada", age: 36 });
  }

  async images(provider) {
    const answer = await this.ask(provider, [
      { type: "text", text: "What is in the picture?" },
      { type: "image_url", image_url: { url: `data:image/png;base64,${picture}` } },
    ]);
    assert.equal(answer.choices[0].message.content, "One green pixel.");
  }

  async embeddings(provider) {
    const answer = await this.client.embeddings.create({ model: model(provider, embedding[provider]), input: ["one", "two"] });
    assert.deepEqual(answer.data.map((e) => e.embedding), [vector, vector]);
  }

  async media(provider) {
    const drawn = await this.client.images.generate({ model: model(provider, "gpt-image-1"), prompt: "a pixel" });
    assert.equal(drawn.data[0].b64_json, picture);
    const file = await sdk.toFile(Buffer.from(picture, "base64"), "a.png", { type: "image/png" });
    const edited = await this.client.images.edit({ model: model(provider, "gpt-image-1"), prompt: "greener", image: file });
    assert.equal(edited.data[0].b64_json, picture);
    const spoken = await this.client.audio.speech.create({ model: model(provider, "tts-1"), voice: "alloy", input: "hello" });
    const bytes = Buffer.from(await spoken.arrayBuffer());
    assert.equal(bytes.subarray(0, 3).toString(), "ID3");
    const heard = await this.client.audio.transcriptions.create({
      model: model(provider, "whisper-1"), file: await sdk.toFile(bytes, "a.mp3"),
    });
    assert.equal(heard.text, `heard ${bytes.length} bytes by whisper-1`);
    const judged = await this.client.moderations.create({ model: model(provider, "omni-moderation-latest"), input: "hello" });
    assert.equal(judged.results[0].flagged, false);
  }

  async files() {
    const made = await this.client.files.create({ file: await sdk.toFile(Buffer.from("{}"), "a.jsonl"), purpose: "batch" });
    assert.equal(await (await this.client.files.content(made.id)).text(), "{}");
    const batch = await this.client.batches.create({
      input_file_id: made.id, endpoint: "/v1/chat/completions", completion_window: "24h",
    });
    assert.equal((await this.client.batches.retrieve(batch.id)).status, "completed");
    assert.ok((await this.client.files.delete(made.id)).deleted);
  }

  async base_urls(provider) {
    for (const base of ["", "/", "/v1", "/v1/", "/openai", "/openai/v1/", "/litellm", "/litellm/openai/v1", "/cursor/v1", "//v1"]) {
      const client = new OpenAILibrary({ baseURL: gateway + base, apiKey: key, maxRetries: 0, timeout: 30_000 });
      const answer = await client.chat.completions.create({
        model: model(provider), messages: [{ role: "user", content: "greet me" }],
      });
      assert.equal(answer.choices[0].message.content, greeting, base);
      assert.equal((await client.models.retrieve(model(provider))).id, model(provider), base);
    }
  }

  async errors(provider) {
    for (const [name, error] of [
      [model(provider, "missing"), sdk.NotFoundError], [model(provider, "refused"), sdk.BadRequestError],
      [faulty("limited", provider, this.caller), sdk.RateLimitError],
      [faulty("denied", provider, this.caller), sdk.AuthenticationError],
      [faulty("forbidden", provider, this.caller), sdk.PermissionDeniedError],
      [model(provider, "busy"), sdk.InternalServerError],
    ]) {
      await assert.rejects(this.ask(provider, "greet me", { model: name }), error);
      await assert.rejects(this.ask(provider, "greet me", { model: name, stream: true }), error);
    }
  }
}

/** The deployment is the model, and stands in the path. */
export class Azure extends OpenAI {
  caller = "node-azure";
  client = new sdk.AzureOpenAI({ endpoint: gateway, apiKey: key, apiVersion: "2024-10-21", maxRetries: 0, timeout: 30_000 });
}
