import type { SpendRow } from "@/api/operations";
import { type Range, rangeOf, rangeQuery } from "@/lib/range";
import type { Search } from "@/shell/search";

export const usual: Range = { from: "now-30d", to: "now" };

export const dimensions = ["customer", "team", "user", "virtual_key", "provider", "model", "key", "day"] as const;
export type Dimension = (typeof dimensions)[number];

const isDimension = (text: string | undefined): text is Dimension => dimensions.includes(text as Dimension);

/** What the URL says spend is told apart by: one or two that differ. */
export function byOf(search: Search): Dimension[] {
  const asked = [...new Set(search.by?.split(","))].filter(isDimension).slice(0, 2);
  return asked.length > 0 ? asked : ["team", "model"];
}

/** What is asked of the server. Days are those where the browser is. */
export function queryOf(search: Search) {
  return {
    ...rangeQuery(rangeOf(search, usual)),
    by: byOf(search),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** The filters of the page Calls that find a dimension's calls. */
const filters: Record<Exclude<Dimension, "day">, string> = {
  customer: "customer_ids",
  team: "team_ids",
  user: "user_ids",
  virtual_key: "virtual_key_ids",
  provider: "providers",
  model: "models",
  key: "selected_key_ids",
};

/** The search of the page Calls that shows a row's calls; null where no filter finds them: those without a value. */
export function callsOf(row: SpendRow, search: Search): Search | null {
  const range = rangeOf(search, usual);
  const found: Search = { from: range.from, to: range.to };
  for (const [dimension, value] of Object.entries(row.of)) {
    if (value === "") return null;
    if (dimension !== "day") {
      found[filters[dimension as keyof typeof filters]] = value;
      continue;
    }
    const [year = 0, month = 1, day = 1] = value.split("-").map(Number);
    found.from = new Date(year, month - 1, day).toISOString();
    found.to = new Date(year, month - 1, day + 1).toISOString();
  }
  return found;
}
