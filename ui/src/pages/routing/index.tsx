import { createRoutingRule, deleteRoutingRule, listRoutingRules, updateRoutingRule } from "@/api/operations";
import { useAnswer } from "@/api/query";
import type { Values } from "@/forms/form";
import { visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Page } from "@/shell/page";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { ObjectList } from "../objects/list";
import { enabled } from "../objects/state";
import { Explain } from "./explain";
import { Flow, Hits } from "./flow";
import { Past } from "./past";
import { unreachable } from "./unreachable";

const w = words.routing;

const rules: Kind = {
  title: w.rules,
  one: w.rule,
  none: w.none,
  list: listRoutingRules as Kind["list"],
  member: "rules",
  create: createRoutingRule as Kind["create"],
  update: updateRoutingRule as Kind["update"],
  remove: deleteRoutingRule as Kind["remove"],
  idOf: (of) => String(of.id ?? of.name ?? ""),
  fresh: { name: "", cel_expression: "", targets: [{ provider: "", model: "", weight: 1 }] },
  columns: [
    { id: "name", title: w.name, cell: (of) => visible(String(of.name ?? of.id ?? "")) },
    enabled,
    { id: "scope", title: w.scope, cell: (of) => [of.scope ?? "global", of.scope_id].filter(Boolean).join(" · ") },
    { id: "hits", title: w.hits, end: true, cell: (of) => <Hits id={String(of.id ?? of.name ?? "")} /> },
    { id: "priority", title: w.priority, end: true, cell: (of) => String(of.priority ?? 0) },
    {
      id: "cel",
      title: w.calls,
      cell: (of) => <code className="font-mono text-xs">{visible(String(of.cel_expression || w.all))}</code>,
    },
    { id: "targets", title: w.targets, cell: (of) => targetsOf(of.targets) },
  ],
};

function targetsOf(targets: unknown): string {
  const list = (targets ?? []) as { provider?: string; model?: string; weight?: number }[];
  return list.map((t) => `${[t.provider, t.model].filter(Boolean).join("/")} × ${t.weight ?? 1}`).join(", ");
}

/** Where would this call go? */
export default function Routing() {
  return (
    <Page title={words.pages.routing}>
      <Explain />
      <Past />
      <NeverReached />
      <Flow />
      <ObjectList kind={rules} />
    </Page>
  );
}

/** Warns of rules that no call comes to. */
function NeverReached() {
  const { data } = useAnswer(rules.list, { query: { limit: 1_000 } }, { every: 10_000 });
  const found = unreachable((data?.rules ?? []) as Values[]);
  if (found.length === 0) return null;
  return (
    <ul aria-label={w.neverReached} className="flex flex-col gap-1">
      {found.map(({ rule, behind }) => (
        <li key={rule} className="flex items-baseline gap-2">
          <Badge tone="warn">{w.neverReached}</Badge>
          {w.behind(visible(rule), visible(behind))}
        </li>
      ))}
    </ul>
  );
}
