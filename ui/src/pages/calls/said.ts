// What a kept body says, read for people: the messages and the tools of the dialects that
// have such. What is not understood is left to the raw text.

export interface Message {
  role: string;
  text: string;
}

export interface Tool {
  name: string;
  description: string;
  schema: unknown;
}

export interface Said {
  messages: Message[];
  tools: Tool[];
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

/** The body as an object of JSON, or null: it is cut, or none. */
export function parsed(body: string): Json | null {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** A part of a message's content, in any dialect. */
function partText(part: unknown): string {
  if (!isObject(part)) return text(part);
  if (typeof part.text === "string") return part.text;
  if (typeof part.thinking === "string") return part.thinking;
  if (part.type === "tool_use" || isObject(part.functionCall)) {
    const used = isObject(part.functionCall) ? part.functionCall : part;
    return `${text(used.name)}(${text(used.input ?? used.args)})`;
  }
  if (part.type === "tool_result") return contentText(part.content);
  return JSON.stringify(part);
}

function contentText(content: unknown): string {
  return Array.isArray(content) ? content.map(partText).join("\n") : text(content);
}

function messageOf(of: Json, role: string): Message {
  const used = objects(of.tool_calls).map((c) => {
    const f = isObject(c.function) ? c.function : c;
    return `${text(f.name)}(${text(f.arguments)})`;
  });
  const said = contentText(of.content ?? of.parts ?? of.output ?? "");
  const called = of.type === "function_call" ? [`${text(of.name)}(${text(of.arguments)})`] : [];
  return { role: text(of.role ?? of.type) || role, text: [said, ...called, ...used].filter(Boolean).join("\n") };
}

/** Where a dialect has its system prompt, if not among the messages. */
function systemOf(body: Json): Message[] {
  const own = body.system ?? body.instructions;
  const gemini = body.systemInstruction ?? body.system_instruction;
  const said = own !== undefined ? contentText(own) : isObject(gemini) ? contentText(gemini.parts) : "";
  return said ? [{ role: "system", text: said }] : [];
}

function toolsOf(body: Json): Tool[] {
  const declared = objects(body.tools).flatMap((t) => {
    const gemini = objects(t.functionDeclarations ?? t.function_declarations);
    return gemini.length ? gemini : [isObject(t.function) ? t.function : t];
  });
  return declared.map((t) => ({
    name: text(t.name ?? t.type),
    description: text(t.description),
    schema: t.parameters ?? t.input_schema ?? {},
  }));
}

/** The messages and tools of a request, in the order of the body. */
export function saidInRequest(body: Json): Said {
  const one = typeof body.input === "string" || typeof body.prompt === "string";
  const asked = one
    ? [{ role: "user", text: text(body.input ?? body.prompt) }]
    : objects(body.messages ?? body.contents ?? body.input).map((m) => messageOf(m, "user"));
  return { messages: [...systemOf(body), ...asked], tools: toolsOf(body) };
}

/** The messages of an answer. */
export function saidInAnswer(body: Json): Said {
  const nested = [
    ...objects(body.choices).map((c) => (isObject(c.message) ? c.message : { content: c.text })),
    ...objects(body.candidates).map((c) => (isObject(c.content) ? c.content : {})),
    ...objects(body.output),
  ];
  const own =
    body.content !== undefined || isObject(body.message) ? [isObject(body.message) ? body.message : body] : [];
  const messages = [...nested, ...own].map((m) => messageOf(m as Json, "assistant"));
  return { messages: messages.filter((m) => m.text !== ""), tools: [] };
}
