import type { Body } from "./snippets";

/** A variable, as docs/prompts.md has it. */
const variable = /\{\{\s*([A-Za-z0-9_]{1,64})\s*\}\}/g;

/** The names of the variables in the texts of messages, each once. */
export function variablesOf(messages: unknown): string[] {
  return [...new Set(textsOf(messages).flatMap((text) => [...text.matchAll(variable)].map((found) => found[1] ?? "")))];
}

function textsOf(of: unknown): string[] {
  if (typeof of === "string") return [of];
  return of && typeof of === "object" ? Object.values(of).flatMap(textsOf) : [];
}

/** The messages with values in the place of their variables, as the gateway fills a version that calls name. */
export function filled<T>(of: T, values: Record<string, string>): T {
  if (typeof of === "string") return of.replace(variable, (whole, name: string) => values[name] ?? whole) as T;
  if (Array.isArray(of)) return of.map((part) => filled(part, values)) as T;
  if (of && typeof of === "object")
    return Object.fromEntries(Object.entries(of).map(([name, part]) => [name, filled(part, values)])) as T;
  return of;
}

/** A body that names a version of a prompt, NAME@VERSION, which the gateway puts before what the body says. */
export function naming(body: Body, prompt: string, variables: Record<string, string>): Body {
  const [id = "", version] = prompt.split("@", 2);
  const said = body.messages.filter((m) => m.content !== "");
  return { ...body, messages: said, prompt: { id, ...(version && { version }), variables } };
}
