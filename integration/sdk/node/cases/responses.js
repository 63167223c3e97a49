// The openai library, with the Responses API.

import assert from "node:assert/strict";
import OpenAI, * as sdk from "openai";
import { city, faulty, gateway, greeting, key, model, person, picture, weather } from "../target.js";

const tools = [
  { type: "function", name: "get_weather", description: "Tells the weather.", parameters: city, strict: false },
];

export class Responses {
  caller = "node-responses";
  client = new OpenAI({ baseURL: `${gateway}/openai/v1`, apiKey: key, maxRetries: 0, timeout: 30_000 });

  ask(provider, input, more = {}) {
    return this.client.responses.create({ model: model(provider), input, ...more });
  }

  calls(answer) {
    return answer.output.filter((item) => item.type === "function_call");
  }

  async chat(provider) {
    const answer = await this.ask(provider, "greet me");
    assert.equal(answer.output_text, greeting);
    assert.deepEqual([answer.usage.input_tokens, answer.usage.output_tokens], [11, 7]);
  }

  async stream(provider) {
    const events = [];
    for await (const event of await this.ask(provider, "greet me", { stream: true })) events.push(event);
    const deltas = events.filter((event) => event.type === "response.output_text.delta");
    assert.equal(deltas.map((event) => event.delta).join(""), greeting);
    assert.equal(events.at(-1).type, "response.completed");
    assert.equal(events.at(-1).response.usage.output_tokens, 7);
  }

  async tools(provider) {
    const answer = await this.ask(provider, "weather in Paris?", { tools });
    assert.deepEqual(this.calls(answer).map((call) => JSON.parse(call.arguments)), [{ city: "Paris" }]);
  }

  async parallel_tools(provider) {
    const answer = await this.ask(provider, "Paris and Oslo?", { tools });
    assert.equal(new Set(this.calls(answer).map((call) => call.call_id)).size, 2);
  }

  async tool_results(provider) {
    const question = { role: "user", content: "Paris and Oslo?" };
    const first = await this.ask(provider, [question], { tools });
    const results = this.calls(first).map(({ call_id }) => ({ type: "function_call_output", call_id, output: "21 degrees" }));
    const answer = await this.ask(provider, [question, ...first.output, ...results], { tools });
    assert.equal(answer.output_text, weather);
  }

  async structured_output(provider) {
    const answer = await this.ask(provider, "Who is it?", {
      text: { format: { type: "json_schema", name: "person", strict: true, schema: person } },
    });
    assert.deepEqual(JSON.parse(answer.output_text), { name: "Ada", age: 36 });
  }

  async images(provider) {
    const answer = await this.ask(provider, [{
      role: "user",
      content: [
        { type: "input_text", text: "What is in the picture?" },
        { type: "input_image", image_url: `data:image/png;base64,${picture}`, detail: "auto" },
      ],
    }]);
    assert.equal(answer.output_text, "One green pixel.");
  }

  async errors(provider) {
    for (const [name, error] of [
      [model(provider, "missing"), sdk.NotFoundError], [model(provider, "refused"), sdk.BadRequestError],
      [faulty("limited", provider, this.caller), sdk.RateLimitError],
      [faulty("denied", provider, this.caller), sdk.AuthenticationError],
      [model(provider, "busy"), sdk.InternalServerError],
    ]) {
      await assert.rejects(this.ask(provider, "greet me", { model: name }), error);
      await assert.rejects(this.ask(provider, "greet me", { model: name, stream: true }), error);
    }
  }
}
