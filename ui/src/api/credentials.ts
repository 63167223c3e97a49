// Who asks: a session's cookie, which no script sees, with the token that goes beside it in
// each change; or the admin token, which this tab keeps until it is closed.

const kept = "asbru.token";

let csrf = "";

export function keepCsrf(token: string | undefined): void {
  csrf = token ?? "";
}

export function keepToken(token: string): void {
  sessionStorage.setItem(kept, token);
}

export function forgetCredentials(): void {
  csrf = "";
  sessionStorage.removeItem(kept);
}

/** The headers that say who asks. */
export function credentials(method: string): Record<string, string> {
  const headers: Record<string, string> = {};
  const token = sessionStorage.getItem(kept);
  if (token) headers.Authorization = `Bearer ${token}`;
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  return headers;
}
