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

/** Asks the admin API. Throws an ApiError for whatever is no success. */
export async function call<Asked, Answer>(
  op: Operation<Asked, Answer>,
  asked: Asked,
  signal?: AbortSignal,
): Promise<Answer> {
  const parts = asked as Parts;
  const headers = credentials(op.method);
  if (parts.body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(address(op.path, parts), {
      method: op.method,
      headers,
      body: parts.body === undefined ? undefined : JSON.stringify(parts.body),
      signal: signal ?? null,
      credentials: "same-origin",
    });
  } catch (reason) {
    if (signal?.aborted) throw reason;
    throw new ApiError(0, "offline", "", "");
  }
  if (!response.ok) {
    const error = await errorOf(response);
    if (error.status === 401 && op.id !== "login") onStranger();
    throw error;
  }
  return response.status === 204 ? (null as Answer) : ((await response.json()) as Answer);
}
