import type { LogRow } from "@/api/operations";
import { parsed } from "../calls/said";

/** A call that guardrails are tried on: its request, in its dialect. */
export interface Sample {
  request: unknown;
  dialect: string;
  op: string;
}

/** The operations whose texts guardrails look at. */
const looked = ["chat", "completion", "embedding", "rerank"];

/** What was asked in a call, or null where that is not kept whole or no guardrail looks at such. */
export function sampleOf(row: LogRow): Sample | null {
  const body = row.content && !row.content.request.truncated ? parsed(row.content.request.text) : null;
  return body && looked.includes(row.operation) ? { request: body, dialect: row.dialect, op: row.operation } : null;
}
