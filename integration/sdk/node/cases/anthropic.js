// The @anthropic-ai/sdk library.

import assert from "node:assert/strict";
import Library, * as sdk from "@anthropic-ai/sdk";
import { city, faulty, gateway, greeting, key, model, person, picture, weather } from "../target.js";

const tools = [{ name: "get_weather", description: "Tells the weather.", input_schema: city }];

export class Anthropic {
  providers = { base_urls: ["openai"], models: ["anthropic"] };
  caller = "node-anthropic-cases";
  client = new Library({ baseURL: `${gateway}/anthropic`, apiKey: key, maxRetries: 0, timeout: 30_000 });

  ask(provider, content, more = {}) {
    return this.client.messages.create({
      model: model(provider), max_tokens: 100, messages: [{ role: "user", content }], ...more,
    });
  }

  async models(provider) {
    const names = [];
    for await (const found of this.client.models.list()) names.push(found.id);
    assert.ok(names.includes(model(provider)));
  }

  async chat(provider) {
    const answer = await this.ask(provider, "greet me");
    assert.equal(answer.content[0].text, greeting);
    assert.deepEqual([answer.usage.input_tokens, answer.usage.output_tokens], [11, 7]);
  }

  async stream(provider) {
    const stream = this.client.messages.stream({
      model: model(provider), max_tokens: 100, messages: [{ role: "user", content: "greet me" }],
    });
    const answer = await stream.finalMessage();
    assert.equal(answer.content[0].text, greeting);
    assert.equal(answer.usage.output_tokens, 7);
  }

  calls(answer) {
    return answer.content.filter((block) => block.type === "tool_use");
  }

  async tools(provider) {
    const answer = await this.ask(provider, "weather in Paris?", { tools });
    assert.deepEqual(this.calls(answer).map((c) => c.input), [{ city: "Paris" }]);
  }

  async parallel_tools(provider) {
    const answer = await this.ask(provider, "Paris and Oslo?", { tools });
    assert.equal(new Set(this.calls(answer).map((c) => c.id)).size, 2);
  }

  async tool_results(provider) {
    const first = await this.ask(provider, "Paris and Oslo?", { tools });
    const results = this.calls(first).map((c) => ({ type: "tool_result", tool_use_id: c.id, content: "21 degrees" }));
    const answer = await this.ask(provider, "", {
      tools,
      messages: [
        { role: "user", content: "Paris and Oslo?" }, { role: "assistant", content: first.content },
        { role: "user", content: results },
      ],
    });
    assert.equal(answer.content[0].text, weather);
  }

  async structured_output(provider) {
    const answer = await this.ask(provider, "Who is it?", {
      output_config: { format: { type: "json_schema", schema: person } },
    });
    assert.deepEqual(JSON.parse(answer.content[0].text), { name: "Ada", age: 36 });
  }

  async images(provider) {
    const answer = await this.ask(provider, [
      { type: "image", source: { type: "base64", media_type: "image/png", data: picture } },
      { type: "text", text: "What is in the picture?" },
    ]);
    assert.equal(answer.content[0].text, "One green pixel.");
  }

  async count_tokens(provider) {
    const counted = await this.client.messages.countTokens({
      model: model(provider), messages: [{ role: "user", content: "How many tokens are in this text?" }],
    });
    assert.ok(counted.input_tokens > 5);
  }

  async base_urls(provider) {
    for (const base of ["", "/", "/v1", "/anthropic/", "/anthropic/v1", "/litellm", "/langchain/anthropic"]) {
      const client = new Library({ baseURL: gateway + base, apiKey: key, maxRetries: 0, timeout: 30_000 });
      const messages = [{ role: "user", content: "greet me" }];
      const answer = await client.messages.create({ model: model(provider), max_tokens: 100, messages });
      assert.equal(answer.content[0].text, greeting, base);
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
