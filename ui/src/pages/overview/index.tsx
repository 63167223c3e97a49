import { useNavigate } from "@tanstack/react-router";
import { lazy, useRef } from "react";
import {
  getLogHistogram,
  getLogHistogramCost,
  getLogHistogramLatency,
  getLogRankings,
  getLogStats,
  listKeyShares,
  listLogs,
  listNodes,
} from "@/api/operations";
import { useAnswer } from "@/api/query";
import { exact } from "@/lib/format";
import { bucketSeconds, rangeOf, rangeQuery, spanOf } from "@/lib/range";
import { useLiveRefresh } from "@/live/useLive";
import { Columns } from "@/parts/columns";
import { Panel } from "@/parts/panel";
import { Failure, Shown, Skeleton } from "@/parts/states";
import { useKeys } from "@/shell/keys";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { words } from "@/words";
import { outcomes } from "../calls/timeline";
import { HeatMap } from "./heatmap";
import { Movers } from "./movers";
import { Status } from "./status";
import { Tiles, tilesCount } from "./tiles";

const w = words.overview;
const Start = lazy(() => import("../start"));
const every = 10_000;

/** Is it well, and if not, where? Before the first call: how to make one. */
export default function Overview() {
  const ever = useAnswer(listLogs, { query: { limit: 1 } }, { every });
  useLiveRefresh(["log"], [listLogs]);
  if (ever.data?.has_logs === false) return <Start />;
  if (!ever.data) return ever.error ? <Failure error={ever.error} retry={ever.refetch} /> : <Skeleton />;
  return <Figures />;
}

function Figures() {
  const [search, set] = useUrl();
  const navigate = useNavigate();
  const range = rangeOf(search);
  const span = spanOf(range, Date.now());
  const size = bucketSeconds(span);
  const time = rangeQuery(range);
  const asked = { query: { ...time, bucket_seconds: size } };
  const stats = useAnswer(getLogStats, { query: time }, { every });
  const counts = useAnswer(getLogHistogram, asked, { every });
  const byProvider = useAnswer(getLogHistogram, { query: { ...asked.query, by: "provider" as const } }, { every });
  const latency = useAnswer(getLogHistogramLatency, asked, { every });
  const cost = useAnswer(getLogHistogramCost, asked, { every });
  const rankings = useAnswer(getLogRankings, { query: time }, { every: 30_000 });
  const nodes = useAnswer(listNodes, {}, { every });
  const keys = useAnswer(listKeyShares, {}, { every });
  useLiveRefresh(["log"], [getLogStats, getLogHistogram, getLogHistogramLatency, getLogHistogramCost]);
  useLiveRefresh(["cluster", "config"], [listNodes, listKeyShares], 500);
  const charts = useRef<(HTMLElement | null)[]>([]);
  const chart = (i: number) => (panel: HTMLElement | null) => {
    charts.current[i] = panel;
  };
  useKeys(chartKeys((i) => charts.current[i]?.focus()));
  const toCalls = (filter: Record<string, string>) =>
    void navigate({
      to: "/calls",
      search: { ...(search.from && { from: search.from }), ...(search.to && { to: search.to }), ...filter },
    } as never);
  return (
    <Page title={words.pages.overview} range>
      <Status
        stats={stats.data}
        nodes={nodes.data}
        keys={keys.data}
        last={counts.data?.buckets ?? []}
        onErrors={() => toCalls({ status: "error" })}
      />
      <Shown of={stats} rows={2}>
        {(all) => (
          <Tiles
            stats={all}
            seconds={(span.end - span.start) / 1_000}
            counts={counts.data?.buckets ?? []}
            latency={latency.data?.buckets ?? []}
            cost={cost.data?.buckets ?? []}
            onOpen={toCalls}
          />
        )}
      </Shown>
      <Panel title={w.outcomes} ref={chart(0)}>
        <Shown of={counts} rows={2}>
          {(data) => (
            <Columns
              label={w.outcomes}
              series={outcomes}
              size={size * 1_000}
              format={exact}
              buckets={(data.buckets ?? []).map((b) => ({
                at: Date.parse(b.timestamp),
                values: [b.success, b.cancelled, b.error],
              }))}
              onSelect={(start, end) => set({ from: new Date(start).toISOString(), to: new Date(end).toISOString() })}
            />
          )}
        </Shown>
      </Panel>
      <div className="grid gap-4 xl:grid-cols-2">
        <Panel title={w.byProvider} ref={chart(1)}>
          <Shown of={byProvider} rows={3}>
            {(data) => (
              <HeatMap
                buckets={data.buckets ?? []}
                size={size * 1_000}
                onOpen={(provider, from, to) => toCalls({ providers: provider, from, to })}
              />
            )}
          </Shown>
        </Panel>
        <Panel title={w.movers} ref={chart(2)}>
          <Shown of={rankings} rows={3}>
            {(data) => <Movers rankings={data.rankings ?? []} onOpen={(model) => toCalls({ models: model })} />}
          </Shown>
        </Panel>
      </div>
    </Page>
  );
}

/** The numbers behind those of the tiles lead to the charts, in their order on the page. */
export function chartKeys(go: (chart: number) => void): Record<string, () => void> {
  return Object.fromEntries([0, 1, 2].map((i) => [String(tilesCount + 1 + i), () => go(i)]));
}
