// The @aws-sdk/client-bedrock-runtime library. The access key is the virtual key.

import assert from "node:assert/strict";
import * as sdk from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { city, faulty, gateway, greeting, key, model, picture, weather } from "../target.js";

const toolConfig = {
  tools: [{ toolSpec: { name: "get_weather", description: "Tells the weather.", inputSchema: { json: city } } }],
};

export class Bedrock {
  caller = "node-bedrock";
  client = new sdk.BedrockRuntimeClient({
    endpoint: `${gateway}/bedrock`, region: "us-east-1", maxAttempts: 1,
    credentials: { accessKeyId: key, secretAccessKey: "any" },
    requestHandler: new NodeHttpHandler(), // HTTP/1.1, which the library would not speak
  });

  ask(provider, content, more = {}) {
    const blocks = typeof content === "string" ? [{ text: content }] : content;
    return this.client.send(new sdk.ConverseCommand({
      modelId: model(provider), messages: [{ role: "user", content: blocks }], ...more,
    }));
  }

  calls(answer) {
    return answer.output.message.content.filter((block) => block.toolUse).map((block) => block.toolUse);
  }

  async chat(provider) {
    const answer = await this.ask(provider, "greet me");
    assert.equal(answer.output.message.content[0].text, greeting);
    assert.deepEqual([answer.usage.inputTokens, answer.usage.outputTokens], [11, 7]);
  }

  async stream(provider) {
    const answer = await this.client.send(new sdk.ConverseStreamCommand({
      modelId: model(provider), messages: [{ role: "user", content: [{ text: "greet me" }] }],
    }));
    let text = "";
    let usage;
    for await (const event of answer.stream) {
      text += event.contentBlockDelta?.delta.text ?? "";
      usage = event.metadata?.usage ?? usage;
    }
    assert.equal(text, greeting);
    assert.equal(usage.outputTokens, 7);
  }

  async tools(provider) {
    const answer = await this.ask(provider, "weather in Paris?", { toolConfig });
    assert.deepEqual(this.calls(answer).map((call) => call.input), [{ city: "Paris" }]);
  }

  async parallel_tools(provider) {
    const answer = await this.ask(provider, "Paris and Oslo?", { toolConfig });
    assert.equal(new Set(this.calls(answer).map((call) => call.toolUseId)).size, 2);
  }

  async tool_results(provider) {
    const question = { role: "user", content: [{ text: "Paris and Oslo?" }] };
    const first = await this.ask(provider, "", { messages: [question], toolConfig });
    const results = this.calls(first).map(({ toolUseId }) => ({ toolResult: { toolUseId, content: [{ text: "21" }] } }));
    const answer = await this.ask(provider, "", {
      messages: [question, first.output.message, { role: "user", content: results }], toolConfig,
    });
    assert.equal(answer.output.message.content[0].text, weather);
  }

  async images(provider) {
    const answer = await this.ask(provider, [
      { text: "What is in the picture?" },
      { image: { format: "png", source: { bytes: Buffer.from(picture, "base64") } } },
    ]);
    assert.equal(answer.output.message.content[0].text, "One green pixel.");
  }

  async errors(provider) {
    for (const [modelId, error] of [
      [model(provider, "missing"), sdk.ResourceNotFoundException], [model(provider, "refused"), sdk.ValidationException],
      [faulty("limited", provider, this.caller), sdk.ThrottlingException],
      [faulty("forbidden", provider, this.caller), sdk.AccessDeniedException],
      [model(provider, "busy"), sdk.ServiceUnavailableException],
    ]) {
      await assert.rejects(this.ask(provider, "greet me", { modelId }), error);
    }
  }
}
