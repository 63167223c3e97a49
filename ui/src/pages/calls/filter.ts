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
  "routing_rule_ids",
  "status_codes",
] as const;
export type ListFilter = (typeof lists)[number];

const texts = [
  "request_id",
  "session_id",
  "end_user",
  "error_code",
  "content_search",
  "mark",
  "worker",
  "dialect",
  "shadow",
  "retried",
] as const;
/** The filters that hold one value. */
const singles = [...texts, "min_latency", "missing_cost_only"] as const;
export type SingleFilter = (typeof singles)[number];

/** The values that calls must have one of, and, behind a "!", those that they must not have. */
export function valuesOf(search: Search, name: ListFilter): string[] {
  return search[name] ? search[name].split(",") : [];
}

/** Whether a value is asked for, or left out. */
export function chosen(search: Search, name: ListFilter, value: string): "in" | "out" | "" {
  const values = valuesOf(search, name);
  return values.includes(value) ? "in" : values.includes(`!${value}`) ? "out" : "";
}

/** Begins the parameters that filter by what callers gave along, here as in the admin API. */
const metadata = "metadata_";

/** The pairs that callers gave along by which calls are filtered. */
export function metadataOf(search: Search): [name: string, value: string][] {
  return Object.entries(search).flatMap(([name, value]) =>
    name.startsWith(metadata) && value ? [[name.slice(metadata.length), value]] : [],
  );
}

/** The change of the URL that asks for a pair, or for a value of "" does so no more. */
export function withMetadata(name: string, value: string): Search {
  return { [metadata + name]: value };
}

/** What the admin API is asked for. */
export type Filter = Partial<Record<ListFilter, string[]>> &
  Partial<Record<Exclude<(typeof texts)[number], "shadow" | "retried">, string>> & {
    shadow?: "true" | "false";
    retried?: "true" | "false";
    min_latency?: number;
    missing_cost_only?: boolean;
    start_time?: string;
    end_time?: string;
  };

/** What the URL of the page asks of the admin API. */
export function filterOf(search: Search): Filter {
  const query: Filter = {};
  for (const name of lists) if (search[name]) query[name] = valuesOf(search, name);
  for (const name of texts) if (search[name]) Object.assign(query, { [name]: search[name] });
  for (const [name, value] of metadataOf(search)) Object.assign(query, withMetadata(name, value));
  if (search.min_latency) query.min_latency = Number(search.min_latency) || 0;
  if (search.missing_cost_only) query.missing_cost_only = search.missing_cost_only === "true";
  // A call whose id is known is looked for at any time.
  return search.request_id && !search.from ? query : { ...query, ...rangeQuery(rangeOf(search)) };
}

/** The part of the filter that the WebSocket knows, or null if there is more to it. */
export function liveFilterOf(search: Search): Record<string, string[]> | null {
  if (singles.some((name) => search[name]) || search.status_codes || metadataOf(search).length) return null;
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
    routing_rule_ids: row.routing_rule_id,
  };
  return Object.entries(filter).every(([name, values]) => admits(values, has[name] ?? ""));
}

function admits(values: string[], value: string): boolean {
  const wanted = values.filter((v) => !v.startsWith("!"));
  return !values.includes(`!${value}`) && (wanted.length === 0 || wanted.includes(value));
}

export function filterCount(search: Search): number {
  return [...lists, ...singles].filter((name) => search[name]).length + metadataOf(search).length;
}

/** The change of the URL that asks for a value, or does so no more. */
export function toggled(search: Search, name: ListFilter, value: string): Search {
  const others = valuesOf(search, name).filter((v) => v !== value && v !== `!${value}`);
  return { [name]: (chosen(search, name, value) === "in" ? others : [...others, value]).join(",") };
}

/** The change of the URL that leaves a value out, or does so no more. */
export function excluded(search: Search, name: ListFilter, value: string): Search {
  const others = valuesOf(search, name).filter((v) => v !== value && v !== `!${value}`);
  return { [name]: (chosen(search, name, value) === "out" ? others : [...others, `!${value}`]).join(",") };
}

/** The change of the URL that takes all filters away. */
export function cleared(search: Search): Search {
  return Object.fromEntries(
    [...lists, ...singles, ...metadataOf(search).map(([name]) => metadata + name)].map((name) => [name, ""]),
  );
}
