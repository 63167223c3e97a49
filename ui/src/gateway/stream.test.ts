import { afterEach, describe, expect, it, vi } from "vitest";
import { advance, eventsOf, inOne, type Progress, streamThroughControl } from "./stream";

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

describe("a call that an edge makes", () => {
  afterEach(() => vi.unstubAllGlobals());
  const events = (text: string) =>
    new Response(text, {
      headers: {
        "content-type": "text/event-stream",
        "x-request-id": "the page's own",
        "x-asbru-request-id": "r1",
        "x-asbru-provider": "mock",
      },
    });
  const run = async (answer: Response) => {
    const fetched = vi.fn(async (_path: string, _init: RequestInit) => answer);
    vi.stubGlobal("fetch", fetched);
    const told: Progress[] = [];
    const body = { model: "mock/mock", messages: [] };
    const ended = streamThroughControl(body, "sk-bf-1", new AbortController().signal, (p) => told.push(p));
    return { told, ended, sent: () => JSON.parse(String(fetched.mock.calls[0]?.[1].body)) };
  };

  it("is told as it comes, with the id of the call in the log", async () => {
    const { told, ended, sent } = await run(
      events('data: {"choices":[{"delta":{"content":"Hey"}}]}\n\ndata: [DONE]\n\n'),
    );
    await ended;
    expect(told.at(-1)).toMatchObject({ text: "Hey", requestId: "r1", provider: "mock" });
    expect(sent()).toMatchObject({ virtual_key: "sk-bf-1", request: { model: "mock/mock", stream: true } });
  });
  it("is told whole where it is not streamed", async () => {
    const { told, ended } = await run(
      Response.json({
        status: 200,
        headers: { "x-request-id": "r2", "x-asbru-provider": "mock" },
        body: { choices: [{ message: { content: "Hey" } }] },
        node: "e",
        took_ms: 1,
      }),
    );
    await ended;
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ text: "Hey", requestId: "r2" });
    expect(inOne({ body: {}, requestId: "", provider: "" }, 1).text).toBe("");
  });
  it("tells what the edge refuses, and what breaks it off", async () => {
    const refused = Response.json({ status: 429, headers: {}, body: { error: { code: "limit", message: "No" } } });
    await expect((await run(refused)).ended).rejects.toMatchObject({ status: 429, code: "limit" });
    const broken = await run(
      events(
        'data: {"choices":[{"delta":{"content":"H"}}]}\n\n\n\ndata: {"error":{"code":"edge_late","message":"Late"}}\n\n',
      ),
    );
    await expect(broken.ended).rejects.toMatchObject({ code: "edge_late", message: "Late" });
  });
});
