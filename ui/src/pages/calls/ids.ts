import { call } from "@/api/call";
import type { Operation } from "@/api/operation";

/** A list of the log that can be gone through page by page. */
export type Listed = Operation<
  { query?: Record<string, unknown> },
  { logs: { id: string }[] | null; pagination: { next_cursor?: string } }
>;

/** The most that are taken out at once: so many are gathered before, to be counted. */
export const mostAtOnce = 10_000;
const page = 1_000;

export interface Gathered {
  ids: string[];
  /** There are more than could be gathered. */
  more: boolean;
}

/**
 * The ids of what a filter finds now, the newest first. The totals of a list come from sums, in which what was
 * taken out still counts: who wants to know what is there has to look.
 */
export async function gather(list: Listed, query: object, signal?: AbortSignal): Promise<Gathered> {
  const ids: string[] = [];
  let after = "";
  do {
    const found = await call(list, { query: { ...query, limit: page, ...(after && { after }) } }, signal);
    ids.push(...(found.logs ?? []).map((row) => row.id));
    after = found.pagination.next_cursor ?? "";
  } while (after && ids.length < mostAtOnce);
  return { ids: ids.slice(0, mostAtOnce), more: after !== "" };
}

/** Ids in lists that the admin API takes. */
export function portions(ids: string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / page) }, (_, i) => ids.slice(i * page, (i + 1) * page));
}
