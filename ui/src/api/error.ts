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
  try {
    const { error } = await response.json();
    return new ApiError(response.status, String(error.code), String(error.message), id, error.details ?? []);
  } catch {
    return new ApiError(response.status, `http_${response.status}`, response.statusText || "No answer", id);
  }
}
