import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import type { Operation } from "@/api/operation";
import {
  getLogHistogramCostByProvider,
  getLogHistogramLatencyByProvider,
  getLogHistogramModels,
  getLogHistogramTokens,
  getLogHistogramTokensByProvider,
} from "@/api/operations";
import { useAnswer } from "@/api/query";
import { count, duration, exact, money, none, visible } from "@/lib/format";
import { bucketSeconds, rangeOf, rangeQuery, spanOf } from "@/lib/range";
import { Columns } from "@/parts/columns";
import { palette } from "@/parts/palette";
import { Panel } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { type Search, useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { courseOf, type Sorted } from "./course";
import { usual } from "./query";

const w = words.reports.overTime;

interface Bucket {
  timestamp: string;
}

type Asked = { query?: { start_time?: string; end_time?: string; bucket_seconds?: number } };

interface Chart<B extends Bucket> {
  title: string;
  op: Operation<Asked, { buckets: B[] | null }>;
  /** What is drawn of a bucket, by what it is told apart by. */
  values: (bucket: B) => Record<string, number>;
  format: (n: number) => string;
  /** The filter of the page Calls that finds the calls of a series. */
  filter?: "providers" | "models";
  /** What series are called, if not by their names. */
  titles?: Record<string, string>;
  lines?: boolean;
}

/** The values of each member of a record. */
function each<T>(of: Record<string, T> | undefined, value: (of: T) => number): Record<string, number> {
  return Object.fromEntries(Object.entries(of ?? {}).map(([name, v]) => [name, value(v)]));
}

function chart<B extends Bucket>(of: Chart<B>): Chart<Bucket> {
  return of as unknown as Chart<Bucket>;
}

const charts = [
  chart({
    title: w.cost,
    op: getLogHistogramCostByProvider,
    values: (b) => each(b.by_provider, (cost) => cost),
    format: money,
    filter: "providers",
  }),
  chart({
    title: w.tokens,
    op: getLogHistogramTokensByProvider,
    values: (b) => each(b.by_provider, (t) => t.total_tokens),
    format: count,
    filter: "providers",
  }),
  chart({
    title: w.latency,
    op: getLogHistogramLatencyByProvider,
    values: (b) => each(b.by_provider, (l) => l.p95_latency),
    format: duration,
    filter: "providers",
    lines: true,
  }),
  chart({
    title: w.models,
    op: getLogHistogramModels,
    values: (b) => each(b.by_model, (c) => c.total),
    format: exact,
    filter: "models",
  }),
  chart({
    title: w.kinds,
    op: getLogHistogramTokens,
    values: (b) => ({
      input: b.prompt_tokens - b.cached_read_tokens,
      cached: b.cached_read_tokens,
      output: b.completion_tokens,
    }),
    format: count,
    titles: { input: w.input, cached: w.cached, output: w.output },
  }),
];

/** Cost, tokens, latency and calls over time; each series leads to its calls. */
export function OverTime() {
  const { may } = useSession();
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      {charts
        .filter((c) => may(c.op.id))
        .map((c) => (
          <Panel key={c.title} title={c.title}>
            <Drawn of={c} />
          </Panel>
        ))}
    </div>
  );
}

function Drawn({ of }: { of: Chart<Bucket> }) {
  const [search, set] = useUrl();
  const range = rangeOf(search, usual);
  const size = bucketSeconds(spanOf(range, Date.now()));
  const asked = useAnswer(of.op, { query: { ...rangeQuery(range), bucket_seconds: size } }, { every: 60_000 });
  return (
    <Shown of={asked} rows={2}>
      {(data) => {
        const sorted: Sorted[] = (data.buckets ?? []).map((b) => ({ at: Date.parse(b.timestamp), of: of.values(b) }));
        const course = courseOf(sorted, palette.length, !of.lines);
        if (course.names.length === 0) return <Empty why={words.reports.none} />;
        const titleOf = (name: string | null) =>
          name === null ? w.others : (of.titles?.[name] ?? (visible(name) || none));
        return (
          <>
            <Columns
              label={of.title}
              series={course.names.map((name, i) => ({
                title: titleOf(name),
                ...(palette[i % palette.length] as (typeof palette)[number]),
              }))}
              buckets={course.buckets}
              size={size * 1_000}
              format={of.format}
              lines={of.lines ?? false}
              onSelect={(start, end) => set({ from: new Date(start).toISOString(), to: new Date(end).toISOString() })}
            />
            {of.filter && <ToCalls names={course.names} filter={of.filter} search={search} />}
          </>
        );
      }}
    </Shown>
  );
}

/** The way to the calls of each series. */
function ToCalls({ names, filter, search }: { names: (string | null)[]; filter: string; search: Search }) {
  const { from, to } = rangeOf(search, usual);
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-xs">
      <span className="text-muted">{w.callsOf}</span>
      {names.map((name) => (
        <Fragment key={name}>
          {name && (
            <Link
              to={"/calls" as never}
              search={{ from, to, [filter]: name } as never}
              className="inline-flex min-h-6 items-center text-accent underline"
            >
              {visible(name)}
            </Link>
          )}
        </Fragment>
      ))}
    </p>
  );
}
