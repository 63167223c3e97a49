import { Link } from "@tanstack/react-router";
import { getRoutingHits, listRoutingRules } from "@/api/operations";
import { useAnswer } from "@/api/query";
import type { Values } from "@/forms/form";
import { count, percent, visible } from "@/lib/format";
import { Panel } from "@/parts/panel";
import { Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { words } from "@/words";
import { Drawing } from "./drawing";
import { type Branch, branchesOf, ruleName, type Way, wayName } from "./graph";

const w = words.routing;
const g = w.graph;

/** The calls of the last hour by rule, as all parts of the page ask for them. */
export function useHits() {
  return useAnswer(getRoutingHits, {}, { every: 10_000 });
}

/** How many calls a rule has decided in the last hour; they are a click away. */
export function Hits({ id }: { id: string }) {
  const { data } = useHits();
  if (!data) return null;
  const calls = (data.rules ?? []).find((r) => r.id === id)?.total_requests ?? 0;
  return calls === 0 ? "0" : <CallsOf id={id} calls={calls} />;
}

function CallsOf({ id, calls }: { id: string; calls: number }) {
  return (
    <Link
      to={"/calls" as never}
      search={{ routing_rule_ids: id, from: "now-1h" } as never}
      className="inline-block min-h-6 text-accent underline"
      aria-label={w.hitsLink(count(calls), visible(id))}
    >
      {count(calls)}
    </Link>
  );
}

/** From the call by the rules to who answers it, as a drawing and as a table. */
export function Flow() {
  const rules = useAnswer(listRoutingRules, { query: { limit: 1_000 } }, { every: 10_000 });
  const hits = useHits();
  return (
    <Panel title={g.title}>
      <Shown of={rules}>
        {(data) => {
          const branches = branchesOf((data.rules ?? []) as Values[], hits.data?.rules ?? []);
          return <Branches of={branches} calls={hits.data?.total_requests ?? 0} />;
        }}
      </Shown>
    </Panel>
  );
}

interface Row {
  branch: Branch;
  way: Way;
}

function Branches({ of, calls }: { of: Branch[]; calls: number }) {
  const rows: Row[] = of.flatMap((branch) => branch.ways.map((way) => ({ branch, way })));
  return (
    <figure className="flex flex-col gap-2">
      <Drawing branches={of} calls={calls} />
      <figcaption className="text-xs text-muted">{calls === 0 ? g.none : g.note}</figcaption>
      <details className="text-xs">
        <summary className="min-h-6 w-max text-muted">{words.charts.asTable}</summary>
        <Table
          caption={g.title}
          rows={rows}
          rowKey={({ branch, way }) => `${branch.id} ${way.kind} ${way.name}`}
          columns={[
            {
              id: "rule",
              title: g.rule,
              cell: ({ branch }) => [ruleName(branch), branch.of].filter(Boolean).join(" · "),
            },
            { id: "to", title: g.to, cell: ({ way }) => wayName(way) },
            { id: "as", title: g.as, cell: ({ way }) => g.kinds[way.kind] },
            { id: "calls", title: g.calls, end: true, cell: ({ way }) => count(way.calls) },
            { id: "share", title: g.ofAll, end: true, cell: ({ way }) => (calls ? percent(way.calls / calls) : "–") },
          ]}
        />
      </details>
    </figure>
  );
}
