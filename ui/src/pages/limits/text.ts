import { words } from "@/words";

/** A limit as "100 per 1m"; nothing where there is none. */
export function limitText(of: unknown, max: string, period: string): string {
  const limit = (of ?? {}) as Record<string, unknown>;
  return limit[max] === undefined ? "" : words.limits.per(String(limit[max]), String(limit[period] ?? ""));
}
