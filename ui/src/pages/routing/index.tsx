import { createRoutingRule, deleteRoutingRule, listRoutingRules, updateRoutingRule } from "@/api/operations";
import { visible } from "@/lib/format";
import { Page } from "@/shell/page";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { ObjectList } from "../objects/list";
import { enabled } from "../objects/state";
import { Explain } from "./explain";

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
      <ObjectList kind={rules} />
    </Page>
  );
}
