import { type LimitRehearsal, type RehearsalOutputBody, simulateLimits } from "@/api/operations";
import { useChange } from "@/api/query";
import type { Values } from "@/forms/form";
import { dateTime, exact, nano, percent } from "@/lib/format";
import { Button } from "@/parts/button";
import { Columns } from "@/parts/columns";
import { Facts } from "@/parts/panel";
import { Failure } from "@/parts/states";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { draftOf, type Scope } from "./draft";

const w = words.limits.simulation;

/** What a form's limits would have refused over the last day, when it is asked. */
export function Simulation({ scope, values }: { scope: Scope; values: Values }) {
  const { may } = useSession();
  const asking = useChange(simulateLimits, []);
  const draft = draftOf(scope, values);
  if (!may(simulateLimits.id)) return null;
  return (
    <section className="flex flex-col gap-3 rounded-lg border border-line p-3" aria-label={w.title}>
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={!draft || asking.isPending} onClick={() => draft && asking.mutate({ body: draft })}>
          {w.ask}
        </Button>
        {!draft && <span className="text-muted">{w.noLimit}</span>}
      </div>
      {asking.error && <Failure error={asking.error} />}
      <div role="status" className="flex flex-col gap-3">
        {asking.data && (
          <Answer of={asking.data} stale={JSON.stringify(asking.variables?.body) !== JSON.stringify(draft)} />
        )}
      </div>
    </section>
  );
}

/** The answer, and whether the form says something else by now. */
function Answer({ of, stale }: { of: RehearsalOutputBody; stale: boolean }) {
  return (
    <>
      {stale && <p className="text-warn">{w.stale}</p>}
      {of.limits?.map((l) => (
        <Rehearsed key={l.kind} of={l} size={of.bucket_size_seconds * 1_000} />
      ))}
      <p className="text-xs text-muted">
        {[w.about(of.counted_by_seconds), ...(of.notes ?? []).map((note) => w.notes[note])].join(" ")}
      </p>
    </>
  );
}

const series = [
  { title: w.admitted, fill: "fill-good-fill" },
  { title: w.refused, fill: "fill-bad-fill" },
];

function Rehearsed({ of, size }: { of: LimitRehearsal; size: number }) {
  const amount = of.kind === "money" ? nano : exact;
  const label = w.chart(words.limits.kinds[of.kind]);
  return (
    <div className="flex flex-col gap-2">
      <p className="font-medium">
        {of.calls === 0
          ? w.noCalls
          : of.refused === 0
            ? w.none(words.limits.kinds[of.kind], exact(of.calls))
            : w.some(words.limits.kinds[of.kind], exact(of.refused), exact(of.calls), percent(of.refused / of.calls))}
      </p>
      {of.calls > 0 && (
        <>
          <Facts
            of={[
              [w.mostUsed, words.charts.spent(amount(of.most_used), amount(of.max))],
              ...(of.first_refused_at ? [[w.first, dateTime(of.first_refused_at)] as [string, string]] : []),
            ]}
          />
          <Columns
            label={label}
            series={series}
            size={size}
            format={exact}
            height={64}
            buckets={(of.buckets ?? []).map((b) => ({
              at: Date.parse(b.timestamp),
              values: [b.calls - b.refused, b.refused],
            }))}
          />
        </>
      )}
    </div>
  );
}
