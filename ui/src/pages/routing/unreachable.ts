import type { Values } from "@/forms/form";

/** A rule that no call comes to, and the one before it that takes all of its. */
export interface Unreachable {
  rule: string;
  behind: string;
}

const nameOf = (rule: Values) => String(rule.name ?? rule.id ?? "");
const takesAll = (rule: Values) => ["", "true"].includes(String(rule.cel_expression ?? "").trim());
const ownerOf = (rule: Values) => `${rule.scope ?? "global"} ${rule.scope_id ?? ""}`;

/**
 * The rules that are never tried: in the order in which rules of one owner are, one before them
 * holds of every call. Which rules of others come before them depends on the call.
 */
export function unreachable(rules: readonly Values[]): Unreachable[] {
  const inUse = rules.filter((rule) => rule.enabled !== false);
  const ordered = inUse.toSorted((a, b) => Number(a.priority ?? 0) - Number(b.priority ?? 0));
  const takers = new Map<string, string>();
  const found: Unreachable[] = [];
  for (const rule of ordered) {
    const behind = takers.get(ownerOf(rule));
    if (behind !== undefined) found.push({ rule: nameOf(rule), behind });
    else if (takesAll(rule)) takers.set(ownerOf(rule), nameOf(rule));
  }
  return found;
}
