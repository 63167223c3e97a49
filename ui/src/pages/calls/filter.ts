import type { LogRow } from "@/api/operations";
import { rangeOf, rangeQuery } from "@/lib/range";
import type { Search } from "@/shell/search";

/** The filters that hold lists of values; each is one of the URL, too. */
export const lists = [
  "status",
  "providers",
  "models",
  "selected_key_ids",
  "virtual_key_ids",
  "team_ids",
  "customer_ids",
  "user_ids",
  "nodes",
  "status_codes",
] as const;
export type ListFilter = (typeof lists)[number];

const texts = ["request_id", "session_id", "end_user", "error_code", "content_search"] as const;
/** The filters that hold one value. */
const singles = [...texts, "min_latency", "missing_cost_only"] as const;

export function valuesOf(search: Search, name: ListFilter): string[] {
  return search[name] ? search[name].split(",") : [];
}

/** What the admin API is asked for. */
export type Filter = Partial<Record<ListFilter, string[]>> & {
  request_id?: string;
  session_id?: string;
  end_user?: string;
  error_code?: string;
  content_search?: string;
  min_latency?: number;
  missing_cost_only?: boolean;
  start_time?: string;
  end_time?: string;
};

/** What the URL of the page asks of the admin API. */
export function filterOf(search: Search): Filter {
  const query: Filter = {};
  for (const name of lists) if (search[name]) query[name] = valuesOf(search, name);
  for (const name of texts) if (search[name]) query[name] = search[name];
  if (search.min_latency) query.min_latency = Number(search.min_latency) || 0;
  if (search.missing_cost_only) query.missing_cost_only = search.missing_cost_only === "true";
  // A call whose id is known is looked for at any time.
  return search.request_id && !search.from ? query : { ...query, ...rangeQuery(rangeOf(search)) };
}

/** The part of the filter that the WebSocket knows, or null if there is more to it. */
export function liveFilterOf(search: Search): Record<string, string[]> | null {
  if (singles.some((name) => search[name]) || search.status_codes) return null;
  const filter: Record<string, string[]> = {};
  for (const name of lists) {
    const values = valuesOf(search, name);
    if (values.length) filter[name] = values;
  }
  return filter;
}

/** Whether a call is one of those that a filter of the WebSocket is for: what others listen to comes along. */
export function matches(row: LogRow, filter: Record<string, string[]>): boolean {
  const has: Record<string, string | undefined> = {
    status: row.status,
    providers: row.provider,
    models: row.model,
    selected_key_ids: row.selected_key_id,
    virtual_key_ids: row.virtual_key_id,
    team_ids: row.team_id,
    customer_ids: row.customer_id,
    user_ids: row.user_id,
    nodes: row.node,
  };
  return Object.entries(filter).every(([name, values]) => values.includes(has[name] ?? ""));
}

export function filterCount(search: Search): number {
  return [...lists, ...singles].filter((name) => search[name]).length;
}

/** The change of the URL that takes a value in or out. */
export function toggled(search: Search, name: ListFilter, value: string): Search {
  const values = valuesOf(search, name);
  const next = values.includes(value) ? values.filter((v) => v !== value) : [...values, value];
  return { [name]: next.join(",") };
}

/** The change of the URL that leaves a value out: all others that there are, of those that were let through. */
export function excluded(search: Search, name: ListFilter, value: string, all: string[]): Search {
  const values = valuesOf(search, name);
  const next = (values.length ? values : all).filter((v) => v !== value);
  return { [name]: next.join(",") };
}

export function cleared(): Search {
  return Object.fromEntries([...lists, ...singles].map((name) => [name, ""]));
}
