// The @google/genai library.

import assert from "node:assert/strict";
import { ApiError, GoogleGenAI } from "@google/genai";
import { city, embedding, faulty, gateway, greeting, key, model, person, picture, vector, weather } from "../target.js";

const tools = [
  { functionDeclarations: [{ name: "get_weather", description: "Tells the weather.", parametersJsonSchema: city }] },
];

export class Google {
  providers = { base_urls: ["openai"], files: ["gemini"], models: ["gemini"], embeddings: Object.keys(embedding) };
  caller = "node-genai-cases";
  client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: `${gateway}/genai`, timeout: 30_000 } });

  ask(provider, contents, config = {}, name = model(provider)) {
    return this.client.models.generateContent({ model: name, contents, config });
  }

  async models(provider) {
    const names = [];
    for await (const found of await this.client.models.list()) names.push(found.name);
    assert.ok(names.includes(`models/${model(provider)}`));
  }

  async chat(provider) {
    const answer = await this.ask(provider, "greet me");
    assert.equal(answer.text, greeting);
    assert.equal(answer.usageMetadata.totalTokenCount, 18);
  }

  async stream(provider) {
    const chunks = [];
    const stream = await this.client.models.generateContentStream({ model: model(provider), contents: "greet me" });
    for await (const chunk of stream) chunks.push(chunk);
    assert.equal(chunks.map((c) => c.text ?? "").join(""), greeting);
    assert.equal(chunks.at(-1).usageMetadata.candidatesTokenCount, 7);
  }

  async tools(provider) {
    const answer = await this.ask(provider, "weather in Paris?", { tools });
    assert.deepEqual(answer.functionCalls.map((c) => c.args), [{ city: "Paris" }]);
  }

  async parallel_tools(provider) {
    const answer = await this.ask(provider, "Paris and Oslo?", { tools });
    assert.deepEqual(answer.functionCalls.map((c) => c.args.city), ["Paris", "Oslo"]);
  }

  async tool_results(provider) {
    const question = { role: "user", parts: [{ text: "Paris and Oslo?" }] };
    const first = await this.ask(provider, [question], { tools });
    const results = first.functionCalls.map(({ id, name }) => ({ functionResponse: { id, name, response: { result: "21" } } }));
    const answer = await this.ask(provider, [question, first.candidates[0].content, { role: "user", parts: results }], { tools });
    assert.equal(answer.text, weather);
  }

  async structured_output(provider) {
    const answer = await this.ask(provider, "Who is it?", {
      responseMimeType: "application/json", responseJsonSchema: person,
    });
    assert.deepEqual(JSON.parse(answer.text), { name: "Ada", age: 36 });
  }

  async images(provider) {
    const answer = await this.ask(provider, [
      { role: "user", parts: [{ inlineData: { mimeType: "image/png", data: picture } }, { text: "What is in the picture?" }] },
    ]);
    assert.equal(answer.text, "One green pixel.");
  }

  async embeddings(provider) {
    const answer = await this.client.models.embedContent({
      model: model(provider, embedding[provider]), contents: ["one", "two"],
    });
    assert.deepEqual(answer.embeddings.map((e) => e.values), [vector, vector]);
  }

  async count_tokens(provider) {
    const counted = await this.client.models.countTokens({
      model: model(provider), contents: "How many tokens are in this text?",
    });
    assert.ok(counted.totalTokens > 5);
  }

  async files() {
    const made = await this.client.files.upload({ file: new Blob(["hello"]), config: { mimeType: "text/plain" } });
    assert.equal(made.name, "files/f1");
    assert.equal((await this.client.files.get({ name: made.name })).mimeType, "text/plain");
    await this.client.files.delete({ name: made.name });
  }

  async base_urls(provider) {
    for (const base of ["", "/", "/genai/", "/litellm", "/langchain/genai"]) {
      for (const apiVersion of ["v1", "v1beta"]) {
        const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: gateway + base, apiVersion, timeout: 30_000 } });
        const answer = await client.models.generateContent({ model: model(provider), contents: "greet me" });
        assert.equal(answer.text, greeting, base);
      }
    }
  }

  async errors(provider) {
    for (const [name, status] of [
      [model(provider, "missing"), 404], [model(provider, "refused"), 400],
      [faulty("limited", provider, this.caller), 429], [faulty("denied", provider, this.caller), 401],
      [faulty("forbidden", provider, this.caller), 403], [model(provider, "busy"), 503],
    ]) {
      await assert.rejects(
        this.ask(provider, "greet me", {}, name),
        (error) => error instanceof ApiError && error.status === status,
      );
    }
  }
}

/** As Vertex AI's: a model's provider is its publisher there. */
export class Vertex extends Google {
  caller = "node-vertex";
  client = new GoogleGenAI({ vertexai: true, apiKey: key, httpOptions: { baseUrl: `${gateway}/genai`, timeout: 30_000 } });
}
