import type { LogRow } from "@/api/operations";
import { words } from "@/words";

const w = words.calls.content;

/** The part of the configuration that says of which calls bodies are kept (docs/logs.md). */
export interface Keeping {
  logs?: { bodies?: string; retention_in_days?: number };
  client?: { disable_content_logging?: boolean; log_retention_days?: number };
}

const day = 86_400_000;
const usualDays = 30;

/**
 * Why nothing is kept of what was said in a call, as far as the configuration of now tells:
 * null where it says that something should be.
 */
export function whyUnkept(row: LogRow, keeping: Keeping, now: number): string | null {
  if (row.shadow) return w.never;
  const bodies = keeping.logs?.bodies ?? "off";
  if (keeping.client?.disable_content_logging) return w.policy("client.disable_content_logging: true");
  if (bodies === "off") return w.policy("logs.bodies: off");
  // 0 is as long as the rows.
  const days = keeping.logs?.retention_in_days ?? (keeping.client?.log_retention_days || usualDays);
  if (days > 0 && now - Date.parse(row.timestamp) > days * day) return w.expired(days);
  if (bodies === "errors" && row.status === "success") return w.policy("logs.bodies: errors");
  if (bodies === "keys") return w.policy("logs.bodies: keys");
  return null;
}
