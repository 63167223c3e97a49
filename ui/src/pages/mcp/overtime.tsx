import { getMcpLogHistogram, getMcpLogHistogramCost } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { exact, money } from "@/lib/format";
import { bucketSeconds, rangeOf, spanOf } from "@/lib/range";
import { Columns } from "@/parts/columns";
import { Panel } from "@/parts/panel";
import { Shown } from "@/parts/states";
import type { Search } from "@/shell/search";
import { words } from "@/words";
import { outcomes } from "../calls/timeline";

const w = words.mcp.calls;
const costs = [{ title: w.cost, fill: "fill-series-1" }];

interface Props {
  query: object;
  search: Search;
  set: (change: Search) => void;
}

/** How many calls of tools there were and what they cost, over time; drawing over it chooses a part. */
export function OverTime({ query, search, set }: Props) {
  const size = bucketSeconds(spanOf(rangeOf(search), Date.now()));
  const asked = { query: { ...query, bucket_seconds: size } };
  const counts = useAnswer(getMcpLogHistogram, asked, { every: 15_000 });
  const cost = useAnswer(getMcpLogHistogramCost, asked, { every: 15_000 });
  const choose = (start: number, end: number) =>
    set({ from: new Date(start).toISOString(), to: new Date(end).toISOString() });
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel title={w.overTime}>
        <Shown of={counts} rows={2}>
          {(data) => (
            <Columns
              label={w.overTime}
              series={outcomes}
              size={size * 1_000}
              format={exact}
              height={64}
              buckets={(data.buckets ?? []).map((b) => ({
                at: Date.parse(b.timestamp),
                values: [b.success, b.cancelled, b.error],
              }))}
              onSelect={choose}
            />
          )}
        </Shown>
      </Panel>
      <Panel title={w.costOverTime}>
        <Shown of={cost} rows={2}>
          {(data) => (
            <Columns
              label={w.costOverTime}
              series={costs}
              size={size * 1_000}
              format={money}
              height={64}
              buckets={(data.buckets ?? []).map((b) => ({ at: Date.parse(b.timestamp), values: [b.total_cost] }))}
              onSelect={choose}
            />
          )}
        </Shown>
      </Panel>
    </div>
  );
}
