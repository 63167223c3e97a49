import { type FormEvent, useState } from "react";
import { type Explanation, explainRouting } from "@/api/operations";
import { useChange } from "@/api/query";
import { exact, nano, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Failure } from "@/parts/states";
import { Table } from "@/parts/table";
import { useUrl } from "@/shell/search";
import { words } from "@/words";

const w = words.routing;

/** Asks where a call would go, and why, without making it. */
export function Explain() {
  const [search, set] = useUrl();
  const explain = useChange(explainRouting, []);
  const [model, setModel] = useState(search.model ?? "mock/mock");
  const [key, setKey] = useState(search.vk ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set({ model, vk: key }, { replace: true });
    explain.mutate({ body: { model, ...(key && { virtual_key_id: key }) } });
  };
  return (
    <Panel title={w.explain}>
      <form className="flex flex-wrap items-end gap-2" onSubmit={submit}>
        <TextField label={w.model} value={model} required onChange={(e) => setModel(e.target.value)} data-filter />
        <TextField label={w.virtualKey} value={key} onChange={(e) => setKey(e.target.value)} />
        <Button kind="main" type="submit" disabled={explain.isPending}>
          {w.ask}
        </Button>
      </form>
      {explain.error && <Failure error={explain.error} />}
      {explain.data && <Explained of={explain.data} />}
    </Panel>
  );
}

/** What would become of a call, and why. */
export function Explained({ of, when }: { of: Explanation; when?: string }) {
  // Two of them on one page are told apart by it.
  const called = (title: string) => (when ? `${title} · ${when}` : title);
  const rules = of.rules ?? [];
  const candidates = of.candidates ?? [];
  return (
    <div className="flex flex-col gap-3" data-explained>
      {(of.refusals ?? []).map((r) => (
        <p key={r.code} className="flex gap-2">
          <Badge tone="bad">
            {r.status} {r.code}
          </Badge>
          {visible(r.message)}
        </p>
      ))}
      <p>
        {of.rule ? w.byRule(of.rule) : w.byRequest}
        {of.strategy && ` ${w.strategy(of.strategy)}`} {w.revision(of.revision)}
        {!of.live && ` ${w.notLive}`}
      </p>
      {rules.length > 0 && (
        <Table
          caption={called(w.considered)}
          rows={rules}
          rowKey={(r) => `${r.scope}${r.index}`}
          columns={[
            { id: "name", title: w.name, cell: (r) => visible(r.name ?? r.id ?? "") },
            { id: "scope", title: w.scope, cell: (r) => [r.scope, r.scope_id].filter(Boolean).join(" · ") },
            {
              id: "outcome",
              title: w.outcome,
              cell: (r) => (
                <Badge tone={r.outcome === "matched" ? "good" : r.outcome === "error" ? "bad" : "plain"}>
                  {w.outcomes[r.outcome]}
                </Badge>
              ),
            },
            { id: "error", title: w.why, cell: (r) => visible(r.error ?? "") },
          ]}
        />
      )}
      {candidates.length > 0 && (
        <Table
          caption={called(w.candidates)}
          rows={candidates}
          rowKey={(c) => `${c.from}${c.provider}/${c.model}`}
          columns={[
            { id: "from", title: w.from, cell: (c) => w.froms[c.from] },
            { id: "model", title: w.model, cell: (c) => visible(`${c.provider}/${c.model}`) },
            {
              id: "cost",
              title: w.cost,
              end: true,
              cell: (c) => (c.cost_nano === undefined ? w.noPrice : nano(c.cost_nano)),
            },
            {
              id: "keys",
              title: w.keys,
              cell: (c) => (
                <span className="flex flex-wrap gap-1">
                  {(c.keys ?? []).map((k) => (
                    <Badge key={k.name} tone={k.eligible ? "good" : "warn"}>
                      {[k.name, `× ${k.weight}`, k.why].filter(Boolean).join(" ")}
                    </Badge>
                  ))}
                </span>
              ),
            },
          ]}
        />
      )}
      {(of.limits ?? []).length > 0 && (
        <Table
          caption={called(w.limits)}
          rows={of.limits ?? []}
          rowKey={(l) => l.id}
          columns={[
            { id: "owner", title: w.limitOf, cell: (l) => `${l.scope} ${visible(l.owner)}` },
            { id: "kind", title: w.kind, cell: (l) => l.kind },
            {
              id: "left",
              title: w.left,
              end: true,
              cell: (l) =>
                l.kind === "money" ? nano(l.remaining) : l.remaining === undefined ? "–" : exact(l.remaining),
            },
            {
              id: "fits",
              title: w.fits,
              cell: (l) => <Badge tone={l.fits ? "good" : "bad"}>{l.fits ? w.yes : w.no}</Badge>,
            },
          ]}
        />
      )}
    </div>
  );
}
