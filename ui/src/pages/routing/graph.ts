import type { HitsFor, RuleHits } from "@/api/operations";
import type { Values } from "@/forms/form";
import { visible } from "@/lib/format";
import { words } from "@/words";

const g = words.routing.graph;

/** Where calls of a rule go. */
export interface Way {
  /** Nothing: as the call names it. */
  name: string;
  kind: "target" | "fallback" | "elsewhere" | "refused";
  calls: number;
}

/** A rule as it stands, with the calls that it has decided. */
export interface Branch {
  /** Nothing: calls that no rule decides. */
  id: string;
  name: string;
  /** Whose calls it is for, where not everybody's. */
  of: string;
  calls: number;
  ways: Way[];
}

const scopes = ["virtual_key", "team", "customer", "global"];
const scopeOf = (rule: Values) => String(rule.scope || "global");
/** How many models are told apart of calls that no rule decides. */
const most = 5;

interface Target {
  provider?: string;
  model?: string;
}

const nameOf = (to: Target) => [to.provider, to.model].filter(Boolean).join("/");

/** The rules in use in the order in which they are tried, each with its ways, and last the calls that none decides. */
export function branchesOf(rules: readonly Values[], hits: readonly RuleHits[]): Branch[] {
  const of = (id: string) => hits.find((h) => h.id === id);
  const ordered = rules
    .filter((rule) => rule.enabled !== false)
    .toSorted(
      (a, b) =>
        scopes.indexOf(scopeOf(a)) - scopes.indexOf(scopeOf(b)) || Number(a.priority ?? 0) - Number(b.priority ?? 0),
    );
  const branches = ordered.map((rule) => {
    const id = String(rule.id ?? rule.name ?? "");
    const found = of(id);
    return {
      id,
      name: String(rule.name || id),
      of: scopeOf(rule) === "global" ? "" : `${scopeOf(rule)} ${rule.scope_id ?? ""}`,
      calls: found?.total_requests ?? 0,
      ways: waysOf(rule, found?.to ?? []),
    };
  });
  const none = of("");
  return [...branches, { id: "", name: "", of: "", calls: none?.total_requests ?? 0, ways: plain(none?.to ?? []) }];
}

/** The ways of a rule: what it says, with the calls that went so, and the calls that went otherwise. */
function waysOf(rule: Values, to: readonly HitsFor[]): Way[] {
  const left = to.map((h) => ({ ...h }));
  const take = (fits: (h: HitsFor) => boolean) => {
    let calls = 0;
    for (const h of left)
      if (fits(h)) {
        calls += h.total_requests;
        h.total_requests = 0;
      }
    return calls;
  };
  const nowhere = (h: HitsFor) => !h.provider;
  if (rule.deny_message) return [{ name: "", kind: "refused", calls: take(() => true) }];
  const ways: Way[] = [];
  const targets = (rule.targets ?? []) as Target[];
  // One that says more comes before one that says less: it would take its calls, too.
  const exact = (t: Target) => Number(Boolean(t.provider)) + Number(Boolean(t.model));
  const calls = new Map<Target, number>();
  for (const t of targets.toSorted((a, b) => exact(b) - exact(a))) {
    const full = nameOf(t);
    const fits = (h: HitsFor) =>
      !nowhere(h) &&
      (nameOf(h) === full || ((!t.provider || h.provider === t.provider) && (!t.model || h.model === t.model)));
    calls.set(t, take(fits));
  }
  for (const t of targets) {
    const same = ways.find((way) => way.name === nameOf(t));
    if (same) same.calls += calls.get(t) ?? 0;
    else ways.push({ name: nameOf(t), kind: "target", calls: calls.get(t) ?? 0 });
  }
  const fallbacks = ((rule.fallbacks ?? []) as string[]).map(
    (name): Way => ({ name, kind: "fallback", calls: take((h) => nameOf(h) === name) }),
  );
  if (targets.length === 0) ways.push({ name: "", kind: "target", calls: take((h) => !nowhere(h)) });
  const refused = take(nowhere);
  const elsewhere = take(() => true);
  if (elsewhere > 0) ways.push({ name: "", kind: "elsewhere", calls: elsewhere });
  if (refused > 0) ways.push({ name: "", kind: "refused", calls: refused });
  return [...ways, ...fallbacks];
}

/** The ways of calls that no rule decides. */
function plain(to: readonly HitsFor[]): Way[] {
  const went = to.filter((h) => h.provider);
  const sum = (of: readonly HitsFor[]) => of.reduce((n, h) => n + h.total_requests, 0);
  const ways: Way[] = went
    .slice(0, most)
    .map((h): Way => ({ name: nameOf(h), kind: "target", calls: h.total_requests }));
  if (went.length > most) ways.push({ name: "", kind: "elsewhere", calls: sum(went.slice(most)) });
  if (went.length === 0) ways.push({ name: "", kind: "target", calls: 0 });
  const refused = sum(to) - sum(went);
  if (refused > 0) ways.push({ name: "", kind: "refused", calls: refused });
  return ways;
}

export const ruleName = (b: Branch) => (b.id ? visible(b.name) : g.noRule);

export function wayName(way: Way): string {
  if (way.name) return visible(way.name);
  return way.kind === "target" ? g.asNamed : way.kind === "refused" ? g.refused : g.elsewhere;
}
