// Calls to models, through the gateway that this page comes from: as any client makes them,
// and never with what somebody is signed in by.

import { ApiError, errorOf } from "@/api/error";

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

/** The names of the models that can be called. */
export async function models(key?: string): Promise<string[]> {
  const response = await send("/v1/models", { headers: headers(key) });
  const { data } = (await response.json()) as { data: { id: string }[] };
  return data.map((m) => m.id);
}

export async function chat(asked: Asked, signal?: AbortSignal): Promise<Answered> {
  const began = performance.now();
  const response = await send("/v1/chat/completions", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...headers(asked.key),
      ...(asked.pin && { "x-asbru-key": asked.pin }),
    },
    body: JSON.stringify({ model: asked.model, messages: [{ role: "user", content: asked.prompt }] }),
    signal: signal ?? null,
  });
  const answer = (await response.json()) as { choices: { message: { content: string | null } }[] };
  return {
    text: answer.choices[0]?.message.content ?? "",
    requestId: response.headers.get("x-request-id") ?? "",
    provider: response.headers.get("x-asbru-provider") ?? "",
    tookMs: performance.now() - began,
  };
}
