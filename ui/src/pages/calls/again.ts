import type { LogRow } from "@/api/operations";
import { curl } from "@/gateway/snippets";
import { parsed } from "./said";

/** Where the calls of a dialect and an operation are made, for those that stand in the path alone. */
const paths: Record<string, string> = {
  "openai chat": "/v1/chat/completions",
  "openai completion": "/v1/completions",
  "openai embedding": "/v1/embeddings",
  "responses chat": "/v1/responses",
  "anthropic chat": "/anthropic/v1/messages",
};

/** The command that makes a call again, or null where its request is not kept whole. */
export function again(row: LogRow, origin: string): string | null {
  const path = paths[`${row.dialect} ${row.operation}`];
  const body = row.content && !row.content.request.truncated ? parsed(row.content.request.text) : null;
  return path && body ? curl(`${origin}${path}`, body, Boolean(row.virtual_key_id)) : null;
}

/** Whether the playground can make a call again. */
export function isReplayable(row: LogRow): boolean {
  const content = row.content;
  return (
    row.dialect === "openai" &&
    row.operation === "chat" &&
    content?.request.truncated === false &&
    Array.isArray(parsed(content.request.text)?.messages)
  );
}
