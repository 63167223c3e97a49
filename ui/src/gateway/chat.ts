// Calls to models: where the gateway is here, as any client makes them and never with what
// somebody is signed in by; else by an edge, which control has make them.

import { send as ask, call } from "@/api/call";
import { ApiError, errorIn, errorOf } from "@/api/error";
import { type TestCallAnswer, type TestCallInputBody, testCall } from "@/api/operations";

export interface Asked {
  model: string;
  prompt: string;
  /** The value of a virtual key, where one is needed. */
  key?: string;
  /** The name of the provider's key that is to be used. */
  pin?: string;
}

export interface Answered {
  text: string;
  requestId: string;
  provider: string;
  tookMs: number;
}

/** The whole answer of a call that was not refused. */
export interface Reply {
  body: unknown;
  requestId: string;
  provider: string;
}

export async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: "omit" });
  } catch (reason) {
    if (init.signal?.aborted) throw reason;
    throw new ApiError(0, "offline", "", "");
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

export function headers(key: string | undefined): Record<string, string> {
  return key ? { Authorization: `Bearer ${key}` } : {};
}

type Path = "/v1/chat/completions" | "/v1/models" | "/v1/mcp/tool/execute";

interface Shown {
  key?: string | undefined;
  pin?: string | undefined;
}

/** Has an edge make a call. What it refuses is an error, as any refusal of the gateway. */
export async function throughControl(
  path: Path,
  { key, pin }: Shown,
  request?: unknown,
  signal?: AbortSignal,
): Promise<Reply> {
  return replyIn(await call(testCall, { body: asking(path, { key, pin }, request) }, signal));
}

/** Has an edge make a call whose events come as it makes them; whole, where it does not stream. */
export function streamedThroughControl(key: string, request: unknown, signal: AbortSignal): Promise<Response> {
  return ask(testCall, { body: asking("/v1/chat/completions", { key }, request) }, signal);
}

function asking(path: Path, { key, pin }: Shown, request: unknown): TestCallInputBody {
  return { path, request, ...(key && { virtual_key: key }), ...(pin && { provider_key: pin }) };
}

/** What an edge has answered through control. Throws what it has refused. */
export function replyIn({ status, headers, body }: TestCallAnswer): Reply {
  const requestId = headers["x-request-id"] ?? "";
  if (status >= 400) throw errorIn(status, body, requestId);
  return { body, requestId, provider: headers["x-asbru-provider"] ?? "" };
}

async function here(path: Path, { key, pin }: Shown, request?: unknown, signal?: AbortSignal): Promise<Reply> {
  const response = await send(path, {
    method: request === undefined ? "GET" : "POST",
    headers: { ...headers(key), ...(pin && { "x-asbru-key": pin }), "Content-Type": "application/json" },
    body: request === undefined ? null : JSON.stringify(request),
    signal: signal ?? null,
  });
  return {
    body: await response.json(),
    requestId: response.headers.get("x-request-id") ?? "",
    provider: response.headers.get("x-asbru-provider") ?? "",
  };
}

/** Makes a call, here or by an edge. */
export function make(
  isHere: boolean,
  path: Path,
  shown: Shown,
  request?: unknown,
  signal?: AbortSignal,
): Promise<Reply> {
  return (isHere ? here : throughControl)(path, shown, request, signal);
}

/** The names of the models that can be called. */
export async function models(isHere: boolean, key?: string): Promise<string[]> {
  const { body } = await make(isHere, "/v1/models", { key });
  return (body as { data: { id: string }[] }).data.map((m) => m.id);
}

export async function chat(isHere: boolean, asked: Asked, signal?: AbortSignal): Promise<Answered> {
  const began = performance.now();
  const request = { model: asked.model, messages: [{ role: "user", content: asked.prompt }] };
  const { body, ...of } = await make(isHere, "/v1/chat/completions", asked, request, signal);
  const answer = body as { choices: { message: { content: string | null } }[] };
  return { ...of, text: answer.choices[0]?.message.content ?? "", tookMs: performance.now() - began };
}
