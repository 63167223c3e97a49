import { getLogHistogram } from "@/api/operations";
import { useAnswer } from "@/api/query";
import type { Search } from "@/shell/search";
import { filterOf, type ListFilter } from "./filter";

/** What the statistics call what a filter is by. */
const dimensions = {
  providers: "provider",
  models: "model",
  selected_key_ids: "key",
  virtual_key_ids: "virtual_key",
  team_ids: "team",
  customer_ids: "customer",
  nodes: "node",
  routing_rule_ids: "routing_rule",
  status_codes: "status",
} as const satisfies Partial<Record<ListFilter, string>>;

/** The longest bucket that there is: all calls are in one or a few. */
const longest = 31_536_000;

/**
 * How many calls have each value of a filter, of those that all other filters let through: what one
 * would see by choosing it. They come from sums, not from rows, and are asked again every half a minute.
 */
export function useCounts(search: Search, name: ListFilter): Map<string, number> | undefined {
  const { [name]: _, open: _2, compare: _3, ...others } = search;
  const by = name in dimensions ? dimensions[name as keyof typeof dimensions] : undefined;
  const asked = useAnswer(
    getLogHistogram,
    { query: { ...filterOf(others), bucket_seconds: longest, ...(by && { by }) } },
    { every: 30_000 },
  );
  if (!asked.data) return undefined;
  const counts = new Map<string, number>();
  const add = (value: string, n: number) => counts.set(value, (counts.get(value) ?? 0) + n);
  for (const b of asked.data.buckets ?? []) {
    if (name === "status") {
      add("success", b.success);
      add("error", b.error);
      add("cancelled", b.cancelled);
    } else
      for (const [value, of] of Object.entries(b.by_dimension ?? b.by_provider ?? b.by_model ?? {}))
        add(value, of.total);
  }
  return counts;
}
