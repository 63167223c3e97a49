/** What the playground's form is filled with to make a call again. */
export interface Draft {
  model: string;
  system: string;
  prompt: string;
  /** The members of the body that have no field of their own, as JSON, or "". */
  extra: string;
}

/** Reads a kept body of /v1/chat/completions into the playground's form. */
export function draftOf(text: string): Draft | null {
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(body?.messages)) return null;
  const { model, messages, stream: _, stream_options: _2, ...rest } = body;
  const said = messages as { role?: unknown; content?: unknown }[];
  const [system, user] = said.length === 2 ? said : [undefined, said[0]];
  const plain =
    said.length <= 2 &&
    said.every((m) => typeof m?.content === "string" && Object.keys(m).length === 2) &&
    user?.role === "user" &&
    (system === undefined || system.role === "system");
  // A conversation of more than the form has fields for goes into the further fields, which count before them.
  const extra = plain ? rest : { ...rest, messages };
  return {
    model: String(model ?? ""),
    system: plain ? String(system?.content ?? "") : "",
    prompt: plain ? String(user?.content ?? "") : "",
    extra: Object.keys(extra).length ? JSON.stringify(extra, null, 2) : "",
  };
}
