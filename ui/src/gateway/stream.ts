import { ApiError } from "@/api/error";
import type { TestCallAnswer } from "@/api/operations";
import { headers, type Reply, replyIn, send, streamedThroughControl } from "./chat";
import type { Body } from "./snippets";

/** What is known of an answer that comes in pieces. */
export interface Progress {
  text: string;
  reasoning: string;
  /** Calls of tools, as they have been written so far. */
  tools: { name: string; arguments: string }[];
  requestId: string;
  provider: string;
  firstMs?: number;
  tookMs: number;
  inputTokens?: number;
  outputTokens?: number;
  finish?: string;
}

interface Chunk {
  error?: { message: string; code?: string | null };
  choices?: {
    delta?: {
      content?: string | null;
      reasoning_content?: string | null;
      reasoning?: string | null;
      tool_calls?: { index?: number; function?: { name?: string; arguments?: string } }[];
    };
    finish_reason?: string | null;
  }[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
}

/** Takes a chunk of a stream up into what is known. */
export function advance(before: Progress, chunk: Chunk, now: number): Progress {
  const next = { ...before, tookMs: now };
  const { delta, finish_reason } = chunk.choices?.[0] ?? {};
  if (delta?.content) next.text += delta.content;
  next.reasoning += delta?.reasoning_content ?? delta?.reasoning ?? "";
  if (next.firstMs === undefined && (delta?.content || next.reasoning || delta?.tool_calls)) next.firstMs = now;
  for (const call of delta?.tool_calls ?? []) {
    const at = call.index ?? 0;
    const was = next.tools[at] ?? { name: "", arguments: "" };
    next.tools = [...next.tools];
    next.tools[at] = {
      name: was.name + (call.function?.name ?? ""),
      arguments: was.arguments + (call.function?.arguments ?? ""),
    };
  }
  if (finish_reason) next.finish = finish_reason;
  if (chunk.usage) {
    next.inputTokens = chunk.usage.prompt_tokens;
    next.outputTokens = chunk.usage.completion_tokens;
  }
  return next;
}

/** The data of the events in a text, and what is left of one that has not ended. */
export function eventsOf(text: string): { events: string[]; rest: string } {
  const parts = text.split(/\r?\n\r?\n/);
  const rest = parts.pop() ?? "";
  const events = parts.map((event) =>
    event
      .split(/\r?\n/)
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).trimStart())
      .join("\n"),
  );
  return { events: events.filter((data) => data !== "" && data !== "[DONE]"), rest };
}

type Told = (progress: Progress) => void;

/** Makes a call whose answer is streamed, and tells of it as it comes. */
export async function stream(body: Body, key: string, signal: AbortSignal, told: Told): Promise<void> {
  const began = performance.now();
  const response = await send("/v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers(key || undefined) },
    body: JSON.stringify(streamed(body)),
    signal,
  });
  await follow(response, "x-request-id", began, told);
}

/** Has an edge make such a call through control. */
export async function streamThroughControl(body: Body, key: string, signal: AbortSignal, told: Told): Promise<void> {
  const began = performance.now();
  const response = await streamedThroughControl(key, streamed(body), signal);
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    await follow(response, "x-asbru-request-id", began, told);
    return;
  }
  told(inOne(replyIn((await response.json()) as TestCallAnswer), performance.now() - began));
}

function streamed(body: Body): Body {
  return { ...body, stream: true, stream_options: { include_usage: true } };
}

/** Tells of an answer as its events come. */
async function follow(response: Response, idIn: string, began: number, told: Told): Promise<void> {
  const requestId = response.headers.get(idIn) ?? "";
  const provider = response.headers.get("x-asbru-provider") ?? "";
  let progress: Progress = {
    text: "",
    reasoning: "",
    tools: [],
    requestId,
    provider,
    tookMs: performance.now() - began,
  };
  told(progress);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return;
    const read = eventsOf(rest + part.value);
    rest = read.rest;
    for (const data of read.events) {
      const chunk = JSON.parse(data) as Chunk;
      if (chunk.error) throw new ApiError(0, chunk.error.code || "stream_failed", chunk.error.message, requestId);
      progress = advance(progress, chunk, performance.now() - began);
    }
    told(progress);
  }
}

interface Whole {
  choices?: { message?: NonNullable<Chunk["choices"]>[number]["delta"]; finish_reason?: string | null }[];
  usage?: Chunk["usage"];
}

/** What is known of an answer that has come as a whole. */
export function inOne({ body, ...of }: Reply, tookMs: number): Progress {
  const { choices, usage } = body as Whole;
  const chunk: Chunk = {
    choices: (choices ?? []).map(({ message, finish_reason }) => ({
      ...(message && { delta: message }),
      finish_reason: finish_reason ?? null,
    })),
    usage: usage ?? null,
  };
  const { firstMs: _, ...progress } = advance({ text: "", reasoning: "", tools: [], tookMs: 0, ...of }, chunk, tookMs);
  return progress;
}
