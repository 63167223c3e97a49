import { type LimitUsage, listLimits } from "@/api/operations";
import { useAnswer } from "@/api/query";

/** How many limits are asked for at once: they stand in the address. */
const atOnce = 60;

/**
 * How the budgets of owners are used, by the owner's id. Asked for again every few seconds, so
 * that what calls under way hold is seen.
 */
export function useBudgets(scope: "vk" | "team" | "customer", ids: string[]): Map<string, LimitUsage> {
  const asked = useAnswer(
    listLimits,
    { query: { id: ids.slice(0, atOnce).map((id) => `${scope}:${id}:money`), limit: 1_000 } },
    { every: 5_000, enabled: ids.length > 0 },
  );
  return new Map((asked.data?.limits ?? []).map((limit) => [limit.id.split(":")[1] ?? "", limit]));
}

/** The limits of one virtual key. */
export function useLimitsOf(id: string) {
  return useAnswer(
    listLimits,
    { query: { id: ["requests", "tokens", "money"].map((kind) => `vk:${id}:${kind}`) } },
    { every: 2_000 },
  );
}
