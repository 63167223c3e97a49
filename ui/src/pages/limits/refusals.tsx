import { Link } from "@tanstack/react-router";
import { type LimitRefusals, listLimitRefusals, type RefusalsOutputBody } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { dateTime, exact, visible } from "@/lib/format";
import { rangeOf, rangeQuery, spanOf } from "@/lib/range";
import { Empty, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { useUrl } from "@/shell/search";
import { words } from "@/words";
import { cellsOf, refusalBucket, refuser } from "./cells";

const w = words.limits.refusals;

/** Which limit has refused when, as the range of the page says. */
export function Refusals() {
  const [search] = useUrl();
  const range = rangeOf(search);
  const query = { ...rangeQuery(range), bucket_seconds: refusalBucket(spanOf(range, Date.now())) };
  const asked = useAnswer(listLimitRefusals, { query }, { every: 10_000 });
  return <Shown of={asked}>{(data) => <HeatMap of={data} />}</Shown>;
}

/** The calls behind a cell, or behind a whole row. */
function toCalls(mark: string, from: string | undefined, to: number) {
  return { to: "/calls" as never, search: { mark, from, to: new Date(to).toISOString() } as never };
}

function HeatMap({ of }: { of: RefusalsOutputBody }) {
  const limits = of.limits ?? [];
  const buckets = of.buckets ?? [];
  const size = of.bucket_size_seconds * 1_000;
  const end = Date.parse(buckets.at(-1) ?? "") + size;
  if (limits.length === 0) return <Empty why={w.none} />;
  const most = Math.max(1, ...limits.flatMap((l) => l.counts ?? []));
  return (
    <div className="flex flex-col gap-2">
      {!of.complete && <p className="text-muted">{w.incomplete}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div role="group" className="flex flex-col gap-1 overflow-x-auto" tabIndex={0} aria-label={w.title}>
        {limits.map((l) => (
          <div key={l.id} className="flex w-max min-w-full items-center gap-2">
            <Link
              {...toCalls(l.mark, buckets[0], end)}
              className="flex min-h-6 w-56 shrink-0 items-center truncate text-accent underline"
            >
              {visible(refuser(l))}
            </Link>
            <span className="flex flex-1 gap-px">
              {(l.counts ?? []).map((n, i) => (
                <Cell key={buckets[i]} limit={l} n={n} at={buckets[i] ?? ""} size={size} most={most} />
              ))}
            </span>
            <span className="w-24 shrink-0 text-end text-xs text-muted">{w.calls(l.calls)}</span>
          </div>
        ))}
      </div>
      <details className="text-xs">
        <summary className="min-h-6 w-max text-muted">{words.charts.asTable}</summary>
        <div className="max-h-60 overflow-auto">
          <Table
            caption={w.title}
            rows={cellsOf(of)}
            rowKey={(c) => `${c.limit.id} ${c.at}`}
            columns={[
              { id: "at", title: words.charts.time, cell: (c) => dateTime(c.at) },
              { id: "limit", title: w.limit, cell: (c) => visible(refuser(c.limit)) },
              {
                id: "calls",
                title: w.refused,
                end: true,
                cell: (c) => (
                  <Link
                    {...toCalls(c.limit.mark, c.at, Date.parse(c.at) + size)}
                    className="inline-flex min-h-6 min-w-6 items-center justify-end text-accent underline"
                  >
                    {exact(c.calls)}
                  </Link>
                ),
              },
            ]}
          />
        </div>
      </details>
    </div>
  );
}

interface CellProps {
  limit: LimitRefusals;
  n: number;
  at: string;
  size: number;
  most: number;
}

/** How many calls were refused, by how dark it is; each leads to them. */
function Cell({ limit, n, at, size, most }: CellProps) {
  const look = "h-6 min-w-6 flex-1 rounded-xs";
  if (n === 0) return <span className={`${look} bg-raised`} />;
  const told = w.cell(visible(refuser(limit)), dateTime(at), n);
  return (
    <Link
      {...toCalls(limit.mark, at, Date.parse(at) + size)}
      aria-label={told}
      title={told}
      className={`${look} bg-bad-fill`}
      style={{ opacity: 0.35 + 0.65 * Math.sqrt(n / most) }}
    />
  );
}
