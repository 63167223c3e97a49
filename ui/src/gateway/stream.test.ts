import { describe, expect, it } from "vitest";
import { advance, eventsOf, type Progress } from "./stream";

const nothing: Progress = { text: "", reasoning: "", tools: [], requestId: "", provider: "", tookMs: 0 };

describe("a stream", () => {
  it("is cut into its events, wherever the network has cut it", () => {
    const first = eventsOf('data: {"a":1}\n\ndata: {"b"');
    expect(first).toEqual({ events: ['{"a":1}'], rest: 'data: {"b"' });
    expect(eventsOf(`${first.rest}:2}\r\n\r\n: note\n\ndata: [DONE]\n\n`)).toEqual({ events: ['{"b":2}'], rest: "" });
  });
  it("adds up texts and tools, and knows when the first came", () => {
    const one = advance(nothing, { choices: [{ delta: { content: "He" } }] }, 5);
    const two = advance(
      one,
      {
        choices: [
          {
            delta: { content: "y", tool_calls: [{ index: 0, function: { name: "f", arguments: '{"a"' } }] },
            finish_reason: "stop",
          },
        ],
      },
      7,
    );
    const three = advance(
      two,
      {
        choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] } }],
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      },
      9,
    );
    expect(three).toMatchObject({
      text: "Hey",
      tools: [{ name: "f", arguments: '{"a":1}' }],
      firstMs: 5,
      tookMs: 9,
      inputTokens: 1,
      outputTokens: 2,
      finish: "stop",
    });
    expect(one.tools).toEqual([]);
  });
});
