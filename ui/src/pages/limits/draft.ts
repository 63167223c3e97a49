import type { LimitDraft } from "@/api/operations";
import type { Values } from "@/forms/form";

/** Which calls a limit would count. */
export type Scope = Pick<LimitDraft, "virtual_key_id" | "team_id" | "customer_id" | "provider" | "model_name">;

const rates = ["request_max_limit", "request_reset_duration", "token_max_limit", "token_reset_duration"];
const budgets = ["max_limit", "reset_duration", "calendar_aligned"];

/** What a form has as limits, as the simulation is asked of it; undefined where it has none. */
export function draftOf(scope: Scope, values: Values): LimitDraft | undefined {
  const rate = only(values.rate_limit, rates);
  // Of several budgets, the first.
  const budget = only(values.budget ?? (values.budgets as Values[] | undefined)?.[0], budgets);
  const some = (of: Values, name: string) => Number(of[name] ?? 0) > 0;
  if (!some(rate, "request_max_limit") && !some(rate, "token_max_limit") && !some(budget, "max_limit"))
    return undefined;
  const named = Object.fromEntries(Object.entries(scope).filter(([, value]) => value));
  return { ...named, rate_limit: rate, budget };
}

function only(of: unknown, names: string[]): Values {
  return Object.fromEntries(
    Object.entries((of ?? {}) as Values).filter(([name, value]) => names.includes(name) && value !== null),
  );
}
