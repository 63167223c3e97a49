import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { type ExplainCallOutputBody, explainCall, type RecordedRouting, type WeighedTarget } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { dateTime, duration, nano, percent, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { TextField } from "@/parts/field";
import { Facts, Panel } from "@/parts/panel";
import { Failure, Skeleton } from "@/parts/states";
import { Table } from "@/parts/table";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Explained } from "./explain";

const w = words.routing;
const p = w.past;

/** Says of a past call how it came where it went, and beside it where it would go now. */
export function Past() {
  const [search, set] = useUrl();
  const { may } = useSession();
  const [id, setId] = useState(search.call ?? "");
  if (!may(explainCall.id)) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set({ call: id.trim() });
  };
  return (
    <Panel title={p.title}>
      <form className="flex flex-wrap items-end gap-2" onSubmit={submit}>
        <TextField label={p.id} value={id} required onChange={(e) => setId(e.target.value)} />
        <Button type="submit">{p.explain}</Button>
        {search.call && (
          <Button
            kind="quiet"
            onClick={() => {
              setId("");
              set({ call: "" });
            }}
          >
            {words.common.close}
          </Button>
        )}
      </form>
      {search.call && <Answer key={search.call} id={search.call} />}
    </Panel>
  );
}

function Answer({ id }: { id: string }) {
  const asked = useAnswer(explainCall, { path: { id } }, { anew: true });
  if (asked.error) return <Failure error={asked.error} retry={asked.refetch} />;
  return asked.data ? <Both of={asked.data} /> : <Skeleton rows={6} />;
}

function Both({ of }: { of: ExplainCallOutputBody }) {
  const unknown = (of.unknown ?? []).map((what) => p.unknown[what]).filter(Boolean);
  return (
    <div className="grid gap-4 xl:grid-cols-2" data-past={of.id}>
      <section aria-label={p.recorded} className="flex min-w-0 flex-col gap-3">
        <h3 className="font-semibold">{p.recorded}</h3>
        <Then of={of.recorded} />
        <p>
          {dateTime(of.timestamp)} ·{" "}
          <Link
            to={"/calls" as never}
            search={{ open: of.id } as never}
            className="inline-block min-h-6 text-accent underline"
          >
            {p.open}
          </Link>
        </p>
      </section>
      <section aria-label={p.now} className="flex min-w-0 flex-col gap-3">
        <h3 className="font-semibold">{p.now}</h3>
        <Explained of={of.now} when={p.now} />
        <div className="text-xs text-muted">
          <p>{p.notKept}</p>
          <ul className="list-disc ps-5">
            {unknown.map((what) => (
              <li key={what}>{what}</li>
            ))}
            <li>{p.present}</li>
          </ul>
        </div>
      </section>
    </div>
  );
}

function Then({ of }: { of: RecordedRouting }) {
  const candidates = of.candidates ?? [];
  const { provider, model, key_name } = of.answered;
  return (
    <>
      <p data-why={of.why}>{p.why[of.why]}</p>
      <Facts
        of={(
          [
            [p.rule, of.rule_name || of.rule_id],
            [p.asked, of.model],
            [p.answered, provider && [`${provider}/${model}`, key_name].filter(Boolean).join(" · ")],
            [p.revision, of.revision && String(of.revision)],
          ] as [string, string | undefined][]
        )
          .filter(([, value]) => value)
          .map(([name, value]) => [name, visible(value ?? "")])}
      />
      {candidates.length > 0 && <Weighed of={candidates} />}
      {(of.attempts ?? []).length > 0 && (
        <Table
          caption={p.tries}
          rows={of.attempts ?? []}
          rowKey={(t) => `${t.started_ms}${t.provider}`}
          columns={[
            { id: "to", title: p.tries, cell: (t) => visible(`${t.provider}/${t.model}`) },
            { id: "key", title: p.key, cell: (t) => visible(t.key_name ?? "") },
            {
              id: "how",
              title: p.outcome,
              cell: (t) => visible([t.status_code, t.error_code].filter(Boolean).join(" ")),
            },
          ]}
        />
      )}
    </>
  );
}

/** What the strategy saw of a target, in a few words. */
function seen(t: WeighedTarget): string {
  return [
    p.weight(t.weight),
    t.latency_ms !== undefined && p.latency(duration(t.latency_ms)),
    t.cost_nano !== undefined && p.cost(nano(t.cost_nano)),
    t.busy !== undefined && p.busy(percent(t.busy)),
  ]
    .filter(Boolean)
    .join(", ");
}

function Weighed({ of }: { of: WeighedTarget[] }) {
  const ordered = of.toSorted((a, b) => (a.place ?? of.length + 1) - (b.place ?? of.length + 1));
  return (
    <Table
      caption={p.weighed}
      rows={ordered}
      rowKey={(t) => `${t.place ?? ""}${t.provider}/${t.model}/${t.key_id}`}
      columns={[
        { id: "place", title: p.place, cell: (t) => String(t.place ?? "–") },
        {
          id: "to",
          title: p.weighed,
          cell: (t) => visible([t.provider || p.asCalled, t.model || p.asCalled].join("/")),
        },
        { id: "seen", title: p.seen, cell: seen },
        {
          id: "ready",
          title: p.state,
          cell: (t) => (
            <Badge tone={t.refusal ? "bad" : t.ready ? "good" : "warn"}>
              {t.refusal ? visible(t.refusal) : t.ready ? p.ready : p.notReady}
            </Badge>
          ),
        },
      ]}
    />
  );
}
