import { make } from "./chat";

/** What a tool has said. It is text, whatever the server meant by it. */
export interface Said {
  text: string;
  isError: boolean;
  requestId: string;
}

/** Runs a tool by the rights of a virtual key, whose value is shown. */
export async function runTool(
  isHere: boolean,
  key: string,
  name: string,
  args: unknown,
  signal: AbortSignal,
): Promise<Said> {
  const id = `ui-${Math.random().toString(36).slice(2)}`;
  const request = { id, type: "function", function: { name, arguments: JSON.stringify(args) } };
  const { body, requestId } = await make(isHere, "/v1/mcp/tool/execute", { key: key || undefined }, request, signal);
  const { content, is_error } = body as { content?: unknown; is_error?: boolean };
  const text = typeof content === "string" ? content : JSON.stringify(content ?? null, null, 2);
  return { text, isError: is_error === true, requestId };
}
