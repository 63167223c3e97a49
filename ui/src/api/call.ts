import { credentials } from "./credentials";
import { ApiError, errorOf } from "./error";
import type { Operation } from "./operation";

export type Query = Record<string, string | number | boolean | string[] | null | undefined>;

interface Parts {
  path?: Record<string, string | number>;
  query?: Query;
  body?: unknown;
}

/** Fills the path and the query of an operation. What is absent or empty is left out. */
export function address(path: string, asked: Parts): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(asked.path?.[name] ?? "")));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked.query ?? {})) {
    const text = Array.isArray(value) ? value.join(",") : String(value ?? "");
    if (text !== "") query.set(name, text);
  }
  const search = query.toString();
  return search ? `${filled}?${search}` : filled;
}

/** Called when the server does not know any more who asks. */
let onStranger: () => void = () => {};
export function whenStranger(told: () => void): void {
  onStranger = told;
}

/** How often somebody has been let in: what was asked before that may be refused still, and means nothing. */
let entries = 0;
export function letIn(): void {
  entries++;
}

/** Asks the admin API. Throws an ApiError for whatever is no success. */
export async function call<Asked, Answer>(
  op: Operation<Asked, Answer>,
  asked: Asked,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await send(op, asked, signal);
  return response.status === 204 ? (null as Answer) : ((await response.json()) as Answer);
}

/** Asks for a file, which the browser keeps under a name. */
export async function download<Asked>(op: Operation<Asked, unknown>, asked: Asked, name: string): Promise<void> {
  const response = await send(op, asked);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Asks the admin API for what is no whole JSON. Throws as call does. */
export async function send<Asked>(
  op: Operation<Asked, unknown>,
  asked: Asked,
  signal?: AbortSignal,
): Promise<Response> {
  const parts = asked as Parts;
  const headers = credentials(op.method);
  const isFile = parts.body instanceof Blob;
  const entry = entries;
  if (parts.body !== undefined) headers["Content-Type"] = isFile ? "application/octet-stream" : "application/json";
  let response: Response;
  try {
    response = await fetch(address(op.path, parts), {
      method: op.method,
      headers,
      body: parts.body === undefined ? null : isFile ? (parts.body as Blob) : JSON.stringify(parts.body),
      signal: signal ?? null,
      credentials: "same-origin",
    });
  } catch (reason) {
    if (signal?.aborted) throw reason;
    throw new ApiError(0, "offline", "", "");
  }
  if (!response.ok) {
    const error = await errorOf(response);
    if (error.status === 401 && op.id !== "login" && entry === entries) onStranger();
    throw error;
  }
  return response;
}
