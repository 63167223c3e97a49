import type { LogRow } from "@/api/operations";
import { words } from "@/words";

const w = words.cache.reasons;

/** The part of the configuration's cache that says which calls it is for (docs/cache.md). */
export interface CacheSettings {
  enabled?: boolean;
  only_when_asked?: boolean;
  scope?: string;
}

/** What the log and the configuration of now tell of why a call was not answered from the cache. */
export function whyMissed(row: LogRow, settings: CacheSettings): string[] {
  const marks = row.marks?.split(/[,\s]+/) ?? [];
  if (marks.some((mark) => mark.split("=")[0] === "cache:hit")) return [w.hit];
  const reasons = [
    !settings.enabled && w.off,
    settings.only_when_asked && w.onlyWhenAsked,
    row.status !== "success" && w.failed,
    row.shadow && w.shadow,
    settings.scope !== "global" && w.scope(row.virtual_key_name ?? row.virtual_key_id ?? ""),
  ].filter((reason): reason is string => typeof reason === "string");
  // What the cache goes by is a digest that the log has not: the rest is what a comparison tells.
  return [...reasons, w.other];
}
