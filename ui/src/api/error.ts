/** What is wrong with one place of a request. */
export interface Fault {
  path?: string;
  message: string;
}

/** A refusal by the server, or a failure to reach it (code "offline"). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string,
    readonly faults: Fault[] = [],
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** Whether somebody else has changed the same meanwhile. */
  get isConflict(): boolean {
    return this.status === 409 && this.code === "conflict";
  }

  /** Whether asking again may help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Reads the answer to a request that failed, whoever gave it: a proxy may answer with anything. */
export async function errorOf(response: Response): Promise<ApiError> {
  const id = response.headers.get("x-request-id") ?? "";
  return errorIn(response.status, await response.json().catch(() => null), id, response.statusText);
}

/** Reads the body of such an answer. */
export function errorIn(status: number, body: unknown, requestId: string, said = ""): ApiError {
  const error = (body as { error?: { code?: unknown; message?: unknown; details?: Fault[] } } | null)?.error;
  return error
    ? new ApiError(status, String(error.code), String(error.message), requestId, error.details ?? [])
    : new ApiError(status, `http_${status}`, said || "No answer", requestId);
}
