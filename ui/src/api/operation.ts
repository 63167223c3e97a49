/** An operation of the admin API: what it is asked with and what it answers are types alone. */
export interface Operation<Asked, Answer> {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Never there; it holds the types. */
  readonly types?: [Asked, Answer];
}

export function operation<Asked, Answer>(id: string, method: string, path: string): Operation<Asked, Answer> {
  return { id, method, path };
}
